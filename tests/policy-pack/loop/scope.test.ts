import { findLoop } from "../../../policy-pack/loop/loop";
import { closedLoop } from "../support/loop";
import { changed, policyResources, remove, set, UNKNOWN } from "../support/stack";

const scopeAfter = (...changes: Parameters<typeof changed>[1][]) =>
  findLoop(policyResources(changed(closedLoop, ...changes)), { alertTopics: [], quarantineGroups: [] }).scope;

const at = (region: string) => ({ partition: "aws", region, account: "123456789012" });

test.each([
  [
    "what the profile watches, before all else",
    [set("profile", { targetArns: ["arn:aws:iot:eu-west-1:123456789012:all/things"] })],
    "eu-west-1",
  ],
  [
    "its topic, where its targets are not known",
    [
      set("profile", {
        targetArns: UNKNOWN,
        alertTargets: { SNS: { alertTargetArn: "arn:aws:sns:eu-west-2:123456789012:t" } },
      }),
    ],
    "eu-west-2",
  ],
  [
    "a resource, where there is no profile",
    [remove("profile"), set("key", { arn: "arn:aws:kms:eu-west-3:123456789012:key/k" })],
    "eu-west-3",
  ],
])("partition, region and account come from %s", (_what, changes, region) => {
  expect(scopeAfter(...changes)).toMatchObject(at(region));
});

test("where no resource has an ARN yet, a policy's document tells", () => {
  const others = Object.keys(closedLoop()).filter((name) => name !== "profile");
  const unknownArns = others.map((name) => set(name, { arn: UNKNOWN }));
  expect(scopeAfter(remove("profile"), ...unknownArns)).toMatchObject(at("us-east-1"));
});

test("a stack without any ARN is nowhere", () => {
  expect(findLoop([], { alertTopics: [], quarantineGroups: [] }).scope).toBeUndefined();
});
