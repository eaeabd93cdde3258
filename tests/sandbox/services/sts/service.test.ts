import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Iam } from "../../../../sandbox/services/iam/iam";
import { iamService } from "../../../../sandbox/services/iam/service";
import { stsService } from "../../../../sandbox/services/sts/service";
import { type Served, serve } from "../../support/serve";

let served: Served;
let iam: Iam;

beforeAll(async () => {
  served = await serve(
    (env) => {
      iam = new Iam(env);
      return [iamService(iam, env), stsService(iam, env)];
    },
    { callerOf: (key) => iam.callerOf(key) },
  );
});
afterAll(() => served.stop());

describe("GetCallerIdentity", () => {
  it("tells a person that it is the account's root", async () => {
    await expect(new STSClient(served.client).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: "123456789012",
      UserId: "123456789012",
      Arn: "arn:aws:iam::123456789012:root",
    });
  });

  it("tells a role its session", async () => {
    const { Role } = await new IAMClient(served.client).send(
      new CreateRoleCommand({
        RoleName: "worker",
        AssumeRolePolicyDocument:
          '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}',
      }),
    );
    const credentials = iam.issue(Role?.Arn ?? "");
    const sts = new STSClient({ ...served.client, credentials });
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: "123456789012",
      UserId: `${Role?.RoleId}:sandbox`,
      Arn: "arn:aws:sts::123456789012:assumed-role/worker/sandbox",
    });
  });
});
