import { lookUpSurroundings } from "../../infra/aws-scope";
import { record, SCOPE } from "./recorder";

test("account, region, partition and the ATS data endpoint come from the `aws` provider", async () => {
  const { result } = await record(lookUpSurroundings);
  expect(result).toEqual({ scope: SCOPE, iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com" });
});

test("a region that cannot be is named with what is meant, before anything is asked", async () => {
  const config = { "aws:region": "us-esat-1" };
  await expect(record(lookUpSurroundings, { config })).rejects.toThrow(
    'Set `aws:region` to a region such as us-east-1; it is "us-esat-1". Did you mean us-east-1?',
  );
});

test("another partition is what the provider says it is", async () => {
  const scope = { partition: "aws-cn", region: "cn-north-1", account: "210987654321" };
  const { result } = await record(lookUpSurroundings, { scope });
  expect(result.scope).toEqual(scope);
});
