import type { AwsScope } from "../../../../lib/aws/arns";
import { parseIotPolicy } from "../../../../lib/policy-language/iot/document";
import { evaluateIotPolicies, type NamedIotPolicy } from "../../../../lib/policy-language/iot/evaluate";
import {
  connectChecks,
  iotResourceArn,
  publishChecks,
  receiveChecks,
  subscribeChecks,
} from "../../../../lib/policy-language/iot/requests";
import { connectionVariables } from "../../../../lib/policy-language/iot/variables";

// The whole life of a quarantined device, judged by the restrictive policy's document together with what
// a certificate's policy may say. The document is written out: the test shares nothing with what renders it.

const SCOPE: AwsScope = { partition: "aws", region: "us-east-1", account: "123456789012" };
const BASE = "arn:aws:iot:us-east-1:123456789012:";
const MINE = "$aws/things/${iot:ClientId}/shadow";
const FIVE = [
  `${BASE}client/\${iot:ClientId}`,
  `${BASE}topic/${MINE}/get*`,
  `${BASE}topic/${MINE}/update*`,
  `${BASE}topicfilter/${MINE}/get/*`,
  `${BASE}topicfilter/${MINE}/update/*`,
];

const OWN = "$aws/things/${iot:Connection.Thing.ThingName}";
/** What the group grants; all of it to the thing's own certificates alone. */
const GRANTED = [
  `${BASE}client/\${iot:Connection.Thing.ThingName}`,
  `${BASE}topic/${OWN}/shadow/get*`,
  `${BASE}topic/${OWN}/shadow/update*`,
  `${BASE}topicfilter/${OWN}/shadow/*`,
];

function policy(name: string, ...statements: object[]): NamedIotPolicy {
  return { name, policy: parseIotPolicy({ Version: "2012-10-17", Statement: statements }) };
}

const QUARANTINE = policy(
  "Quarantine",
  { Effect: "Deny", Action: "iot:*", NotResource: FIVE },
  {
    Effect: "Deny",
    Action: "iot:Publish",
    NotResource: [`${BASE}topic/${MINE}/get`, `${BASE}topic/${MINE}/update`],
  },
  { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
  {
    Effect: "Allow",
    Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
    Resource: GRANTED,
    Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
  },
);
const ANYTHING = policy("Anything", { Effect: "Allow", Action: "iot:*", Resource: "*" });
const TELEMETRY = policy(
  "Telemetry",
  { Effect: "Allow", Action: "iot:Connect", Resource: `${BASE}client/\${iot:ClientId}` },
  { Effect: "Allow", Action: "iot:Publish", Resource: `${BASE}topic/telemetry/\${iot:ClientId}` },
);

interface Check {
  readonly action: string;
  readonly resource: string;
}

/** What each check of an operation came to; the operation passes where all are allowed. */
function decide(
  policies: readonly NamedIotPolicy[],
  checks: readonly Check[],
  clientId: string,
  attachedTo: string | null = THING,
): string[] {
  const thing = attachedTo === null ? {} : { thing: { name: attachedTo, attributes: {} } };
  const variables = connectionVariables({ clientId, ...thing });
  return checks.map((check) => evaluateIotPolicies(policies, { ...check, variables }).decision);
}

const THING = "dev-XBHY";
const SHADOW = `$aws/things/${THING}/shadow`;
const CERTIFICATES = [
  ["a certificate policy that allows everything", ANYTHING],
  ["a certificate policy that allows telemetry alone", TELEMETRY],
] as const;

describe.each(CERTIFICATES)("a quarantined device with %s", (_, certificate) => {
  const passing: readonly [string, readonly Check[]][] = [
    ["connects as itself", connectChecks(SCOPE, THING)],
    ["asks for its shadow", publishChecks(SCOPE, `${SHADOW}/get`, false)],
    ["listens for the answer", subscribeChecks(SCOPE, `${SHADOW}/get/accepted`)],
    ["listens for every answer to get", subscribeChecks(SCOPE, `${SHADOW}/get/+`)],
    ["listens for the refusal", subscribeChecks(SCOPE, `${SHADOW}/get/rejected`)],
    ["gets the answer", receiveChecks(SCOPE, `${SHADOW}/get/accepted`)],
    ["gets the refusal", receiveChecks(SCOPE, `${SHADOW}/get/rejected`)],
    ["reports into its shadow", publishChecks(SCOPE, `${SHADOW}/update`, false)],
    ["listens for all answers to the update", subscribeChecks(SCOPE, `${SHADOW}/update/#`)],
    ["gets the update's answer", receiveChecks(SCOPE, `${SHADOW}/update/accepted`)],
    ["listens for deltas", subscribeChecks(SCOPE, `${SHADOW}/update/delta`)],
    ["gets a delta", receiveChecks(SCOPE, `${SHADOW}/update/delta`)],
    ["gets the documents", receiveChecks(SCOPE, `${SHADOW}/update/documents`)],
  ];
  it.each(passing)("%s", (_name, checks) => {
    const decisions = decide([certificate, QUARANTINE], checks, THING);
    expect(decisions).toEqual(checks.map(() => "allowed"));
  });

  const refused: readonly [string, readonly Check[]][] = [
    ["connect as another", connectChecks(SCOPE, "dev-OTHER")],
    ["connect as one whose name starts alike", connectChecks(SCOPE, `${THING}2`)],
    ["publish to any topic", publishChecks(SCOPE, "a/b", false)],
    ["publish its telemetry", publishChecks(SCOPE, `telemetry/${THING}`, false)],
    ["publish an answer to its own shadow", publishChecks(SCOPE, `${SHADOW}/update/accepted`, false)],
    ["publish a delta to itself", publishChecks(SCOPE, `${SHADOW}/update/delta`, false)],
    ["publish to a topic that starts like get", publishChecks(SCOPE, `${SHADOW}/getaway`, false)],
    ["delete its shadow", publishChecks(SCOPE, `${SHADOW}/delete`, false)],
    ["ask for another's shadow", publishChecks(SCOPE, "$aws/things/dev-OTHER/shadow/get", false)],
    ["write another's shadow", publishChecks(SCOPE, "$aws/things/dev-OTHER/shadow/update", false)],
    ["write a named shadow", publishChecks(SCOPE, `${SHADOW}/name/n/update`, false)],
    ["get a named shadow", publishChecks(SCOPE, `${SHADOW}/name/n/get`, false)],
    ["ask for its jobs", publishChecks(SCOPE, `$aws/things/${THING}/jobs/get`, false)],
    ["listen for its jobs", subscribeChecks(SCOPE, `$aws/things/${THING}/jobs/notify-next`)],
    ["use Basic Ingest", publishChecks(SCOPE, "$aws/rules/Store/a/b", false)],
    [
      "report Device Defender metrics",
      publishChecks(SCOPE, `$aws/things/${THING}/defender/metrics/json`, false),
    ],
    ["listen for a command", subscribeChecks(SCOPE, `cmd/${THING}`)],
    ["listen for everything", subscribeChecks(SCOPE, "#")],
    ["listen for all of $aws", subscribeChecks(SCOPE, "$aws/#")],
    ["listen for all of its shadow", subscribeChecks(SCOPE, `${SHADOW}/#`)],
    ["listen for everyone's shadow", subscribeChecks(SCOPE, "$aws/things/+/shadow/get/accepted")],
    ["listen through a shared subscription", subscribeChecks(SCOPE, `$share/g/${SHADOW}/get/accepted`)],
    ["get a message of an older subscription", receiveChecks(SCOPE, `cmd/${THING}`)],
    ["get another's answer", receiveChecks(SCOPE, "$aws/things/dev-OTHER/shadow/get/accepted")],
    [
      "take credentials for its certificate",
      [{ action: "iot:AssumeRoleWithCertificate", resource: `${BASE}rolealias/Uploader` }],
    ],
    ["write its shadow over HTTPS", [{ action: "iot:UpdateThingShadow", resource: `${BASE}thing/${THING}` }]],
    [
      "delete its shadow over HTTPS",
      [{ action: "iot:DeleteThingShadow", resource: `${BASE}thing/${THING}` }],
    ],
    ["do what AWS adds later", [{ action: "iot:SomethingNew", resource: "*" }]],
  ];
  it.each(refused)("cannot %s", (_name, checks) => {
    const decisions = decide([certificate, QUARANTINE], checks, THING);
    expect(decisions).toEqual(checks.map(() => "explicit-deny"));
  });

  it.each(["get", "update"])("cannot leave a retained message on its shadow's %s topic", (operation) => {
    const checks = publishChecks(SCOPE, `${SHADOW}/${operation}`, true);
    expect(decide([certificate, QUARANTINE], checks, THING)).toEqual(["allowed", "explicit-deny"]);
  });

  it("is refused whichever of the two policies is read first", () => {
    const checks = publishChecks(SCOPE, "a/b", false);
    expect(decide([QUARANTINE, certificate], checks, THING)).toEqual(["explicit-deny"]);
  });
});

describe("a stranger's certificate that connects under the quarantined device's name", () => {
  const PINNED = policy("Pinned", {
    Effect: "Allow",
    Action: "iot:*",
    Resource: [`${BASE}client/dev-OTHER`, `${BASE}topic/$aws/things/dev-OTHER/*`],
  });
  const acts: readonly [string, readonly Check[]][] = [
    ["connect", connectChecks(SCOPE, THING)],
    ["ask for the shadow", publishChecks(SCOPE, `${SHADOW}/get`, false)],
    ["write the shadow", publishChecks(SCOPE, `${SHADOW}/update`, false)],
    ["listen for the answer", subscribeChecks(SCOPE, `${SHADOW}/get/accepted`)],
    ["listen for deltas", subscribeChecks(SCOPE, `${SHADOW}/update/delta`)],
    ["get the answer", receiveChecks(SCOPE, `${SHADOW}/get/accepted`)],
    ["get a delta", receiveChecks(SCOPE, `${SHADOW}/update/delta`)],
  ];
  it.each(acts)("cannot %s", (_name, checks) => {
    const refused = checks.map(() => "implicit-deny");
    expect(decide([PINNED, QUARANTINE], checks, THING, "dev-OTHER")).toEqual(refused);
    expect(decide([PINNED, QUARANTINE], checks, THING, null)).toEqual(refused);
  });
});

describe("before the quarantine", () => {
  it.each([
    ["everything", ANYTHING, "allowed"],
    ["telemetry alone", TELEMETRY, "implicit-deny"],
  ] as const)("a certificate that allows %s decides alone about a/b", (_, certificate, expected) => {
    expect(decide([certificate], publishChecks(SCOPE, "a/b", false), THING)).toEqual([expected]);
  });

  it("a certificate that allows telemetry alone could not reach the shadow: the Allow is needed", () => {
    const denyOnly = {
      name: "DenyOnly",
      policy: { statements: QUARANTINE.policy.statements.filter(({ effect }) => effect === "Deny") },
    };
    const checks = publishChecks(SCOPE, `${SHADOW}/get`, false);
    expect(decide([TELEMETRY, denyOnly], checks, THING)).toEqual(["implicit-deny"]);
  });
});

describe("a client id made of wildcards", () => {
  it.each(["*", "????????", "dev-*"])("%s reaches no other thing's shadow", (clientId) => {
    const checks = [
      ...publishChecks(SCOPE, `${SHADOW}/get`, false),
      ...subscribeChecks(SCOPE, `${SHADOW}/get/accepted`),
      ...connectChecks(SCOPE, THING),
    ];
    expect(decide([ANYTHING, QUARANTINE], checks, clientId)).toEqual(checks.map(() => "explicit-deny"));
  });

  it("reaches its own, character for character", () => {
    const checks = connectChecks(SCOPE, "*");
    expect(decide([ANYTHING, QUARANTINE], checks, "*")).toEqual(["allowed"]);
  });
});

describe("without a client id", () => {
  it("the quarantine document denies even what it allows: its exceptions cannot be read", () => {
    const request = {
      action: "iot:Publish",
      resource: iotResourceArn(SCOPE, "topic", `${SHADOW}/get`),
      variables: connectionVariables({}),
    };
    expect(evaluateIotPolicies([ANYTHING, QUARANTINE], request)).toEqual({
      decision: "explicit-deny",
      policyName: "Quarantine",
      statementIndex: 0,
    });
  });
});
