import { namesAndTags } from "../../../policy-pack/policies/names-and-tags";
import { closedLoop } from "../support/loop";
import { changed, judgeStack, set, UNKNOWN } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const CONFIG = {
  "acme:profiles": JSON.stringify([{ name: "Watch", targets: ["all-things"] }]),
  "acme:topic": "DDA_Alerts",
  "acme:group": "q",
  "acme:token": "s3cr3t-token",
};

beforeEach(() => {
  process.env.PULUMI_CONFIG = JSON.stringify(CONFIG);
});

afterEach(() => {
  delete process.env.PULUMI_CONFIG;
});

const untagged = (name: string) => set(name, { tags: undefined });

holdPolicyTo(namesAndTags, {
  level: "advisory",
  faults: [
    ...[
      "topic",
      "key",
      "alert-role",
      "callback",
      "callback-role",
      "failures",
      "undelivered",
      "log-group",
      "group",
      "restrictive",
      "profile",
    ].map(
      (name) => [`no tags on the ${name}`, untagged(name), name, /Without tags nobody.*Set tags/] as const,
    ),
    ["empty tags", set("topic", { tags: {} }), "topic", /Without tags/],
    [
      "a required tag that is missing",
      set("topic", { tags: { other: "x" } }),
      "topic",
      /Without the tags team/,
      { requiredTags: ["team"] },
    ],
    [
      "a name of every stack",
      set("topic", { name: "alarms" }),
      "topic",
      /physical name that is the same in every stack: "alarms".*\(prod\)/,
    ],
    [
      "a profile's name of every stack",
      set("profile", { securityProfileName: "watching" }),
      "profile",
      /"watching"/,
    ],
    [
      "the stack's name as a part of a word",
      set("topic", { name: "production-alarms" }),
      "topic",
      /"production-alarms"/,
    ],
    ["a name that has such a letter for a word", set("topic", { name: "q-alarms" }), "topic", /"q-alarms"/],
    [
      "a name that only begins like a configured one",
      set("topic", { name: "DDA_AlertsOld" }),
      "topic",
      /"DDA_AlertsOld"/,
    ],
  ],
  unjudged: [["unknown tags", set("topic", { tags: UNKNOWN }), "topic", /its tags/]],
  nearMisses: [
    ["tags of the provider", set("topic", { tags: undefined, tagsAll: { team: "fleet" } })],
    ["a required tag of aws-native's list", set("profile", {}), { requiredTags: ["team"] }],
    ["a name that the config sets", set("topic", { name: "DDA_Alerts" })],
    ["a name of one letter that the config sets", set("group", { name: "q" })],
    ["a name that the config sets inside a structure", set("profile", { securityProfileName: "Watch" })],
    ["a name made of a configured one", set("log-group", { name: "/aws/lambda/prod-callback" })],
    ["a name of Pulumi's making", set("topic", { name: "alarms-1a2b3c4" })],
    ["a name that is not known yet", set("topic", { name: UNKNOWN })],
    [
      "a name that may be the same everywhere",
      set("topic", { name: "org-alarms" }),
      { sharedNames: ["org-*"] },
    ],
    [
      "something else without tags",
      (stack) => {
        stack.buffer = { type: "aws:sqs/queue:Queue", props: { name: "buffer" } };
      },
    ],
  ],
});

test("without the stack's config no name is judged, but tags are", () => {
  delete process.env.PULUMI_CONFIG;
  const stack = () => changed(closedLoop, set("topic", { name: "alarms", tags: undefined }));
  expect(judgeStack(namesAndTags, stack())).toEqual([
    { level: "own", name: "topic", message: expect.stringMatching(/Without tags/) },
  ]);
});

test("a kind of fault is told once, with all the resources that have it", () => {
  const names = ["topic", "callback", "failures", "group"];
  const stack = changed(
    closedLoop,
    ...names.map(untagged),
    set("topic", { name: "alarms" }),
    set("failures", { name: "lost" }),
  );
  expect(judgeStack(namesAndTags, stack).map(({ message }) => message)).toEqual([
    expect.stringMatching(/"topic" belongs.*"callback" \(.*"failures" \(.*"group" \(/),
    expect.stringMatching(/"alarms" of "topic" \(.*, "lost" of "failures" \(/),
  ]);
});

test.each([
  ["has dots", "prod.eu-1", "acme-prod-eu-1-1f0c9d2e-alerts"],
  ["has dots, which a name may leave out", "prod.eu-1", "acme_prod_eu_1"],
  ["is longer than a name may be", "p".repeat(60), `acme-${"p".repeat(40)}-0a1b2c3d-role`],
])("a name that a stack makes of its own, which %s, is no other stack's", (_what, called, name) => {
  const said = (physical: string) =>
    judgeStack(namesAndTags, changed(closedLoop, set("topic", { name: physical })), {}, called)
      .map(({ message }) => message)
      .join();
  expect(said(name)).not.toContain('of "topic"');
  expect(said("acme-20240101-role")).toContain('of "topic"');
});

test("a value of the config is never shown", () => {
  const stack = changed(closedLoop, set("topic", { name: "alarms" }));
  expect(JSON.stringify(judgeStack(namesAndTags, stack))).not.toContain("s3cr3t");
});
