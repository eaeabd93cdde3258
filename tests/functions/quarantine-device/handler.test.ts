import type { Context } from "aws-lambda";
import captured from "../../fixtures/events/captured-dev-izwb.json";
import badThenGood from "../../fixtures/events/synthetic-bad-then-good.json";
import { type AwsStub, startAwsStub } from "./aws-stub";
import { captureOutput } from "./capture-output";

const GROUP = "PUT /thing-groups/updateThingGroupsForThing";

let aws: AwsStub;
let handler: (event: unknown, context?: Context) => Promise<void>;

beforeAll(async () => {
  aws = await startAwsStub();
  Object.assign(process.env, {
    QUARANTINE_GROUP_NAME: "Quarantine",
    IOT_DATA_ENDPOINT: "unreachable.invalid",
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "do-not-log-me",
  });
  // The module reads its environment once, at load.
  ({ handler } = await import("../../../functions/quarantine-device/handler"));
});
afterEach(() => aws.reset());
afterAll(() => aws.close());

/** Invokes the handler and gives back its lines and what it threw. */
async function invoke(event: unknown, context?: Context) {
  let thrown: unknown;
  const lines = await captureOutput(async () => {
    await handler(event, context).catch((error: unknown) => {
      thrown = error;
    });
  });
  return { thrown, lines, outcomes: lines.filter((line) => !("_aws" in line)).map((line) => line.outcome) };
}

const context = { awsRequestId: "request-7", functionName: "quarantine-device" } as Context;

test("the captured alarm goes to group, shadow and connection, in this order", async () => {
  const { thrown, lines } = await invoke(captured, context);
  expect(thrown).toBeUndefined();
  expect(aws.requests.map(({ call }) => call)).toEqual([
    GROUP,
    "POST /things/dev-IZWB/shadow",
    "DELETE /connections/dev-IZWB?cleanSession=true&preventWillMessage=true",
  ]);
  expect(lines).toEqual([
    expect.objectContaining({
      outcome: "quarantined",
      thingName: "dev-IZWB",
      securityProfileName: "MySecProfile",
      behaviorName: "MessagesPub",
      violationId: "37e18651d207bbc74236c13faf146127",
      function_request_id: "request-7",
    }),
    expect.objectContaining({ quarantined: 1, profile: "MySecProfile", outcome: "quarantined" }),
  ]);
});

test("no line holds a credential or the payload", async () => {
  const text = JSON.stringify((await invoke(badThenGood, context)).lines);
  expect(text).not.toMatch(/do-not-log-me|metricValue|consecutiveDatapoints|2023-11-14T22:15:00Z/);
});

test("a bad record before a good one: the good one is acted on and the invocation fails", async () => {
  const { thrown, outcomes } = await invoke(badThenGood);
  expect(outcomes).toEqual(["rejected", "quarantined"]);
  expect(aws.requests).toHaveLength(3);
  expect(thrown).toBeInstanceOf(Error);
});

test("a call that is throttled once is repeated by the SDK", async () => {
  let calls = 0;
  aws.answer = () => {
    calls += 1;
    return calls === 1 ? { status: 429, type: "ThrottlingException" } : "ok";
  };
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["quarantined"]);
  expect(aws.requests.map(({ call }) => call).slice(0, 2)).toEqual([GROUP, GROUP]);
});

test("both clients retry in adaptive mode", async () => {
  await invoke(captured);
  // The SDK writes the features in use behind "m/"; F is its adaptive retry mode, E the standard one.
  const features = aws.requests.map(
    ({ userAgent }) => / m\/([\w,+-]+)/.exec(userAgent)?.[1]?.split(",") ?? [],
  );
  expect(features).toHaveLength(3);
  for (const used of features) {
    expect(used).toContain("F");
  }
});

test("a call that fails to the end fails the invocation, and a retry of the event makes it good", async () => {
  aws.answer = (call) =>
    call.endsWith("/shadow") ? { status: 500, type: "InternalFailureException" } : "ok";
  const first = await invoke(captured);
  expect(first.outcomes).toEqual(["failed"]);
  expect(first.thrown).toBeInstanceOf(Error);
  expect(aws.requests.filter(({ call }) => call.endsWith("/shadow"))).toHaveLength(3);
  // The session is cut all the same.
  expect(aws.requests.at(-1)?.call).toMatch(/^DELETE /);
  aws.reset();
  const second = await invoke(captured);
  expect(second.outcomes).toEqual(["quarantined"]);
  expect(second.thrown).toBeUndefined();
});

test("a thing that is not in the registry gets no shadow and loses no session", async () => {
  aws.answer = () => ({
    status: 404,
    type: "ResourceNotFoundException",
    message: "Thing dev-IZWB not found",
  });
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["unregistered"]);
  expect(aws.requests.map(({ call }) => call)).toEqual([GROUP]);
});

test("a thing that AWS refuses gets its shadow and loses its session", async () => {
  aws.answer = (call) =>
    call === GROUP ? { status: 400, type: "InvalidRequestException", message: "10 groups" } : "ok";
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["not-quarantinable"]);
  expect(aws.requests).toHaveLength(3);
});
