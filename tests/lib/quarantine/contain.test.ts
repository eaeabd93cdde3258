import type { Alarm } from "../../../lib/detect/alarm";
import type { LedgerPorts } from "../../../lib/ledger/ledger";
import { contain, type GroupAnswer, type ShadowAnswer } from "../../../lib/quarantine/contain";
import type { Containment } from "../../../lib/responses/response-table";
import { type FakePorts, fakeLedger, fakePorts, NAMES } from "./fakes";

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

interface Answers {
  readonly group?: GroupAnswer | Error;
  readonly registered?: boolean | Error;
  readonly shadow?: ShadowAnswer | Error;
  readonly session?: "cut" | "no-session" | Error;
}

/** Ports that answer as told. */
function answering({ group, registered, shadow, session }: Answers, more: Partial<FakePorts> = {}) {
  const answer = async <T>(value: T | Error): Promise<T> => {
    if (value instanceof Error) throw value;
    return value;
  };
  return fakePorts({
    addToGroup: () => answer(group ?? { kind: "added" }),
    isRegistered: () => answer(registered ?? true),
    setShadow: () => answer(shadow ?? { kind: "set" }),
    cutSession: () => answer(session ?? "cut"),
    ...more,
  });
}

/** Contains the thing of the alarm. */
function containing(
  ports: FakePorts,
  containment: readonly Containment[] = ["group"],
  ledger: Pick<LedgerPorts, "begin"> = fakeLedger(),
) {
  return contain(ALARM, { ...NAMES, ports, containment, ledger });
}

const ALL = ["group dev-1", "shadow dev-1", "session dev-1"];
const GROUP_ONLY = ["group dev-1"];
const NO_SHADOW = ["group dev-1", "session dev-1"];
const NOT_FOUND: GroupAnswer = { kind: "not-found" };
const FULL: ShadowAnswer = { kind: "refused", why: "the shadow is full" };
const REFUSED: GroupAnswer = { kind: "refused", why: "ten groups" };

const TABLE: readonly (readonly [string, Answers, string, readonly string[], string])[] = [
  ["all well", {}, "quarantined", ALL, "group requested of AWS, shadow set, session cut"],
  ["a device without a session", { session: "no-session" }, "quarantined", ALL, "no session to cut"],
  ["no such thing", { group: NOT_FOUND, registered: false }, "unregistered", GROUP_ONLY, "no such thing"],
  ["no such group", { group: NOT_FOUND }, "failed", GROUP_ONLY, "the Quarantine group is not there"],
  [
    "nobody who knows which of them is missing",
    { group: NOT_FOUND, registered: throttled() },
    "failed",
    GROUP_ONLY,
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
    "not-contained",
    NO_SHADOW,
    "ten groups; shadow not set, session cut",
  ],
  [
    "a group that AWS refuses",
    { group: REFUSED },
    "not-contained",
    NO_SHADOW,
    "ten groups; shadow not set, session cut",
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
    "a refused group and a throttled session",
    { group: REFUSED, session: throttled() },
    "failed",
    NO_SHADOW,
    "session: T",
  ],
];

test.each(TABLE)("%s", async (_name, answers, outcome, calls, reason) => {
  const fake = answering(answers);
  expect((await containing(fake.ports)).outcome).toEqual({
    outcome,
    alarm: ALARM,
    reason: expect.stringContaining(reason),
  });
  expect(fake.calls).toEqual(calls);
});

test("the reason of a failure never quotes the message of an error", async () => {
  const { outcome } = await containing(answering({ group: throttled() }).ports);
  expect(outcome.reason).not.toContain("SECRET");
});

test("a failure of the network is told by its code, and one that is no error by its type", async () => {
  const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
  expect((await containing(answering({ group: refused }).ports)).outcome.reason).toContain(
    "Error (ECONNREFUSED)",
  );
  const { ports } = fakePorts({ addToGroup: () => Promise.reject("thrown text") });
  expect((await containing(ports)).outcome.reason).toMatch(/^group: a thrown string; /);
});

test("a repeated alarm repeats the same calls and comes to the same outcome", async () => {
  const fake = fakePorts();
  const first = await containing(fake.ports);
  expect(await containing(fake.ports)).toEqual(first);
  expect(fake.calls).toEqual([...ALL, ...ALL]);
});

const CERT = "arn:aws:iot:us-east-1:123456789012:cert/0123456789abcdef";
const OTHER = "arn:aws:iot:us-east-1:123456789012:cert/fedcba9876543210";
const COGNITO = "us-east-1:12345678-1234-1234-1234-123456789012";

describe("evidence", () => {
  test("is kept before anything is changed, with all that could be found out", async () => {
    const order: string[] = [];
    const ledger = fakeLedger({
      begin: async (_alarm, plan) => {
        order.push("begin");
        expect(JSON.parse(plan.evidence)).toEqual({
          groups: ["Site"],
          principals: [{ principal: CERT, policies: ["Device"] }],
          connection: { connected: true, sourceIp: "192.0.2.7" },
          failures: [],
        });
        return true;
      },
    });
    const { ports } = fakePorts({
      directGroupsOf: async () => ["Site"],
      principalsOf: async () => [CERT],
      policiesOf: async () => ["Device"],
      connectionOf: async () => ({ connected: true, sourceIp: "192.0.2.7" }),
      addToGroup: async () => {
        order.push("group");
        return { kind: "added" };
      },
    });
    await containing(ports, ["group"], ledger);
    expect(order).toEqual(["begin", "group"]);
  });

  test("that cannot be taken stops no quarantine, and says what is missing", async () => {
    const lost = () => Promise.reject(throttled());
    const ledger = fakeLedger();
    const { ports, calls } = fakePorts({ directGroupsOf: lost, principalsOf: lost, connectionOf: lost });
    expect((await containing(ports, ["group"], ledger)).outcome.outcome).toBe("quarantined");
    expect(calls).toEqual(ALL);
    expect(JSON.parse(ledger.plans[0]?.evidence ?? "").failures.sort()).toEqual(
      ["connection", "groups", "principals"].map(
        (step) => `${step}: ThrottlingException (HTTP 429, request req-1)`,
      ),
    );
  });

  test("that cannot be kept lets nobody be touched: the alarm comes again", async () => {
    const ledger = fakeLedger({ begin: () => Promise.reject(new Error("down")) });
    const { ports, calls } = fakePorts();
    expect(await containing(ports, ["group"], ledger)).toMatchObject({
      outcome: { outcome: "failed", reason: "ledger: Error; the device was not touched" },
      containment: [],
    });
    expect(calls).toEqual([]);
  });

  test("is refused for a thing that was released meanwhile, which stays free", async () => {
    const ledger = fakeLedger({ begin: async () => false });
    const { ports, calls } = fakePorts();
    expect((await containing(ports, ["group"], ledger)).outcome.outcome).toBe("ignored");
    expect(calls).toEqual([]);
  });
});

describe("containment of principals", () => {
  const BOTH = ["group", "principal", "deactivate"] as const;
  const owning = (...principals: string[]): Partial<FakePorts> => ({ principalsOf: async () => principals });

  test("attaches the policy to each and deactivates certificates, before the session is cut", async () => {
    const ledger = fakeLedger();
    const { ports, calls } = fakePorts(owning(CERT, COGNITO));
    const done = await containing(ports, BOTH, ledger);
    expect(calls).toEqual([
      "group dev-1",
      `policy ${CERT}`,
      `deactivate ${CERT}`,
      `policy ${COGNITO}`,
      "shadow dev-1",
      "session dev-1",
    ]);
    expect(done.containment).toEqual(BOTH);
    expect(done.outcome.reason).toBe(
      "group, principal, deactivate requested of AWS, shadow set, session cut",
    );
    expect(ledger.plans[0]).toMatchObject({
      ...NAMES,
      policyAttachedTo: [CERT, COGNITO],
      deactivatedCertificates: [CERT],
    });
  });

  test("does what the config says, and no more", async () => {
    const policy = fakePorts(owning(CERT));
    await containing(policy.ports, ["group", "principal"]);
    const inactive = fakePorts(owning(CERT));
    await containing(inactive.ports, ["group", "deactivate"]);
    expect([policy.calls[1], inactive.calls[1]]).toEqual([`policy ${CERT}`, `deactivate ${CERT}`]);
    expect([policy.calls.length, inactive.calls.length]).toEqual([4, 4]);
  });

  test("plans to undo only what was not so before: a policy that was attached, a certificate that was INACTIVE", async () => {
    const ledger = fakeLedger();
    const before = { policiesOf: async () => ["Fence"], certificateStatus: async () => "INACTIVE" };
    const { ports, calls } = fakePorts({ ...owning(CERT), ...before });
    await containing(ports, BOTH, ledger);
    expect(ledger.plans[0]).toMatchObject({ policyAttachedTo: [], deactivatedCertificates: [] });
    expect(calls).not.toContain(`deactivate ${CERT}`);
  });

  test("leaves a principal alone that several things share, and says so", async () => {
    const ledger = fakeLedger();
    const { ports, calls } = fakePorts({ ...owning(CERT, OTHER), isShared: async (one) => one === CERT });
    const done = await containing(ports, BOTH, ledger);
    expect(calls.filter((call) => call.includes(CERT))).toEqual([]);
    expect(done.outcome).toMatchObject({
      outcome: "quarantined",
      reason: expect.stringContaining("certificate 01234567: several things share it, it was not touched"),
    });
    expect(ledger.plans[0]).toMatchObject({ policyAttachedTo: [OTHER], deactivatedCertificates: [OTHER] });
  });

  const refused = { addToGroup: async () => REFUSED };

  test("contains a thing that AWS lets into no group, which then is quarantined and told so", async () => {
    const { ports, calls } = fakePorts({ ...refused, ...owning(CERT) });
    const done = await containing(ports, ["group", "principal"]);
    expect(done).toMatchObject({
      outcome: {
        outcome: "quarantined",
        reason: "principal requested of AWS, shadow set, session cut; ten groups",
      },
      containment: ["principal"],
      isContained: true,
    });
    expect(calls).toContain("shadow dev-1");
  });

  test.each<[string, Partial<FakePorts>, string]>([
    ["no principal", owning(), "the thing has no principals"],
    ["one of two shared", { ...owning(CERT, OTHER), isShared: async (one) => one === CERT }, "share it"],
    [
      "ten policies on it already",
      { ...owning(CERT), attachPolicy: async () => ({ kind: "refused", why: "ten policies" }) },
      "ten policies",
    ],
    [
      "more than can be touched",
      owning(...Array.from({ length: 21 }, (_, at) => `${CERT}${at}`)),
      "more than 20",
    ],
  ])("does not contain a thing in ten groups with %s: no shadow claims it", async (_name, changes, why) => {
    const { ports, calls } = fakePorts({ ...refused, ...changes });
    const done = await containing(ports, ["group", "principal"]);
    expect(done).toMatchObject({ isContained: false, outcome: { outcome: "not-contained" } });
    expect(done.outcome.reason).toContain(why);
    expect(calls).not.toContain("shadow dev-1");
    expect(calls.at(-1)).toBe("session dev-1");
  });

  test.each<[string, Partial<FakePorts>, string]>([
    ["the principals are not known", { principalsOf: () => Promise.reject(throttled()) }, "are not known"],
    [
      "nobody says who shares one",
      { ...owning(CERT), isShared: () => Promise.reject(throttled()) },
      "whether several things share it is not known",
    ],
    [
      "nobody says whether it was ACTIVE",
      { ...owning(CERT), certificateStatus: () => Promise.reject(throttled()) },
      "its status is not known",
    ],
    [
      "the policy is throttled",
      { ...owning(CERT), attachPolicy: () => Promise.reject(throttled()) },
      "certificate 01234567: principal: ThrottlingException",
    ],
  ])("comes again where %s, with the group and the rest done", async (_name, changes, why) => {
    const { ports, calls } = fakePorts(changes);
    const done = await containing(ports, BOTH);
    expect(done).toMatchObject({ outcome: { outcome: "failed" }, isContained: true });
    expect(done.outcome.reason).toContain(why);
    expect(calls).toEqual(expect.arrayContaining(ALL));
  });

  test("takes a principal that is gone for one that nobody goes on with", async () => {
    const { ports } = fakePorts({
      ...refused,
      ...owning(CERT),
      attachPolicy: async () => ({ kind: "gone" }),
    });
    expect(await containing(ports, ["group", "principal"])).toMatchObject({
      isContained: true,
      containment: [],
    });
  });
});
