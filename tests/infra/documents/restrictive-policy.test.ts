import { restrictivePolicy } from "../../../infra/documents/restrictive-policy";
import { parseIotPolicy } from "../../../lib/policy-language/iot/document";
import { evaluateIotPolicies } from "../../../lib/policy-language/iot/evaluate";
import {
  connectChecks,
  publishChecks,
  receiveChecks,
  subscribeChecks,
} from "../../../lib/policy-language/iot/requests";
import { connectionVariables } from "../../../lib/policy-language/iot/variables";

const scopes = [
  { partition: "aws", region: "us-east-1", accountId: "123456789012" },
  { partition: "aws-cn", region: "cn-northwest-1", accountId: "123456789012" },
  { partition: "aws-us-gov", region: "us-gov-west-1", accountId: "123456789012" },
];

test.each(scopes)("the document of partition $partition denies all but the shadow", (scope) => {
  const arn = (rest: string) => `arn:${scope.partition}:iot:${scope.region}:123456789012:${rest}`;
  const own = ["$", "{iot:ClientId}"].join("");
  const reachable = [
    arn(`client/${own}`),
    arn(`topic/$aws/things/${own}/shadow/get*`),
    arn(`topic/$aws/things/${own}/shadow/update*`),
    arn(`topicfilter/$aws/things/${own}/shadow/get/*`),
    arn(`topicfilter/$aws/things/${own}/shadow/update/*`),
  ];
  expect(restrictivePolicy(scope, ["shadow"])).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Deny", Action: "iot:*", NotResource: reachable },
      {
        Effect: "Deny",
        Action: "iot:Publish",
        NotResource: [
          arn(`topic/$aws/things/${own}/shadow/get`),
          arn(`topic/$aws/things/${own}/shadow/update`),
        ],
      },
      { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
        Resource: reachable,
      },
    ],
  });
});

test("jobs open the thing's own job topics in all three lists, and nothing else", () => {
  const [scope] = scopes;
  if (scope === undefined) throw new Error("no scope");
  const lists = (allows: ("shadow" | "jobs")[]) =>
    restrictivePolicy(scope, allows).Statement.map(({ Resource, NotResource }) => NotResource ?? Resource);
  const own = ["$", "{iot:ClientId}"].join("");
  const topic = `arn:aws:iot:us-east-1:123456789012:topic/$aws/things/${own}/jobs/*`;
  const filter = `arn:aws:iot:us-east-1:123456789012:topicfilter/$aws/things/${own}/jobs/*`;
  const [all, publish, retain, allow] = lists(["shadow"]);
  expect(lists(["shadow", "jobs"])).toEqual([
    [...(all ?? []), topic, filter],
    [...(publish ?? []), topic],
    retain,
    [...(allow ?? []), topic, filter],
  ]);
});

test.each(scopes)("both forms fit 2,048 characters in partition $partition", (scope) => {
  for (const allows of [["shadow"], ["shadow", "jobs"]] as const) {
    const text = JSON.stringify(restrictivePolicy(scope, allows)).replace(/\s/g, "");
    expect(text.length).toBeLessThanOrEqual(2048);
  }
});

test("a document that AWS would refuse for its length is refused here, with its length and the remedy", () => {
  const scope = { partition: "aws", region: "r".repeat(60), accountId: "123456789012" };
  expect(() => restrictivePolicy(scope, ["shadow", "jobs"])).toThrow(
    /has \d{4} characters without white space; AWS IoT takes 2048\. Leave "jobs" out/,
  );
});

const jobs = "$aws/things/dev-1/jobs";
const broker = { partition: "aws", region: "us-east-1", account: "123456789012" };

test.each<[string, ReturnType<typeof publishChecks>, boolean, boolean]>([
  ["connect as itself", connectChecks(broker, "dev-1"), true, true],
  ["report into its shadow", publishChecks(broker, "$aws/things/dev-1/shadow/update", false), true, true],
  [
    "pretend a shadow's answer",
    publishChecks(broker, "$aws/things/dev-1/shadow/get/accepted", false),
    false,
    false,
  ],
  ["ask for its jobs", publishChecks(broker, `${jobs}/start-next`, false), false, true],
  ["report on a job", publishChecks(broker, `${jobs}/j1/update`, false), false, true],
  ["listen for its jobs", subscribeChecks(broker, `${jobs}/notify-next`), false, true],
  ["get the answer", receiveChecks(broker, `${jobs}/j1/update/accepted`), false, true],
  ["ask for another's jobs", publishChecks(broker, "$aws/things/dev-2/jobs/get", false), false, false],
  ["publish anywhere else", publishChecks(broker, "a/b", false), false, false],
])("a quarantined device may %s: by shadow and by jobs as listed", (_title, checks, byShadow, byJobs) => {
  const allowed = (allows: ("shadow" | "jobs")[]) => {
    const scope = { partition: "aws", region: "us-east-1", accountId: "123456789012" };
    const policy = parseIotPolicy(restrictivePolicy(scope, allows));
    const anything = parseIotPolicy({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
    });
    const policies = [
      { name: "fence", policy },
      { name: "anything", policy: anything },
    ];
    const variables = connectionVariables({ clientId: "dev-1" });
    return checks.every(
      (check) => evaluateIotPolicies(policies, { ...check, variables }).decision === "allowed",
    );
  };
  expect([allowed(["shadow"]), allowed(["shadow", "jobs"])]).toEqual([byShadow, byJobs]);
});
