import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import captured from "../../fixtures/events/captured-dev-izwb.json";
import badThenGood from "../../fixtures/events/synthetic-bad-then-good.json";
import { type AwsStub, startAwsStub } from "../../lib/quarantine/aws-stub";
import { captureOutput } from "./capture-output";

const GROUP = "PUT /thing-groups/addThingToThingGroup";
const THING = "GET /things/dev-IZWB";
const SHADOW = "POST /things/dev-IZWB/shadow";
const SESSION = "DELETE /connections/dev-IZWB?cleanSession=true&preventWillMessage=true";

/** As the program writes it into the archive. */
const RESPONSES = {
  version: 2,
  profiles: {
    MySecProfile: { MessagesPub: "quarantine" },
    MsgSentSecProfile: { MsgSentBehavior: "quarantine" },
  },
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};

let aws: AwsStub;
let taskRoot: string;
let handler: (event: unknown, context?: Context) => Promise<unknown>;
let makeHandler: (env: NodeJS.ProcessEnv) => typeof handler;

beforeAll(async () => {
  aws = await startAwsStub();
  taskRoot = await mkdtemp(join(tmpdir(), "quarantine-device-"));
  await writeFile(join(taskRoot, "responses.json"), JSON.stringify(RESPONSES));
  Object.assign(process.env, {
    QUARANTINE_GROUP_NAME: "Quarantine",
    LAMBDA_TASK_ROOT: taskRoot,
    LEDGER_TABLE_NAME: "ledger",
    RESTRICTIVE_POLICY_NAME: "Fence",
    NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:notices",
    STACK_NAME: "dev",
    IOT_DATA_ENDPOINT: "unreachable.invalid",
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_SNS: `${aws.endpoint}/people`,
    AWS_ENDPOINT_URL_EVENTBRIDGE: `${aws.endpoint}/systems`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "do-not-log-me",
  });
  // The module reads its environment once, at load.
  ({ handler, makeHandler } = await import("../../../functions/quarantine-device/handler"));
});
beforeEach(() => answers(() => "ok"));
afterEach(() => aws.reset());
afterAll(async () => {
  await aws.close();
  await rm(taskRoot, { recursive: true });
});

/** Every call to DynamoDB; what it answers is for the ledger's own tests. */
const LEDGER_CALL = "POST /";

/** Every call to SNS and EventBridge, which take all; what is told is for the notices' own tests. */
const TELLING = /^POST \/(people|systems)/;
const PUBLISHED =
  "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";
const EVENTS = { Entries: Array.from({ length: 10 }, () => ({ EventId: "e" })) };

/** What is looked up before anything is changed: the violation, which lasts, and the evidence. */
const LOOK_UP = /^GET (\/active-violations\?|\/things\/[^/]+\/(principals|thing-groups)$|\/connections\/)/;
const VIOLATIONS = {
  activeViolations: ["MessagesPub", "MsgSentBehavior"].map((name) => ({
    violationId: "lasting",
    behavior: { name },
  })),
};

/** What AWS IoT was asked, look-ups apart. */
const iotRequests = () =>
  aws.requests.filter(({ call }) => call !== LEDGER_CALL && !LOOK_UP.test(call) && !TELLING.test(call));

/** Sets what AWS IoT answers, look-ups apart. */
function answers(answer: AwsStub["answer"]) {
  aws.answer = (call) => {
    if (call === LEDGER_CALL) return "ok";
    if (call.startsWith("POST /people")) return { text: PUBLISHED };
    if (call.startsWith("POST /systems")) return { json: EVENTS };
    return LOOK_UP.test(call) ? { json: VIOLATIONS } : answer(call);
  };
}

/** Invokes the handler and gives back its lines and what it threw. */
async function invoke(event: unknown, context?: Context) {
  let thrown: unknown;
  const lines = await captureOutput(async () => {
    await handler(event, context).catch((error: unknown) => {
      thrown = error;
    });
  });
  return {
    thrown,
    lines,
    outcomes: lines.filter((line) => "outcome" in line && !("_aws" in line)).map((line) => line.outcome),
  };
}

/** A context of which each look at the time that is left finds the next of these, the last one again and again. */
function contextWith(...remainingMs: number[]): Context {
  let looks = 0;
  const getRemainingTimeInMillis = () => remainingMs[Math.min(looks++, remainingMs.length - 1)] ?? 0;
  return {
    awsRequestId: "request-7",
    functionName: "quarantine-device",
    getRemainingTimeInMillis,
  } as Context;
}

const context = contextWith(60_000);
/** Before the group: registry, thing, limit (2), violation, place, evidence (3), plan. */
const EARLIER_LOOKS = Array.from({ length: 10 }, () => 60_000);

test("the captured alarm goes to group, shadow and connection, in this order", async () => {
  const { thrown, lines } = await invoke(captured, context);
  expect(thrown).toBeUndefined();
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP, SHADOW, SESSION]);
  expect(lines).toEqual([
    expect.objectContaining({
      outcome: "quarantined",
      thingName: "dev-IZWB",
      securityProfileName: "MySecProfile",
      behaviorName: "MessagesPub",
      violationId: "37e18651d207bbc74236c13faf146127",
      function_request_id: "request-7",
      service: "quarantine-device",
    }),
    expect.objectContaining({
      quarantined: 1,
      profile: "MySecProfile",
      outcome: "quarantined",
      _aws: expect.objectContaining({
        CloudWatchMetrics: [expect.objectContaining({ Namespace: "IotQuarantine" })],
      }),
    }),
  ]);
});

test("registry, ledger, limit and violation are asked before anything is done, and evidence is kept before it", async () => {
  await invoke(captured, context);
  const calls = aws.requests.map(({ call }) => call);
  const kinds = calls.map((call) => {
    if (call === LEDGER_CALL) return "ledger";
    if (TELLING.test(call)) return "told";
    return LOOK_UP.test(call) ? "look-up" : "iot";
  });
  expect(kinds).toEqual([
    "iot",
    // The thing, its places of the hour before, a place.
    ...["ledger", "ledger", "ledger"],
    "look-up",
    // The place is used.
    "ledger",
    ...["look-up", "look-up", "look-up"],
    "ledger",
    ...["iot", "iot", "iot"],
    ...["ledger", "ledger"],
    // Other systems; whether people are told at once; people.
    ...["told", "ledger", "told"],
  ]);
});

test("no line holds a credential or the payload", async () => {
  const text = JSON.stringify((await invoke(badThenGood, context)).lines);
  expect(text).not.toMatch(/do-not-log-me|metricValue|consecutiveDatapoints|2023-11-14T22:15:00Z/);
});

test("a bad record before a good one: the good one is acted on and the invocation fails", async () => {
  const { thrown, outcomes } = await invoke(badThenGood);
  expect(outcomes).toEqual(["rejected", "quarantined"]);
  expect(iotRequests()).toHaveLength(4);
  expect(thrown).toBeInstanceOf(Error);
});

test("a call that is throttled once is repeated by the SDK", async () => {
  let calls = 0;
  answers(() => {
    calls += 1;
    return calls === 1 ? { status: 429, type: "ThrottlingException" } : "ok";
  });
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["quarantined"]);
  expect(
    iotRequests()
      .map(({ call }) => call)
      .slice(0, 2),
  ).toEqual([THING, THING]);
});

test("both clients retry in adaptive mode", async () => {
  await invoke(captured);
  // The SDK writes the features in use behind "m/"; F is its adaptive retry mode, E the standard one.
  const features = iotRequests().map(
    ({ userAgent }) => / m\/([\w,+-]+)/.exec(userAgent)?.[1]?.split(",") ?? [],
  );
  expect(features).toHaveLength(4);
  for (const used of features) expect(used).toContain("F");
});

test("a call that fails to the end fails the invocation, and a retry of the event makes it good", async () => {
  answers((call) => (call.endsWith("/shadow") ? { status: 500, type: "InternalFailureException" } : "ok"));
  const first = await invoke(captured);
  expect(first.outcomes).toEqual(["failed"]);
  expect(first.thrown).toBeInstanceOf(Error);
  expect(iotRequests().filter(({ call }) => call.endsWith("/shadow"))).toHaveLength(3);
  // The session is cut all the same.
  expect(iotRequests().at(-1)?.call).toMatch(/^DELETE /);
  aws.reset();
  answers(() => "ok");
  const second = await invoke(captured);
  expect(second.outcomes).toEqual(["quarantined"]);
  expect(second.thrown).toBeUndefined();
});

// AWS's own words, which name neither the thing nor the group.
const NOT_FOUND = {
  status: 404,
  type: "ResourceNotFoundException",
  message: "The specified resource does not exist",
} as const;

test("a thing that is not in the registry gets no shadow and loses no session", async () => {
  answers(() => NOT_FOUND);
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["unregistered"]);
  expect(iotRequests().map(({ call }) => call)).toEqual([THING]);
});

test("a Quarantine group that is not there fails the invocation, and lets no device go in silence", async () => {
  answers((call) => (call === GROUP ? NOT_FOUND : "ok"));
  const { thrown, lines } = await invoke(captured);
  expect(thrown).toBeInstanceOf(Error);
  expect(lines[0]).toMatchObject({
    outcome: "failed",
    reason: "group: the Quarantine group is not there (the thing is); shadow and session not tried",
  });
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP, THING]);
});

test("a registry that cannot be asked leaves the question open, which is a failure", async () => {
  answers(() => ({ status: 403, type: "AccessDeniedException" }));
  const { thrown, lines } = await invoke(captured);
  expect(thrown).toBeInstanceOf(Error);
  expect(lines[0]).toMatchObject({
    outcome: "failed",
    reason: expect.stringMatching(/^registry: AccessDeniedException \(HTTP 403.*the device was not touched$/),
  });
  expect(iotRequests().map(({ call }) => call)).toEqual([THING]);
});

test("a registry that is lost after the group was not found leaves the question open, too", async () => {
  let looks = 0;
  answers((call) => {
    if (call === GROUP) return NOT_FOUND;
    looks += call === THING ? 1 : 0;
    return looks > 1 ? { status: 403, type: "AccessDeniedException" } : "ok";
  });
  const { lines } = await invoke(captured);
  expect(lines[0]).toMatchObject({
    outcome: "failed",
    reason: expect.stringMatching(/thing or the group; registry: AccessDeniedException \(HTTP 403/),
  });
});

test("a device that filled its shadow is quarantined all the same, and a retry is not asked for", async () => {
  answers((call) => (call === SHADOW ? { status: 413, type: "RequestEntityTooLargeException" } : "ok"));
  const { thrown, lines } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(lines[0]).toMatchObject({
    outcome: "quarantined",
    reason:
      "group requested of AWS, shadow flag not set: the shadow is full (RequestEntityTooLargeException), session cut",
  });
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP, SHADOW, SESSION]);
});

test.each([
  ["15 s, where Lambda leaves enough", contextWith(900_000), 15_000],
  ["15 s, where nobody says what is left", undefined, 15_000],
  ["a quarter of what is left, where that is less", context, 15_000],
  ["a quarter of what is left, in whole milliseconds", contextWith(59_999), 14_999],
])("each call may take %s, and what is evidence alone 4 s", async (_, given, limit) => {
  const timers = jest.spyOn(global, "setTimeout");
  await invoke(captured, given);
  const limits = timers.mock.calls.map(([, milliseconds]) => milliseconds);
  timers.mockRestore();
  expect(limits.filter((milliseconds) => milliseconds === limit)).toHaveLength(15);
  // The violation, which waits in line.
  expect(limits.filter((milliseconds) => Number(milliseconds) > limit)).toEqual([
    expect.closeTo(2 * limit, -1),
  ]);
  // Principals and connection, which are evidence.
  expect(limits.filter((milliseconds) => milliseconds === 4_000)).toHaveLength(2);
});

test("a request without an answer is given up after 5 s, and tried again", async () => {
  const { setTimeout: wait } = global;
  let giveUp: () => void = () => undefined;
  const timers = jest.spyOn(global, "setTimeout").mockImplementation(((
    run: () => void,
    milliseconds: number,
  ) => {
    if (milliseconds === 5_000) giveUp = run;
    return wait(run, milliseconds);
  }) as typeof wait);
  // The time of the request that is asking now is over, and not that of the ledger's before it.
  answers((call) => {
    if (call !== GROUP) return "ok";
    setImmediate(() => giveUp());
    return "none";
  });
  const { lines } = await invoke(captured);
  timers.mockRestore();
  expect(lines[0]).toMatchObject({
    outcome: "failed",
    reason: expect.stringMatching(/^group: TimeoutError/),
  });
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP, GROUP, GROUP]);
});

test("on AWS, where no endpoint is set, the data plane is the one that it is told, by TLS, and no other service's", async () => {
  const greetings: number[] = [];
  const endpoint = createServer((socket) => {
    socket.once("data", (bytes) => {
      greetings.push(bytes[0] ?? -1);
      socket.destroy();
    });
    socket.on("error", () => undefined);
  });
  endpoint.listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const { port } = endpoint.address() as AddressInfo;
  process.env.AWS_MAX_ATTEMPTS = "1";
  const onAws = makeHandler({
    QUARANTINE_GROUP_NAME: "Quarantine",
    IOT_DATA_ENDPOINT: `127.0.0.1:${port}`,
    LEDGER_TABLE_NAME: "ledger",
    RESTRICTIVE_POLICY_NAME: "Fence",
    NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:notices",
    STACK_NAME: "dev",
    LAMBDA_TASK_ROOT: taskRoot,
  });
  await captureOutput(() => expect(onAws(captured)).rejects.toThrow("1 failed"));
  delete process.env.AWS_MAX_ATTEMPTS;
  endpoint.close();
  await once(endpoint, "close");
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP]);
  // Connection, shadow and session: each begins with a TLS record of kind handshake, 22.
  expect(greetings).toEqual([22, 22, 22]);
});

describe("an answer whose body never ends", () => {
  test("at the group ends in a failure that is logged, within the time that Lambda leaves", async () => {
    answers((call) => (call === GROUP ? "endless" : "ok"));
    const { thrown, lines } = await invoke(captured, contextWith(...EARLIER_LOOKS, 103, 60_000));
    expect(thrown).toBeInstanceOf(Error);
    expect(lines[0]).toMatchObject({
      outcome: "failed",
      reason: "group: CallTimeout (no whole answer in 25 ms); shadow and session not tried",
    });
  });

  test("at the shadow does not spare the session", async () => {
    answers((call) => (call === SHADOW ? "endless" : "ok"));
    // The calls look in turn; only the shadow's may be short, for a slow machine must not end the others.
    const { lines } = await invoke(captured, contextWith(...EARLIER_LOOKS, 60_000, 103, 60_000));
    expect(lines[0]).toMatchObject({
      outcome: "failed",
      reason: "shadow: CallTimeout (no whole answer in 25 ms)",
    });
    expect(iotRequests().at(-1)?.call).toBe(SESSION);
  });
});

test("a thing that AWS refuses loses its session, and its shadow does not claim a quarantine", async () => {
  answers((call) =>
    call === GROUP ? { status: 400, type: "InvalidRequestException", message: "10 groups" } : "ok",
  );
  const { thrown, outcomes } = await invoke(captured);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual(["not-contained"]);
  expect(iotRequests().map(({ call }) => call)).toEqual([THING, GROUP, SESSION]);
});
