import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import type { AsyncRequest } from "../../../../sandbox/services/lambda/async-request";
import { schedulerService } from "../../../../sandbox/services/scheduler/service";
import { SchedulerStore } from "../../../../sandbox/services/scheduler/store";
import type { DeliveryOutcome, QueueDelivery } from "../../../../sandbox/services/sqs/store";
import { AwsError } from "../../../../sandbox/wire/aws-error";
import { type Served, serve } from "../../support/serve";

const ROLE = "arn:aws:iam::123456789012:role/schedule-role";
const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters";
const GROUP = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default";

let served: Served;
let client: SchedulerClient;
let invoked: AsyncRequest[];
let buried: QueueDelivery[];
let outcome: DeliveryOutcome;
let isTrusted: boolean;
let lines: string[];

beforeEach(async () => {
  [invoked, buried, lines] = [[], [], []];
  [outcome, isTrusted] = ["accepted", true];
  served = await serve((env) => {
    const store = new SchedulerStore(
      { ...env, log: (line) => lines.push(line) },
      {
        roles: {
          assumeRole: (arn, service, context) => {
            const source = [context["aws:SourceAccount"], context["aws:SourceArn"]];
            if (isTrusted && `${service} ${source}` === `scheduler.amazonaws.com 123456789012,${GROUP}`) {
              return { kind: "role", arn };
            }
            throw new AwsError("AccessDenied", 403, "no");
          },
        },
        functions: {
          invokeAsync: (request) => {
            invoked.push(request);
            return outcome;
          },
        },
        queues: {
          deliver: (delivery) => {
            buried.push(delivery);
            return "accepted";
          },
        },
      },
    );
    return [schedulerService(store)];
  });
  client = new SchedulerClient(served.client);
});
afterEach(async () => {
  client.destroy();
  await served.stop();
});

const settings = (changes: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: "s",
  ScheduleExpression: "rate(5 minutes)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: FUNCTION, RoleArn: ROLE, Input: '{"a":1}', DeadLetterConfig: { Arn: QUEUE } },
  ...changes,
});
const make = (changes: Partial<CreateScheduleCommandInput> = {}) =>
  client.send(new CreateScheduleCommand(settings(changes)));
const advance = (minutes: number) => served.environment.clock.advance(minutes * 60_000);

test("a schedule invokes its function as its role within the first minute, and then at its rate", async () => {
  await make();
  await advance(1);
  expect(invoked).toEqual([
    { functionArn: FUNCTION, payload: '{"a":1}', principal: { kind: "role", arn: ROLE }, context: {} },
  ]);
  await advance(4);
  expect(invoked).toHaveLength(1);
  await advance(11);
  expect(invoked).toHaveLength(4);
});

test("a disabled schedule, a deleted one and one by cron invoke nothing", async () => {
  await make({ State: "DISABLED" });
  await make({ Name: "cron", ScheduleExpression: "cron(0/5 * * * ? *)" });
  await make({ Name: "gone" });
  await client.send(new DeleteScheduleCommand({ Name: "gone" }));
  await advance(60);
  expect(invoked).toEqual([]);
  await client.send(new UpdateScheduleCommand(settings({ State: "ENABLED" })));
  await advance(1);
  expect(invoked).toHaveLength(1);
});

test("a schedule keeps to its start and end", async () => {
  const now = served.environment.clock.now();
  const [StartDate, EndDate] = [new Date(now + 3_600_000), new Date(now + 3_600_000 + 12 * 60_000)];
  await make({ StartDate, EndDate });
  await advance(60);
  expect(invoked).toHaveLength(0);
  await advance(60);
  expect(invoked).toHaveLength(3);
});

test("a schedule is shown with what AWS sets, and an update sets everything anew", async () => {
  await make({ Description: "one" });
  const { $metadata, CreationDate, LastModificationDate, ...shown } = await client.send(
    new GetScheduleCommand({ Name: "s", GroupName: "default" }),
  );
  expect(CreationDate).toEqual(served.environment.clock.date());
  expect(shown).toEqual({
    Arn: "arn:aws:scheduler:us-east-1:123456789012:schedule/default/s",
    GroupName: "default",
    ...settings({ Description: "one" }),
    ...{ ActionAfterCompletion: "NONE", ScheduleExpressionTimezone: "UTC", State: "ENABLED" },
    Target: {
      ...settings().Target,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  });
  await client.send(new UpdateScheduleCommand(settings()));
  expect((await client.send(new GetScheduleCommand({ Name: "s" }))).Description).toBeUndefined();
  const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: "s" }));
  expect(Schedules?.map(({ Name, State }) => [Name, State])).toEqual([["s", "ENABLED"]]);
});

test("a role that does not let Scheduler in is refused at once, and later loses the event to the dead letters", async () => {
  isTrusted = false;
  await expect(make()).rejects.toMatchObject({
    name: "ValidationException",
    message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  });
  isTrusted = true;
  await make();
  isTrusted = false;
  await advance(1);
  expect([invoked, buried]).toEqual([[], []]);
  isTrusted = true;
  outcome = "denied";
  await advance(5);
  expect(buried).toEqual([{ queueArn: QUEUE, body: '{"a":1}', principal: { kind: "role", arn: ROLE } }]);
  expect(lines).toEqual([
    expect.stringContaining("the role cannot be assumed"),
    expect.stringContaining("denied"),
  ]);
});

test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
  ["another expression", { ScheduleExpression: "rate(5)" }, "ValidationException"],
  ["a rate of nothing", { ScheduleExpression: "rate(0 minutes)" }, "ValidationException"],
  ["another group", { GroupName: "other" }, "ResourceNotFoundException"],
  ["another target", { Target: { Arn: QUEUE, RoleArn: ROLE } }, "ValidationException"],
])("%s is refused", async (_, changes, name) => {
  await expect(make(changes)).rejects.toMatchObject({ name });
});

test("a name is one schedule's, and one that is not there is not found", async () => {
  await make();
  await expect(make()).rejects.toMatchObject({ name: "ConflictException" });
  await expect(client.send(new GetScheduleCommand({ Name: "x" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
