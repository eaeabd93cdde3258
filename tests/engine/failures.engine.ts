import { CreateRoleCommand, DeleteRoleCommand } from "@aws-sdk/client-iam";
import {
  AttachSecurityProfileCommand,
  CreateSecurityProfileCommand,
  DetachSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { Engine } from "./support/engine";
import { type Front, startFront, startTwoAccounts } from "./support/front";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const NAME = "iot-quarantine-dev";
const ALL_THINGS = "arn:aws:iot:us-east-1:123456789012:all/things";

const config = configOf([{ behaviors: [behavior("A", 10)], targets: ["registered-things", "all-things"] }]);

/** A list of a group's devices, as AWS refuses it. Source: AWS IoT API Reference, "ListThingsInThingGroup". */
const LIST_OF_DEVICES = /^\/thing-groups\/[^/]+\/things/;

describe("an update that fails on the way", () => {
  let engine: Engine;
  let front: Front;

  beforeAll(async () => {
    front = await startFront(({ url = "" }, response) => {
      if (!LIST_OF_DEVICES.test(url)) return false;
      response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" });
      // Late, so that whatever does not wait for it is done.
      setTimeout(() => response.end("{}"), 1500);
      return true;
    });
    engine = await Engine.start({ endpointOf: front.before });
    engine.project.configure("dev", config);
    await engine.init("dev");
  });

  afterAll(async () => {
    await engine.stop();
    front.stop();
  });

  test("leaves a state from which the next update completes: a role whose name is taken", async () => {
    const { iam } = engine.sandbox.clients;
    const RoleName = `${NAME}-callback-role`;
    const Statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Statement }) }),
    );
    const failed = await engine.run("up", { args: ["--skip-preview"] });
    expect(failed.code).not.toBe(0);
    expect(failed.text).toMatch(/callback-lambda-role/);
    expect(failed.text).toMatch(/EntityAlreadyExists/);
    expect(await namesIn(engine.sandbox.clients)).not.toContain(`profile ${NAME}`);
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });

  test("completes a profile whose attachment failed half-way: the sixth on a target", async () => {
    const { iot } = engine.sandbox.clients;
    for (const index of [1, 2, 3, 4, 5]) {
      const securityProfileName = `crowd${index}`;
      await iot.send(new CreateSecurityProfileCommand({ securityProfileName }));
      await iot.send(
        new AttachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn: ALL_THINGS }),
      );
    }
    const failed = await engine.run("up", { args: ["--skip-preview"] });
    expect(failed.code).not.toBe(0);
    expect(failed.text).toMatch(/LimitExceeded/);
    expect((await liveProfile(engine.sandbox.clients, NAME)).targets).toEqual(["registered-things"]);

    await iot.send(
      new DetachSecurityProfileCommand({
        securityProfileName: "crowd1",
        securityProfileTargetArn: ALL_THINGS,
      }),
    );
    const completed = await engine.apply();
    expect(completed.done).toContain(`update defender-profile-${NAME}`);
    expect(completed.done).not.toContain(`create defender-profile-${NAME}`);
    expect((await liveProfile(engine.sandbox.clients, NAME)).targets).toEqual([
      "registered-things",
      "things",
    ]);
    expect((await engine.succeed("preview")).summary).toEqual({ same: expect.any(Number) });
  });

  test("changes nothing when it renames the group but cannot tell whom that frees, however often it is tried", async () => {
    const before = await namesIn(engine.sandbox.clients);
    engine.project.configure("dev", { ...config, "iot-quarantine:quarantineGroupName": "Fence" });
    for (const _attempt of [1, 2]) {
      const { code, done, text } = await engine.run("up", { args: ["--skip-preview"] });
      expect(code).not.toBe(0);
      expect(done).toEqual([]);
      expect(text).toMatch(
        /The quarantine group iot-quarantine-dev-quarantine stays, .* AccessDeniedException/,
      );
      expect(await namesIn(engine.sandbox.clients)).toEqual(before);
    }
  });
});

test("credentials of another account are refused before anything changes", async () => {
  const accounts = await startTwoAccounts();
  // What the environment gives is of another account than the keys that the `aws` provider is configured with.
  const engine = await Engine.start({
    endpointOf: accounts.before,
    env: { AWS_ACCESS_KEY_ID: accounts.foreignKey, AWS_SECRET_ACCESS_KEY: "foreign" },
  });
  try {
    engine.project.configure("dev", { ...config, "aws:accessKey": "AKIAOURS", "aws:secretKey": "ours" });
    await engine.init("dev");
    const { code, text } = await engine.run("up");
    expect(code).not.toBe(0);
    expect(text).toMatch(/account ID not allowed \(999999999999\)/);
    expect(await namesIn(engine.sandbox.clients)).toEqual([]);
    expect(accounts.foreignRequests).toEqual([]);

    // With nothing but those of another account, the config alone can tell.
    engine.project.configure("dev", { ...config, "aws:allowedAccountIds": ["123456789012"] });
    const alone = await engine.run("up", { args: ["--skip-preview"] });
    expect(alone.code).not.toBe(0);
    expect(alone.text).toMatch(/provider aws are of account 999999999999/);
    expect(accounts.foreignRequests).toEqual([]);
  } finally {
    await engine.stop();
    accounts.stop();
  }
});
