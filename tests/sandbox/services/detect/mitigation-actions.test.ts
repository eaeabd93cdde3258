import {
  CreateMitigationActionCommand,
  type CreateMitigationActionRequest,
  DeleteMitigationActionCommand,
  DescribeMitigationActionCommand,
  ListMitigationActionsCommand,
  type MitigationActionType,
  UpdateMitigationActionCommand,
} from "@aws-sdk/client-iot";
import { type Detect, MINUTE, startDetect } from "./support";

const ROLE = "arn:aws:iam::123456789012:role/mitigation";
const ARN = "arn:aws:iot:us-east-1:123456789012:mitigationaction/Move";
const INTO_ONE = { addThingsToThingGroupParams: { thingGroupNames: ["Quarantine"] } };

let detect: Detect;
beforeEach(async () => {
  detect = await startDetect();
});
afterEach(() => detect.stop());

const create = (over: Partial<CreateMitigationActionRequest> = {}) =>
  detect.iot.send(
    new CreateMitigationActionCommand({
      actionName: "Move",
      roleArn: ROLE,
      actionParams: INTO_ONE,
      ...over,
    }),
  );
const describeAction = (actionName = "Move") =>
  detect.iot.send(new DescribeMitigationActionCommand({ actionName }));
const listed = async (
  over: { actionType?: MitigationActionType; maxResults?: number; nextToken?: string } = {},
) => {
  const { actionIdentifiers = [], nextToken } = await detect.iot.send(new ListMitigationActionsCommand(over));
  return { names: actionIdentifiers.map(({ actionName }) => actionName), nextToken };
};
const refused = { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } };

test("an action is described as it was made and changed", async () => {
  const { actionArn, actionId } = await create();
  expect(actionArn).toBe(ARN);
  const made = detect.clock.date();
  await detect.clock.advance(MINUTE);
  const other = { addThingsToThingGroupParams: { thingGroupNames: ["A", "B"], overrideDynamicGroups: true } };
  const update = new UpdateMitigationActionCommand({ actionName: "Move", actionParams: other });
  expect(await detect.iot.send(update)).toMatchObject({ actionArn, actionId });
  expect(await describeAction()).toMatchObject({
    actionName: "Move",
    actionType: "ADD_THINGS_TO_THING_GROUP",
    ...{ actionArn, actionId, roleArn: ROLE, actionParams: other },
    ...{ creationDate: made, lastModifiedDate: detect.clock.date() },
  });
});

test("a second one of a name is refused, also the very same", async () => {
  await create();
  await expect(create()).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
    ...{ resourceId: "Move", resourceArn: ARN, $metadata: { httpStatusCode: 409 } },
  });
});

test.each<[string, Partial<CreateMitigationActionRequest>]>([
  ["a name with a space", { actionName: "a b" }],
  ["a name of 129", { actionName: "a".repeat(129) }],
  ["a role of 19", { roleArn: "r".repeat(19) }],
  ["a role of 2,049", { roleArn: "r".repeat(2049) }],
  ["no parameters", { actionParams: {} }],
  [
    "two types of parameters",
    { actionParams: { ...INTO_ONE, publishFindingToSnsParams: { topicArn: "t" } } },
  ],
  ["no group", { actionParams: { addThingsToThingGroupParams: { thingGroupNames: [] } } }],
  [
    "eleven groups",
    { actionParams: { addThingsToThingGroupParams: { thingGroupNames: Array(11).fill("g") } } },
  ],
  [
    "a group that none can be",
    { actionParams: { addThingsToThingGroupParams: { thingGroupNames: ["a/b"] } } },
  ],
])("%s is refused", async (_case, over) => {
  await expect(create(over)).rejects.toMatchObject(refused);
});

test("a type of action that the sandbox does not have is refused with its name", async () => {
  const actionParams = { updateDeviceCertificateParams: { action: "DEACTIVATE" as const } };
  const message =
    "The sandbox has mitigation actions of type ADD_THINGS_TO_THING_GROUP only, not updateDeviceCertificateParams.";
  await expect(create({ actionParams })).rejects.toMatchObject({ ...refused, message });
  await create();
  const update = new UpdateMitigationActionCommand({ actionName: "Move", actionParams });
  await expect(detect.iot.send(update)).rejects.toMatchObject({ ...refused, message });
});

test("an action that is deleted is not found, and may be deleted again", async () => {
  await create();
  for (let time = 0; time < 2; time++)
    await detect.iot.send(new DeleteMitigationActionCommand({ actionName: "Move" }));
  const missing = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
  await expect(describeAction()).rejects.toMatchObject(missing);
  const update = new UpdateMitigationActionCommand({ actionName: "Move", roleArn: ROLE });
  await expect(detect.iot.send(update)).rejects.toMatchObject(missing);
});

test("actions are listed by type and in pages of 25 unless another size is asked for", async () => {
  for (let action = 0; action < 26; action++) await create({ actionName: `a${action}` });
  const first = await listed();
  expect(first.names).toHaveLength(25);
  expect(await listed({ nextToken: first.nextToken ?? "" })).toEqual({
    ...{ names: ["a25"], nextToken: undefined },
  });
  expect((await listed({ maxResults: 250 })).names).toHaveLength(26);
  expect((await listed({ actionType: "ADD_THINGS_TO_THING_GROUP", maxResults: 1 })).names).toEqual(["a0"]);
  expect((await listed({ actionType: "ENABLE_IOT_LOGGING" })).names).toEqual([]);
  await expect(listed({ maxResults: 251 })).rejects.toMatchObject(refused);
  await expect(listed({ actionType: "NONE" as never })).rejects.toMatchObject(refused);
});
