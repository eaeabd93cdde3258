import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import type { QuarantinePorts } from "../../../functions/quarantine-device/act";
import { makePorts } from "../../../functions/quarantine-device/ports";
import { type AwsStub, startAwsStub } from "./aws-stub";

let aws: AwsStub;
let ports: QuarantinePorts;

beforeAll(async () => {
  aws = await startAwsStub();
  const config = {
    endpoint: aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  ports = makePorts({
    iot: new IoTClient(config),
    iotData: new IoTDataPlaneClient(config),
    groupName: "Quarantine",
  });
});
afterEach(() => aws.reset());
afterAll(() => aws.close());

const notFound = (message: string) => ({ status: 404, type: "ResourceNotFoundException", message });

test("the group call adds the thing to the one group and removes it from none", async () => {
  await expect(ports.addToGroup("dev:1")).resolves.toEqual({ kind: "added" });
  expect(aws.requests.map(({ call }) => call)).toEqual(["PUT /thing-groups/updateThingGroupsForThing"]);
  expect(JSON.parse(aws.requests[0]?.body ?? "")).toEqual({
    thingName: "dev:1",
    thingGroupsToAdd: ["Quarantine"],
  });
});

test("the shadow call sets desired.quarantine and nothing else", async () => {
  await ports.setShadow("dev:1");
  expect(aws.requests).toMatchObject([
    { call: "POST /things/dev%3A1/shadow", body: '{"state":{"desired":{"quarantine":true}}}' },
  ]);
});

test("the session call cleans the session and keeps the last will unpublished", async () => {
  await expect(ports.cutSession("dev:1")).resolves.toBe("cut");
  expect(aws.requests).toMatchObject([
    { call: "DELETE /connections/dev%3A1?cleanSession=true&preventWillMessage=true", body: "" },
  ]);
});

test("a client that is not connected is no error", async () => {
  aws.answer = () => notFound("no connection");
  await expect(ports.cutSession("dev-1")).resolves.toBe("no-session");
});

test("AWS's no for good is an answer with its words", async () => {
  aws.answer = () => ({ status: 400, type: "InvalidRequestException", message: "too many groups" });
  await expect(ports.addToGroup("dev-1")).resolves.toEqual({
    kind: "refused",
    why: "AWS refuses the group: too many groups",
  });
});

const NO_SUCH_THING: readonly (readonly [string, string])[] = [
  ["dev-1", "Thing dev-1 not found"],
  ["dev-1", "The specified resource does not exist"],
  ["dev-1", ""],
  ["group-7", "Thing group-7 does not exist."],
  ["group", "Thing 'group' does not exist"],
  ["Quarantine", "Thing Quarantine cannot be found."],
  ["dev:group", "Thing not found: dev:group"],
];
test.each(NO_SUCH_THING)("for %s, %j says that the thing is not there", async (thingName, message) => {
  aws.answer = () => notFound(message);
  await expect(ports.addToGroup(thingName)).resolves.toEqual({ kind: "no-such-thing" });
});

const NO_SUCH_GROUP: readonly (readonly [string, string])[] = [
  ["dev-1", "Thing group Quarantine cannot be found."],
  ["dev-1", "Thing Group 'Quarantine' not found"],
  ["dev-1", "Quarantine does not exist"],
  ["dev-1", "ThingGroup:Quarantine not found for dev-1"],
  ["dev-1", "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine"],
  ["Quarantine", "Thing group Quarantine cannot be found."],
  ["group", "Thing group Quarantine cannot be found."],
  ["o", "Thing group Quarantine cannot be found."],
];
test.each(NO_SUCH_GROUP)(
  "for %s, %j says that the group is not there, which is a failure",
  async (thingName, message) => {
    aws.answer = () => notFound(message);
    await expect(ports.addToGroup(thingName)).rejects.toThrow(message);
  },
);

const FAILURES = [
  ["addToGroup", 429, "ThrottlingException"],
  ["addToGroup", 403, "AccessDeniedException"],
  ["setShadow", 500, "InternalFailureException"],
  ["setShadow", 404, "ResourceNotFoundException"],
  ["cutSession", 403, "ForbiddenException"],
  ["cutSession", 429, "ThrottlingException"],
] as const;
test.each(FAILURES)("%s rejects at HTTP %d %s", async (port, status, type) => {
  aws.answer = () => ({ status, type });
  await expect(ports[port]("dev-1")).rejects.toMatchObject({ name: type });
});
