import { findLoop } from "../../../policy-pack/stack/loop";
import {
  ACCOUNT,
  closedLoop,
  GROUP_ARN,
  KEY_ARN,
  mqtt,
  PROFILE_ARN,
  ROLE_ARN,
  TOPIC_ARN,
} from "../support/loop";
import { type Change, changed, one, policyResources, remove, set, UNKNOWN, unknown } from "../support/stack";

const scopeAfter = (...changes: Parameters<typeof changed>[1][]) =>
  findLoop(policyResources(changed(closedLoop, ...changes)), { alertTopics: [], quarantineGroups: [] }).scope;

const at = (region: string) => ({ partition: "aws", region, account: "123456789012" });

const elsewhere = (text: string) => text.replace(/us-east-1/g, "eu-west-1");
const all = ["topic", "callback", "group", "key", "failures", "undelivered", "alert-role"];
const unknownArns = all.map((name) => set(name, { arn: UNKNOWN }));
const sends =
  (alertTargetArn: unknown, roleArn: unknown): Change =>
  (stack) => {
    set("profile", { targetArns: UNKNOWN, alertTargets: { SNS: { alertTargetArn, roleArn } } })(stack);
    one(stack, "profile").sources = { targetArns: ["group"], alertTargets: ["topic", "alert-role"] };
    unknown("subscription", "topic", "topic")(stack);
    unknown("subscription", "endpoint", "callback")(stack);
  };
const provided =
  (region: unknown): Change =>
  (stack) => {
    one(stack, "profile").provider = { region };
  };

test.each<readonly [string, readonly Change[]]>([
  [
    "what the profile watches, where nothing else is known",
    [
      ...unknownArns,
      sends(UNKNOWN, UNKNOWN),
      set("profile", { targetArns: ["arn:aws:iot:eu-west-1:123456789012:all/things"] }),
    ],
  ],
  [
    "the profile itself",
    [set("profile", { targetArns: UNKNOWN, securityProfileArn: elsewhere(PROFILE_ARN) })],
  ],
  ...(["topic", "callback", "group"] as const).map(
    (name) =>
      [
        `its ${name}, where nothing of the profile is known`,
        [...unknownArns, sends(UNKNOWN, UNKNOWN), set(name, { arn: elsewhere(GROUP_ARN) })],
      ] as const,
  ),
  [
    "its topic, where there is no profile",
    [
      ...unknownArns,
      remove("profile"),
      set("topic", { tags: { "iot-quarantine:component": "AlertTopic" } }),
      set("topic", { arn: elsewhere(TOPIC_ARN) }),
    ],
  ],
  [
    "where it sends its alarms, where nothing that the stack makes is known",
    [...unknownArns, sends(elsewhere(TOPIC_ARN), ROLE_ARN)],
  ],
  [
    "its role's account and its provider's region",
    [...unknownArns, sends(UNKNOWN, ROLE_ARN), provided("eu-west-1")],
  ],
  [
    "these, though its topic is of another account and region",
    [...unknownArns, sends("arn:aws:sns:us-east-2:999999999999:t", ROLE_ARN), provided("eu-west-1")],
  ],
])("partition, region and account come from %s", (_what, changes) => {
  expect(scopeAfter(...changes)).toMatchObject(at("eu-west-1"));
});

test.each<readonly [string, readonly Change[]]>([
  ["has no ARN of its own, whatever its documents name", [...unknownArns, sends(UNKNOWN, UNKNOWN)]],
  ["has none but a key's", [...unknownArns, sends(UNKNOWN, UNKNOWN), set("key", { arn: KEY_ARN })]],
  [
    "has none but of a topic that is not its profile's account's",
    [...unknownArns, sends("arn:aws:sns:us-east-2:999999999999:t", ROLE_ARN)],
  ],
  [
    "watches a region, and sends its alarms to a topic of another",
    [...unknownArns, set("profile", { targetArns: [elsewhere(mqtt("all/things"))] })],
  ],
  [
    "watches two regions",
    [...unknownArns, set("profile", { targetArns: [mqtt("all/things"), elsewhere(mqtt("all/things"))] })],
  ],
  [
    "watches two accounts",
    [
      ...unknownArns,
      set("profile", {
        targetArns: [mqtt("all/things").replace(ACCOUNT, "999999999999"), mqtt("all/things")],
      }),
    ],
  ],
])("a loop that %s is nowhere", (_what, changes) => {
  expect(scopeAfter(...changes)).toBeUndefined();
});

test("a stack without any ARN is nowhere", () => {
  expect(findLoop([], { alertTopics: [], quarantineGroups: [] }).scope).toBeUndefined();
});

test("a loop is where its topic and functions are, whatever its profile watches", () => {
  const targetArns = ["arn:aws:iot:us-west-2:999999999999:all/things"];
  expect(scopeAfter(set("profile", { targetArns }))).toMatchObject(at("us-east-1"));
});
