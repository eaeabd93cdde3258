import { basename } from "node:path";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

let engine: Engine;

const profile = (count: number) => ({ behaviors: [behavior("A", count)], targets: ["all-things"] });

beforeAll(async () => {
  engine = await Engine.start();
});

afterAll(() => engine.stop());

describe("two stacks in one account", () => {
  beforeAll(async () => {
    for (const [stack, count] of [
      ["blue", 10],
      ["green.v2", 20],
    ] as const) {
      engine.project.configure(stack, configOf([profile(count)]));
      await engine.init(stack);
      await engine.apply({ stack });
    }
  });

  test("stand side by side, each with names of its own", async () => {
    const { clients } = engine.sandbox;
    const names = await namesIn(clients);
    expect(new Set(names).size).toBe(names.length);
    const profiles = names.filter((name) => name.startsWith("profile ")).map((name) => name.slice(8));
    expect(profiles).toHaveLength(2);
    const [blue = "", green = ""] = profiles;
    expect(blue).toBe("iot-quarantine-blue");
    expect(green).toMatch(/^iot-quarantine-green-v2-[0-9a-f]{8}$/);
    expect(await liveProfile(clients, blue)).toMatchObject({ behaviors: ["A 10"] });
    expect(await liveProfile(clients, green)).toMatchObject({ behaviors: ["A 20"] });
  });

  test("a destruction of one leaves the other as it was", async () => {
    const before = await namesIn(engine.sandbox.clients);
    await engine.succeed("destroy", { stack: "green.v2" });
    const after = await namesIn(engine.sandbox.clients);
    expect(after).toEqual(before.filter((name) => !name.includes("green")));
    expect(after.length).toBeLessThan(before.length);
    const { summary } = await engine.succeed("preview", { stack: "blue", args: ["--refresh"] });
    expect(summary).toEqual({ same: expect.any(Number) });
  });
});

test("secrets are in no state and in no file as they are", async () => {
  const secret = "hunter2-of-the-deployer";
  await engine.init("sealed");
  engine.project.configure("sealed", configOf([profile(10)]));
  const set = ["config", "set", "--secret", "--stack", "sealed", "aws:secretKey", secret];
  expect((await engine.pulumi(set)).code).toBe(0);
  const { text } = await engine.apply({ stack: "sealed" });
  const written = engine.written();
  expect(text).not.toContain(secret);
  expect(await engine.export("sealed")).not.toContain(secret);
  const files = (part: string) => [...written].filter(([, content]) => content.includes(part));
  expect(files(secret)).toEqual([]);
  // The state, with its backup, and the stack's config are among what was searched.
  const sealed = [...files('"ciphertext"'), ...files("secure: v1:")].map(([name]) => basename(name));
  expect(sealed).toEqual(expect.arrayContaining(["sealed.json", "Pulumi.sealed.yaml"]));
});

test("a name that was set as a secret is refused, as AWS and the state tell it to all", async () => {
  engine.project.configure("sealed", configOf([profile(10)]));
  const set = ["config", "set", "--secret", "--stack", "sealed", "quarantineGroupName", "hunter2"];
  expect((await engine.pulumi(set)).code).toBe(0);
  const { code, text } = await engine.run("preview", { stack: "sealed" });
  expect(code).not.toBe(0);
  expect(text).toMatch(/quarantineGroupName: Set it again/);
  expect(text).not.toContain("hunter2");
});

describe("config that is wrong", () => {
  beforeAll(() => engine.init("wrong"));

  test("is told as a whole, also where the engine does not look, and nothing is made", async () => {
    const bad = behavior("Bad", 10);
    engine.project.configure(
      "wrong",
      configOf(
        [
          {
            behaviors: [{ ...bad, criteria: { ...bad.criteria, durationSeconds: 60 } }],
            targets: [],
          },
        ],
        { alertTopicNam: "misspelled", logRetentionDays: 31, functionTimeoutSeconds: 901 },
      ),
    );
    const before = await namesIn(engine.sandbox.clients);
    const { code, text, summary } = await engine.run("up", { stack: "wrong" });
    expect(code).not.toBe(0);
    for (const fault of [
      "durationSeconds",
      "targets",
      "alertTopicNam",
      "logRetentionDays",
      "functionTimeoutSeconds",
    ]) {
      expect(text).toContain(fault);
    }
    expect(text).toMatch(/nothing was made/);
    expect(summary.create ?? 0).toBeLessThanOrEqual(1);
    expect(await namesIn(engine.sandbox.clients)).toEqual(before);
  });

  test("of a kind that the engine knows is refused by it", async () => {
    engine.project.configure("wrong", { "iot-quarantine:functionMemoryMib": "much" });
    const { code, text } = await engine.run("preview", { stack: "wrong" });
    expect(code).not.toBe(0);
    expect(text).toMatch(/functionMemoryMib/);
  });
});
