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
import type { PolicyVariables } from "../../../lib/policy-language/variables";

const account = "123456789012";
/** One region of every partition, of each the longest name. */
const scopes = [
  { partition: "aws", region: "us-east-1", account },
  { partition: "aws", region: "ap-southeast-1", account },
  { partition: "aws-cn", region: "cn-northwest-1", account },
  { partition: "aws-us-gov", region: "us-gov-west-1", account },
  { partition: "aws-eusc", region: "eusc-de-east-1", account },
  { partition: "aws-iso", region: "us-iso-east-1", account },
  { partition: "aws-iso-b", region: "us-isob-east-1", account },
  { partition: "aws-iso-e", region: "eu-isoe-west-1", account },
  { partition: "aws-iso-f", region: "us-isof-south-1", account },
];
const client = ["$", "{iot:ClientId}"].join("");
const thing = ["$", "{iot:Connection.Thing.ThingName}"].join("");

test.each(scopes)("the document of $partition in $region denies all but the shadow", (scope) => {
  const arn = (rest: string) => `arn:${scope.partition}:iot:${scope.region}:${account}:${rest}`;
  expect(restrictivePolicy(scope, ["shadow"])).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: "iot:*",
        NotResource: [
          arn(`client/${client}`),
          arn(`topic/$aws/things/${client}/shadow/get*`),
          arn(`topic/$aws/things/${client}/shadow/update*`),
          arn(`topicfilter/$aws/things/${client}/shadow/get/*`),
          arn(`topicfilter/$aws/things/${client}/shadow/update/*`),
        ],
      },
      {
        Effect: "Deny",
        Action: "iot:Publish",
        NotResource: [
          arn(`topic/$aws/things/${client}/shadow/get`),
          arn(`topic/$aws/things/${client}/shadow/update`),
        ],
      },
      { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
        Resource: [
          arn(`client/${thing}`),
          arn(`topic/$aws/things/${thing}/shadow/get*`),
          arn(`topic/$aws/things/${thing}/shadow/update*`),
          arn(`topicfilter/$aws/things/${thing}/shadow/*`),
        ],
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
      },
    ],
  });
});

test("jobs open the thing's own job topics in all three lists, and nothing else", () => {
  const [scope] = scopes;
  if (scope === undefined) throw new Error("no scope");
  const lists = (allows: ("shadow" | "jobs")[]) =>
    restrictivePolicy(scope, allows).Statement.map(({ Resource, NotResource }) => NotResource ?? Resource);
  const jobsOf = (kind: string, name: string) =>
    `arn:aws:iot:us-east-1:123456789012:${kind}/$aws/things/${name}/jobs/*`;
  const [all, publish, retain, allow] = lists(["shadow"]);
  expect(lists(["shadow", "jobs"])).toEqual([
    [...(all ?? []), jobsOf("topic", client), jobsOf("topicfilter", client)],
    [...(publish ?? []), jobsOf("topic", client)],
    retain,
    [...(allow ?? []), jobsOf("topic", thing), jobsOf("topicfilter", thing)],
  ]);
});

test.each(scopes)("both forms fit 2,048 characters in $partition, $region", (scope) => {
  for (const allows of [["shadow"], ["shadow", "jobs"]] as const) {
    const text = JSON.stringify(restrictivePolicy(scope, allows)).replace(/\s/g, "");
    expect(text.length).toBeLessThanOrEqual(2048);
  }
});

test("a document that AWS would refuse for its length is refused here, with its length and the remedy", () => {
  const scope = { partition: "aws", region: "r".repeat(60), account: "123456789012" };
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
    const scope = { partition: "aws", region: "us-east-1", account: "123456789012" };
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

/** What a certificate that allows nothing of its own gets from the group, by what AWS knows of its connection. */
function granted(known: PolicyVariables): readonly string[] {
  const scope = { partition: "aws", region: "us-east-1", account };
  const policy = parseIotPolicy(restrictivePolicy(scope, ["shadow", "jobs"]));
  const names = ["dev-1", "dev-2"];
  const tried = names.flatMap((name) => {
    const own = `$aws/things/${name}`;
    return [
      ...connectChecks(broker, name),
      ...publishChecks(broker, `${own}/shadow/get`, false),
      ...publishChecks(broker, `${own}/shadow/update`, false),
      ...publishChecks(broker, `${own}/jobs/start-next`, false),
      ...subscribeChecks(broker, `${own}/shadow/get/accepted`),
      ...subscribeChecks(broker, `${own}/jobs/notify-next`),
      ...receiveChecks(broker, `${own}/shadow/get/accepted`),
      ...receiveChecks(broker, `${own}/jobs/notify-next`),
    ];
  });
  return tried
    .filter(
      (check) =>
        evaluateIotPolicies([{ name: "fence", policy }], { ...check, variables: known }).decision ===
        "allowed",
    )
    .map(({ action, resource }) => `${action} ${resource.split(":").at(-1)}`);
}

test("the group grants the thing's own certificate its client, shadow and jobs", () => {
  const own = connectionVariables({ clientId: "dev-1", thing: { name: "dev-1", attributes: {} } });
  expect(granted(own)).toHaveLength(8);
  expect(granted(own).filter((grant) => !grant.includes("dev-1"))).toEqual([]);
});

test.each([
  ["is attached to no thing", connectionVariables({ clientId: "dev-1" })],
  [
    "is attached to another thing",
    connectionVariables({ clientId: "dev-1", thing: { name: "dev-2", attributes: {} } }),
  ],
  [
    // As far as AWS lets a client id differ from the thing's name: an exclusive attachment.
    "is attached to the thing, and takes another's client id",
    new Map([
      ["iot:clientid", ["dev-2"]],
      ["iot:connection.thing.isattached", ["true"]],
      ["iot:connection.thing.thingname", ["dev-1"]],
    ]),
  ],
])("the group grants nothing to a certificate that %s", (_whose, known) => {
  expect(granted(known)).toEqual([]);
});

test("the group grants nothing where AWS tells only one of the two: attached, and to which thing", () => {
  const named = { clientId: "dev-1", thing: { name: "dev-1", attributes: {} } };
  const without = (key: string) => new Map([...connectionVariables(named)].filter(([name]) => name !== key));
  expect(granted(without("iot:connection.thing.isattached"))).toEqual([]);
  expect(granted(without("iot:connection.thing.thingname"))).toEqual([]);
});
