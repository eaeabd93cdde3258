import { POLICIES } from "../../policy-pack/policies";
import { closedLoop, TOPIC_ARN } from "./support/loop";
import { type Change, changed, judgeStack, one, type Stack, set, UNKNOWN, unknown } from "./support/stack";
import { both } from "./support/table";

// Profiles, topic and alert role in one stack, function and group in another.

const HALF = ["profile", "alert-role", "alert-role-policy", "key", "topic", "topic-policy"];

function alertHalf(): Stack {
  const stack = closedLoop();
  return Object.fromEntries(HALF.map((name) => [name, one(stack, name)]));
}

/** What a first preview knows of it. */
const previewed = both(
  set("topic", { arn: UNKNOWN }),
  unknown("profile", "alertTargets", "topic", "alert-role"),
  unknown("topic-policy", "arn", "topic"),
);

function told(heardElsewhere: readonly string[], ...changes: readonly Change[]): readonly string[] {
  return POLICIES.flatMap((policy) => {
    const config = policy.name === "security-profile-topic-is-heard" ? { heardElsewhere } : {};
    return judgeStack(policy, changed(alertHalf, ...changes), config).map(
      ({ level, message }) => `${level} ${policy.name}: ${message}`,
    );
  });
}

test("is refused where nobody says who hears its topic, with how to say it", () => {
  expect(told([])).toEqual([
    expect.stringMatching(/^own security-profile-topic-is-heard: Nothing listens .* in heardElsewhere/),
  ]);
});

test.each([
  ["its ARN", TOPIC_ARN],
  ["a pattern of it", TOPIC_ARN.replace("prod-alarms", "prod-*")],
])("passes the whole pack where the config names its topic by %s", (_, pattern) => {
  expect(told([pattern])).toEqual([]);
});

test.each([
  ["of another name", `${TOPIC_ARN}-2`],
  ["of another account", TOPIC_ARN.replace("123456789012", "999999999999")],
])("does not pass for a topic %s", (_, pattern) => {
  expect(told([pattern])).toEqual([expect.stringMatching(/Nothing listens/)]);
});

test("is known by the topic's name before the topic has an ARN", () => {
  const mandatory = (pattern: string) => told([pattern], previewed).filter((one) => one.startsWith("own"));
  expect(mandatory(TOPIC_ARN)).toEqual([]);
  expect(mandatory(`${TOPIC_ARN}-2`)).toEqual([expect.stringMatching(/Nothing listens/)]);
});

test("is not judged before the topic has a name", () => {
  const nameless = set("topic", { name: UNKNOWN });
  expect(told([TOPIC_ARN], previewed, nameless)).toContainEqual(
    expect.stringMatching(
      /^advisory security-profile-topic-is-heard: Not judged: .*whether it is heard elsewhere/,
    ),
  );
});
