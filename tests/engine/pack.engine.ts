import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "sucrase";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const PACK = ["--policy-pack", "policy-pack"];

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.start();
  await engine.init("dev");
  await engine.apply();
});

afterAll(() => engine.stop());

/** Edits a file of the program for the time of `work`. */
async function withEdit(file: string, from: string, to: string, work: () => Promise<void>): Promise<void> {
  const path = join(engine.project.folder, file);
  const text = readFileSync(path, "utf8");
  engine.project.edit(file, from, to);
  // A file that is older than the last run counts as well, as after a pull of an older commit.
  utimesSync(path, 0, 0);
  try {
    await work();
  } finally {
    writeFileSync(path, text);
  }
}

test.each([
  {
    what: "the alert target of the profile",
    file: "infra/defender-profile.ts",
    from: "alertTargets: { SNS:",
    to: "...{ SNS:",
    policy: "security-profile-alerts",
    subject: "defender-profile-MsgSentSecProfile",
  },
  {
    what: "the function's subscription to the topic",
    file: "infra/alarm-queue.ts",
    from: "new TopicSubscription(",
    to: "((..._: unknown[]) => undefined)(",
    policy: "security-profile-topic-is-heard",
    subject: "alert-topic-topic",
  },
  {
    what: "the fence's deny of everything else",
    file: "infra/documents/restrictive-policy.ts",
    from: 'Action: "iot:*",',
    to: 'Action: "iot:DeleteThingShadow",',
    policy: "quarantine-policy-contains",
    subject: "restrictive-policy-policy",
  },
  {
    what: "the topic's deny of other publishers",
    file: "infra/documents/alert-topic.ts",
    from: 'Effect: "Deny"',
    to: 'Effect: "Allow"',
    policy: "alert-topic-closed-and-encrypted",
    subject: "alert-topic-policy",
  },
])(
  "removing $what is stopped by the pack before anything changes",
  async ({ file, from, to, policy, subject }) => {
    const { clients } = engine.sandbox;
    const before = {
      names: await namesIn(clients),
      profile: await liveProfile(clients, "MsgSentSecProfile"),
    };
    await withEdit(file, from, to, async () => {
      const { code, text, findings } = await engine.run("up", { args: PACK });
      expect(code).toBe(1);
      const mandatory = findings
        .filter(({ level }) => level === "mandatory")
        .map((finding) => finding.policy);
      expect(mandatory).toContain(policy);
      // A caught error ends with 1 too: the text tells them apart.
      expect(text).toMatch(new RegExp(`\\[mandatory\\].*${policy}`));
      expect(text).toContain(subject);
      expect(text).not.toMatch(/Unhandled|TSError/);
    });
    expect({
      names: await namesIn(clients),
      profile: await liveProfile(clients, "MsgSentSecProfile"),
    }).toEqual(before);
  },
);

/** Leaves beside a source what a compiler made of it at some time, for the time of `work`. */
async function withCompiled(file: string, work: () => Promise<void>): Promise<void> {
  const source = join(engine.project.folder, file);
  const compiled = source.replace(/ts$/, "js");
  const { code } = transform(readFileSync(source, "utf8"), { transforms: ["imports", "typescript"] });
  writeFileSync(compiled, code);
  try {
    await work();
  } finally {
    rmSync(compiled);
  }
}

test("what a pull changed in program, function and pack counts in the next run, with no step between and whatever was compiled before", async () => {
  await withEdit("functions/quarantine-device/handler.ts", '"quarantine-device"', '"pulled"', async () => {
    const { steps } = await engine.succeed("preview", { args: PACK });
    const touched = steps.filter(({ op }) => op !== "same");
    expect(touched).toMatchObject([{ op: "update", name: "callback-lambda-function", diffs: ["code"] }]);
  });
  const renamed = "security-profile-pulled";
  const [profile, policy] = ["infra/defender-profile.ts", "policy-pack/policies/security-profile-alerts.ts"];
  await withCompiled(profile, () =>
    withCompiled(policy, () =>
      withEdit(policy, "security-profile-alerts", renamed, () =>
        withEdit(profile, "alertTargets: { SNS:", "...{ SNS:", async () => {
          const { code, text } = await engine.run("preview", { args: PACK });
          expect(code).not.toBe(0);
          expect(text).toContain(renamed);
        }),
      ),
    ),
  );
});

test("a policy can be relaxed by the pack's config, and is then told but does not stop", async () => {
  const config = join(engine.project.folder, "pack-config.json");
  writeFileSync(config, JSON.stringify({ "quarantine-policy-contains": "advisory" }));
  const [deny, less] = ['Action: "iot:*",', 'Action: "iot:DeleteThingShadow",'];
  await withEdit("infra/documents/restrictive-policy.ts", deny, less, async () => {
    const args = [...PACK, "--policy-pack-config", config];
    const { findings } = await engine.succeed("preview", { args });
    const levels = findings.filter(({ policy }) => policy === "quarantine-policy-contains");
    expect(levels.map(({ level }) => level)).toContain("advisory");
  });
});

test("what a policy refuses by default ships where the stack's config asks for it, and is told as advice", async () => {
  const more = { quarantineAllows: ["shadow", "jobs"] };
  engine.project.configure(
    "dev",
    configOf([{ behaviors: [behavior("A", 10)], targets: ["all-things"] }], more),
  );
  for (const run of [await engine.succeed("preview", { args: PACK }), await engine.apply({ args: PACK })]) {
    const told = run.findings.filter(({ policy }) => policy === "quarantine-policy-contains");
    expect(new Set(told.map(({ level }) => level))).toEqual(new Set(["advisory"]));
  }
});
