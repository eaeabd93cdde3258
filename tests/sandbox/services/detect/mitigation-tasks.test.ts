import {
  CancelDetectMitigationActionsTaskCommand,
  CreateMitigationActionCommand,
  DeleteMitigationActionCommand,
  DescribeDetectMitigationActionsTaskCommand,
  ListDetectMitigationActionsExecutionsCommand,
  type ListDetectMitigationActionsExecutionsRequest,
  ListDetectMitigationActionsTasksCommand,
  StartDetectMitigationActionsTaskCommand,
  type StartDetectMitigationActionsTaskRequest,
} from "@aws-sdk/client-iot";
import { type Detect, MESSAGES_SENT, MINUTE, startDetect } from "./support";

const ROLE = "arn:aws:iam::123456789012:role/mitigation";
const SECOND = 1000;
const refused = { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } };
const missing = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };

let detect: Detect;
/** When each alarm began: of `old` and `now` in `Loud`, and of `now` in `Quiet`, which suppresses it. */
let began: [old: Date, now: Date];

/** `old` violated and no longer does; `now` does. */
beforeEach(async () => {
  detect = await startDetect();
  await detect.profile("Loud", [MESSAGES_SENT, { ...MESSAGES_SENT, name: "Other" }]);
  await detect.profile("Quiet", [{ ...MESSAGES_SENT, suppressAlerts: true }]);
  detect.driver.activity.sessionOpened("old", "192.0.2.1");
  detect.send("old", 10);
  await detect.clock.advance(5 * MINUTE);
  const first = detect.clock.date();
  detect.send("now", 10);
  await detect.clock.advance(5 * MINUTE);
  began = [first, detect.clock.date()];
  for (const [actionName, group] of [
    ["First", "A"],
    ["Second", "B"],
  ] as const) {
    const actionParams = { addThingsToThingGroupParams: { thingGroupNames: [group] } };
    await detect.iot.send(new CreateMitigationActionCommand({ actionName, roleArn: ROLE, actionParams }));
  }
});
afterEach(() => detect.stop());

const start = (over: Partial<StartDetectMitigationActionsTaskRequest> = {}) =>
  detect.iot.send(
    new StartDetectMitigationActionsTaskCommand({
      taskId: "t1",
      target: { securityProfileName: "Loud", behaviorName: "Other" },
      actions: ["First"],
      ...over,
    }),
  );
const summary = async (taskId = "t1") => {
  const command = new DescribeDetectMitigationActionsTaskCommand({ taskId });
  return (await detect.iot.send(command)).taskSummary;
};
const executions = async (over: ListDetectMitigationActionsExecutionsRequest = { taskId: "t1" }) => {
  const command = new ListDetectMitigationActionsExecutionsCommand(over);
  return (await detect.iot.send(command)).actionsExecutions ?? [];
};
const moved = () => detect.mitigated.map((line) => line.split(" by ")[0]);
const idOf = async (thingName: string, securityProfileName = "Loud") =>
  (await detect.events({ thingName, securityProfileName }))[0]?.violationId ?? "";

test("a task adds the things of violations to groups as the action's role, once time goes on", async () => {
  expect(await start()).toMatchObject({ taskId: "t1" });
  const running = await summary();
  expect(running).toMatchObject({ taskStatus: "IN_PROGRESS", taskStartTime: detect.clock.date() });
  expect(running).not.toHaveProperty("taskEndTime");
  expect(detect.mitigated).toEqual([]);
  await detect.clock.advance(SECOND);
  const arn = "arn:aws:iot:us-east-1:123456789012:mitigationaction/First";
  expect(detect.mitigated).toEqual([`old to A by ${arn} as ${ROLE}`, `now to A by ${arn} as ${ROLE}`]);
  expect(await summary()).toMatchObject({
    taskId: "t1",
    taskStatus: "SUCCESSFUL",
    taskEndTime: new Date(Number(began[1]) + 20),
    target: { securityProfileName: "Loud", behaviorName: "Other" },
    onlyActiveViolationsIncluded: false,
    suppressedAlertsIncluded: false,
    actionsDefinition: [
      {
        name: "First",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        roleArn: ROLE,
        actionParams: { addThingsToThingGroupParams: { thingGroupNames: ["A"] } },
      },
    ],
    taskStatistics: { actionsExecuted: 2, actionsSkipped: 0, actionsFailed: 0 },
  });
});

describe("a task is about", () => {
  test.each<[string, Partial<StartDetectMitigationActionsTaskRequest>, string[]]>([
    ["those of a behavior, also those that are over", {}, ["old to A", "now to A"]],
    [
      "those of all behaviors of a profile",
      { target: { securityProfileName: "Loud" } },
      ["old to A", "old to A", "now to A", "now to A"],
    ],
    ["those that last, if it says so", { includeOnlyActiveViolations: true }, ["now to A"]],
    ["none that are suppressed", { target: { securityProfileName: "Quiet" } }, []],
    [
      "also those that are suppressed, if it says so",
      { target: { securityProfileName: "Quiet" }, includeSuppressedAlerts: true },
      ["old to A", "now to A"],
    ],
  ])("%s", async (_case, over, expected) => {
    await start(over);
    await detect.clock.advance(SECOND);
    expect(moved()).toEqual(expected);
    expect(await summary()).toMatchObject({ taskStatus: "SUCCESSFUL" });
  });

  test("those that are named", async () => {
    await start({ target: { violationIds: [await idOf("now")] } });
    await detect.clock.advance(SECOND);
    expect(moved()).toEqual(["now to A"]);
  });

  test("those of which something happened in a span of time, both ends included", async () => {
    const [startTime, later] = began;
    const endTime = new Date(Number(later) - 1);
    await start({ violationEventOccurrenceRange: { startTime, endTime } });
    await start({ taskId: "t2", violationEventOccurrenceRange: { startTime: later, endTime: later } });
    await detect.clock.advance(SECOND);
    // What `old` began in the first span was cleared in the second.
    expect((await executions()).map(({ thingName }) => thingName)).toEqual(["old"]);
    expect((await executions({ taskId: "t2" })).map(({ thingName }) => thingName)).toEqual(["old", "now"]);
  });
});

test("after an action that failed the next ones are skipped for that violation, not for others", async () => {
  detect.refusing.add("old to A");
  await start({ actions: ["First", "Second"] });
  await detect.clock.advance(SECOND);
  expect(moved()).toEqual(["now to A", "now to B"]);
  const at = (offset: number) => new Date(Number(began[1]) + offset);
  const dates = (offset: number) => ({ executionStartDate: at(offset), executionEndDate: at(offset) });
  const of = { taskId: "t1", violationId: expect.stringMatching(/^[0-9a-f]{32}$/) };
  const refusal = {
    errorCode: "ResourceNotFoundException",
    message: "The specified resource does not exist",
  };
  expect(await executions()).toEqual([
    { ...of, ...dates(10), thingName: "old", actionName: "First", status: "FAILED", ...refusal },
    { ...of, ...dates(10), thingName: "old", actionName: "Second", status: "SKIPPED" },
    { ...of, ...dates(20), thingName: "now", actionName: "First", status: "SUCCESSFUL" },
    { ...of, ...dates(20), thingName: "now", actionName: "Second", status: "SUCCESSFUL" },
  ]);
  expect(await summary()).toMatchObject({
    taskStatus: "FAILED",
    taskStatistics: { actionsExecuted: 2, actionsSkipped: 1, actionsFailed: 1 },
  });
});

test("a task goes on with the actions that it began with", async () => {
  await start();
  await detect.iot.send(new DeleteMitigationActionCommand({ actionName: "First" }));
  await detect.clock.advance(SECOND);
  expect(moved()).toEqual(["old to A", "now to A"]);
});

test("a task that is canceled keeps what it has done, and does nothing more", async () => {
  const cancel = (taskId = "t1") => detect.iot.send(new CancelDetectMitigationActionsTaskCommand({ taskId }));
  await start();
  await detect.clock.advance(10);
  await cancel();
  await detect.clock.advance(SECOND);
  expect(moved()).toEqual(["old to A"]);
  expect(await summary()).toMatchObject({
    taskStatus: "CANCELED",
    taskEndTime: new Date(Number(began[1]) + 10),
    taskStatistics: { actionsExecuted: 1 },
  });
  await expect(cancel()).rejects.toMatchObject(refused);
  await start({ taskId: "t2" });
  await detect.clock.advance(SECOND);
  await expect(cancel("t2")).rejects.toMatchObject(refused);
  await expect(cancel("none")).rejects.toMatchObject(missing);
  await expect(summary("none")).rejects.toMatchObject(missing);
});

test("neither an id nor a token serves a second task", async () => {
  const clientRequestToken = "token";
  await start({ clientRequestToken });
  const twice = { name: "TaskAlreadyExistsException", $metadata: { httpStatusCode: 400 } };
  await expect(start()).rejects.toMatchObject(twice);
  await expect(start({ taskId: "t2", clientRequestToken })).rejects.toMatchObject(twice);
});

test.each<[string, Partial<StartDetectMitigationActionsTaskRequest>]>([
  ["an id with a space", { taskId: "a b" }],
  ["no action", { actions: [] }],
  ["six actions", { actions: Array(6).fill("First") }],
  ["an action that there is not", { actions: ["First", "Third"] }],
  ["no target", { target: {} }],
  ["a behavior without its profile", { target: { behaviorName: "Other" } }],
  ["two kinds of target", { target: { violationIds: ["a"], securityProfileName: "Loud" } }],
  ["no violation", { target: { violationIds: [] } }],
  ["26 violations", { target: { violationIds: Array(26).fill("a") } }],
  ["a violation that there is not", { target: { violationIds: ["0".repeat(32)] } }],
  ["a profile that there is not", { target: { securityProfileName: "None" } }],
  ["a behavior that there is not", { target: { securityProfileName: "Loud", behaviorName: "None" } }],
  [
    "a time span that ends before it begins",
    { violationEventOccurrenceRange: { startTime: new Date(2000), endTime: new Date(1000) } },
  ],
])("%s is refused, and no task begins", async (_case, over) => {
  await expect(start(over)).rejects.toMatchObject(refused);
  await expect(summary(over.taskId ?? "t1")).rejects.toBeDefined();
});

test("tasks are listed by when they began, in pages", async () => {
  await start();
  await detect.clock.advance(MINUTE);
  await start({ taskId: "t2" });
  const tasks = async (from: number, to: number, page: { maxResults?: number; nextToken?: string } = {}) => {
    const at = (offset: number) => new Date(Number(began[1]) + offset);
    const command = new ListDetectMitigationActionsTasksCommand({
      ...{ startTime: at(from), endTime: at(to), ...page },
    });
    const answer = await detect.iot.send(command);
    return { ids: answer.tasks?.map(({ taskId }) => taskId), nextToken: answer.nextToken };
  };
  expect((await tasks(0, MINUTE)).ids).toEqual(["t1", "t2"]);
  expect((await tasks(SECOND, MINUTE)).ids).toEqual(["t2"]);
  const { ids, nextToken = "" } = await tasks(0, MINUTE, { maxResults: 1 });
  expect(ids).toEqual(["t1"]);
  expect(await tasks(0, MINUTE, { nextToken })).toEqual({ ids: ["t2"], nextToken: undefined });
  await expect(tasks(MINUTE, 0)).rejects.toMatchObject(refused);
});

test("executions are listed of a task or of a span of time, by thing and violation", async () => {
  await start();
  await detect.clock.advance(SECOND);
  const span = { startTime: began[1], endTime: detect.clock.date() };
  const things = async (over: ListDetectMitigationActionsExecutionsRequest) =>
    (await executions(over)).map(({ thingName }) => thingName);
  expect(await things(span)).toEqual(["old", "now"]);
  expect(await things({ ...span, thingName: "now" })).toEqual(["now"]);
  const [{ violationId } = {}] = await executions();
  expect(await things({ taskId: "t1", violationId })).toEqual(["old"]);
  expect(await things({ ...span, endTime: began[1] })).toEqual([]);
  expect(await things({ taskId: "t1", maxResults: 1 })).toEqual(["old"]);
  for (const over of [{}, { thingName: "old" }, { ...span, taskId: "t1" }, { startTime: began[0] }]) {
    await expect(things(over)).rejects.toMatchObject(refused);
  }
});
