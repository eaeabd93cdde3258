import {
  CreatePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import { rehearse } from "../../../tools/rehearsal/rehearse";
import type { StackOutputs } from "../../../tools/rehearsal/stage";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { readScenario } from "../../../tools/scenario/said";
import { clientSettings, PROJECT_FOLDER } from "../../sandbox/support/dev-sandbox";
import { replayStack } from "../../support/replayed-stack";

const BOUNDARY = "arn:aws:iam::123456789012:policy/teams/bound";

/** Deploys the dev stack, whose config names a boundary, into a sandbox. */
function deployBounded(sandbox: Sandbox, permissionsBoundary: string): Promise<SandboxStack> {
  const files = readStackFiles(PROJECT_FOLDER, "dev");
  const config = { ...files.config, "iot-quarantine:permissionsBoundary": permissionsBoundary };
  return replayStack(sandbox, { ...files, config });
}

const play = (sandbox: Sandbox, stack: SandboxStack) =>
  rehearse({
    address: sandbox.address,
    outputs: stack.deployed.outputs as unknown as StackOutputs,
    scenario: readScenario(
      readStackFiles(PROJECT_FOLDER, "dev"),
      { healthy: {}, dimensions: {} },
      Date.now(),
    ),
    began: performance.now(),
    onStep: () => undefined,
  });

const roles = ["iot-quarantine-dev-alert-role", "iot-quarantine-dev-callback-role"];

describe("a stack whose config names a permissions boundary", () => {
  let sandbox: Sandbox;
  let stack: SandboxStack;
  let iam: IAMClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    stack = await deployBounded(sandbox, "teams/bound");
    iam = new IAMClient(clientSettings(sandbox));
  });
  afterAll(() => sandbox.stop());

  it("has it on each of its roles, and its whole loop works within what ci:roles prints", async () => {
    for (const RoleName of roles) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(BOUNDARY);
    }
    const rehearsal = await play(sandbox, stack);
    expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(rehearsal.ok).toBe(true);
  });

  it.each([
    ["the alarm's key, as no alarm is published", roles[0], ["sns:Publish"], "alarm on SNS"],
    [
      "the connection, as no session is cut",
      roles[1],
      ["iot:Add*", "iot:Update*", "iot:DescribeThing", "logs:*", "sqs:*"],
      "outcome of the Lambda",
    ],
  ])("is rehearsed with a boundary that is too narrow by %s", async (_what, RoleName, Action, step) => {
    await sandbox.reset(true);
    const Statement = { Effect: "Allow", Action, Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "narrow", PolicyDocument }));
    const PermissionsBoundary = Policy?.Arn ?? "";
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    const rehearsal = await play(sandbox, stack);
    expect(rehearsal.ok).toBe(false);
    expect(rehearsal.steps.find(({ ok }) => !ok)?.step).toBe(step);
  });
});

it("a boundary of another account is refused with the name that holds in every account", async () => {
  const sandbox = await startSandbox({ port: 0 });
  try {
    await expect(deployBounded(sandbox, "arn:aws:iam::210987654321:policy/b")).rejects.toThrow(
      /is of another account than the sandbox's, 123456789012\. Name it in the config by its name alone/,
    );
  } finally {
    await sandbox.stop();
  }
});
