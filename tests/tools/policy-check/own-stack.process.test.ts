import { join, resolve } from "node:path";
import type { DeployedResource } from "../../../pulumi-host/program/deployment";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { judge } from "../../../tools/policy-check/judge";
import { reconciledConfig } from "../../../tools/policy-check/pack/pack-config";
import type { PackInfo } from "../../../tools/policy-check/pack/pack-info";
import { PackProcess } from "../../../tools/policy-check/pack/pack-process";
import { withProviders } from "../../../tools/policy-check/resources";
import { devRegistrations } from "../../support/dev-registrations";

const PROJECT = resolve(__dirname, "..", "..", "..");
const FILES = readStackFiles(PROJECT, "dev");

let pack: PackProcess;
let info: PackInfo;
let stack: readonly DeployedResource[];

beforeAll(async () => {
  [pack, stack] = await Promise.all([
    PackProcess.start({ folder: join(PROJECT, "policy-pack") }),
    devRegistrations(),
  ]);
  info = await pack.info();
  await pack.configure(reconciledConfig(info, {}));
});

afterAll(() => pack.stop());

type Change = (resource: DeployedResource) => DeployedResource[];

/** Gives each resource of a type other properties, before and after it is made. */
const withProperties =
  (type: string, properties: Record<string, unknown>): Change =>
  (resource) =>
    resource.type === type
      ? [
          {
            ...resource,
            inputs: { ...resource.inputs, ...properties },
            outputs: { ...resource.outputs, ...properties },
          },
        ]
      : [resource];

const without =
  (type: string): Change =>
  (resource) =>
    resource.type === type ? [] : [resource];

const OPEN_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:Publish", Resource: "*" }],
});

/** Names of the policies that are violated at the mandatory level when the stack is changed. */
async function violated(change: Change): Promise<string[]> {
  const findings = await judge(pack, info, withProviders(FILES, stack.flatMap(change)), PROJECT);
  const mandatory = findings.filter(({ kind, level }) => kind === "violation" && level === "mandatory");
  return [...new Set(mandatory.map(({ policy }) => policy))];
}

test("the stack as it is violates nothing", async () => {
  expect(await violated((resource) => [resource])).toEqual([]);
});

test.each([
  [
    "a profile without an alert target",
    "security-profile-alerts",
    withProperties("aws-native:iot:SecurityProfile", { alertTargets: undefined }),
  ],
  [
    "a topic that nobody listens to",
    "security-profile-topic-is-heard",
    without("aws:sns/topicSubscription:TopicSubscription"),
  ],
  [
    "a group's policy that lets its members publish",
    "quarantine-policy-contains",
    withProperties("aws:iot/policy:Policy", { policy: OPEN_POLICY }),
  ],
])("%s violates %s", async (_title, policy, change) => {
  expect(await violated(change)).toContain(policy);
});
