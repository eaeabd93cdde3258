import {
  type GroupAnswer,
  type QuarantinePorts,
  quarantine,
  type ShadowAnswer,
} from "../../../lib/quarantine/contain";
import type { Alarm } from "../../../lib/quarantine/parse";

const ALARM: Alarm = {
  violationEventTime: 0,
  thingName: "dev-1",
  violationEventType: "in-alarm",
  violationId: "v",
  securityProfileName: "Profile",
  behaviorName: "Sent",
};

function throttled(): Error {
  return Object.assign(new Error("signed headers: x-amz-security-token:SECRET"), {
    name: "ThrottlingException",
    $metadata: { httpStatusCode: 429, requestId: "req-1" },
  });
}

/** Ports that note each call, in order, and answer as told. */
function fakePorts(answers: {
  readonly group?: GroupAnswer | Error;
  readonly registered?: boolean | Error;
  readonly shadow?: ShadowAnswer | Error;
  readonly session?: "cut" | "no-session" | Error;
}): { readonly ports: QuarantinePorts; readonly calls: string[] } {
  const calls: string[] = [];
  const answer = async <T>(call: string, value: T | Error): Promise<T> => {
    calls.push(call);
    if (value instanceof Error) {
      throw value;
    }
    return value;
  };
  const ports: QuarantinePorts = {
    addToGroup: (name) => answer(`group ${name}`, answers.group ?? { kind: "added" }),
    isRegistered: (name) => answer(`registry ${name}`, answers.registered ?? true),
    setShadow: (name) => answer(`shadow ${name}`, answers.shadow ?? { kind: "set" }),
    cutSession: (name) => answer(`session ${name}`, answers.session ?? "cut"),
  };
  return { ports, calls };
}

const ALL = ["group dev-1", "shadow dev-1", "session dev-1"];
const GROUP_ONLY = ["group dev-1"];
const GROUP_AND_REGISTRY = ["group dev-1", "registry dev-1"];
const NOT_FOUND: GroupAnswer = { kind: "not-found" };
const FULL: ShadowAnswer = { kind: "refused", why: "the shadow is full" };
const REFUSED: GroupAnswer = { kind: "refused", why: "ten groups" };

const TABLE: readonly (readonly [
  string,
  Parameters<typeof fakePorts>[0],
  string,
  readonly string[],
  string,
])[] = [
  ["all well", {}, "quarantined", ALL, "group and shadow requested of AWS, session cut"],
  ["a device without a session", { session: "no-session" }, "quarantined", ALL, "no session to cut"],
  [
    "no such thing",
    { group: NOT_FOUND, registered: false },
    "unregistered",
    GROUP_AND_REGISTRY,
    "no such thing",
  ],
  ["no such group", { group: NOT_FOUND }, "failed", GROUP_AND_REGISTRY, "the Quarantine group is not there"],
  [
    "nobody who knows which of them is missing",
    { group: NOT_FOUND, registered: throttled() },
    "failed",
    GROUP_AND_REGISTRY,
    "registry: ThrottlingException (HTTP 429, request req-1); shadow and session not tried",
  ],
  [
    "a full shadow",
    { shadow: FULL },
    "quarantined",
    ALL,
    "group requested of AWS, the shadow is full, session cut",
  ],
  [
    "a full shadow and a throttled session",
    { shadow: FULL, session: throttled() },
    "failed",
    ALL,
    "session: ThrottlingException",
  ],
  [
    "a group that AWS refuses and a full shadow",
    { group: REFUSED, shadow: FULL },
    "not-quarantinable",
    ALL,
    "ten groups; the shadow is full, session cut",
  ],
  [
    "a group that AWS refuses",
    { group: REFUSED },
    "not-quarantinable",
    ALL,
    "ten groups; shadow set, session cut",
  ],
  [
    "a throttled group",
    { group: throttled() },
    "failed",
    GROUP_ONLY,
    "group: ThrottlingException (HTTP 429, request req-1)",
  ],
  ["a throttled shadow", { shadow: throttled() }, "failed", ALL, "shadow: ThrottlingException"],
  ["a throttled session", { session: throttled() }, "failed", ALL, "session: ThrottlingException"],
  [
    "both throttled",
    { shadow: throttled(), session: throttled() },
    "failed",
    ALL,
    "shadow: ThrottlingException (HTTP 429, request req-1); session: T",
  ],
  [
    "a refused group and a throttled shadow",
    { group: REFUSED, shadow: throttled() },
    "failed",
    ALL,
    "shadow: T",
  ],
];

test.each(TABLE)("%s", async (_name, answers, outcome, calls, reason) => {
  const fake = fakePorts(answers);
  await expect(quarantine(ALARM, fake.ports)).resolves.toEqual({
    outcome,
    alarm: ALARM,
    reason: expect.stringContaining(reason),
  });
  expect(fake.calls).toEqual(calls);
});

test("the reason of a failure never quotes the message of an error", async () => {
  const { reason } = await quarantine(ALARM, fakePorts({ group: throttled() }).ports);
  expect(reason).not.toContain("SECRET");
});

test("a failure of the network is told by its code, and one that is no error by its type", async () => {
  const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
  expect((await quarantine(ALARM, fakePorts({ group: refused }).ports)).reason).toContain(
    "Error (ECONNREFUSED)",
  );
  const ports = { ...fakePorts({}).ports, addToGroup: () => Promise.reject("thrown text") };
  expect((await quarantine(ALARM, ports)).reason).toMatch(/^group: a thrown string; /);
});

test("a repeated alarm repeats the same calls and comes to the same outcome", async () => {
  const fake = fakePorts({});
  const first = await quarantine(ALARM, fake.ports);
  expect(await quarantine(ALARM, fake.ports)).toEqual(first);
  expect(fake.calls).toEqual([...ALL, ...ALL]);
});
