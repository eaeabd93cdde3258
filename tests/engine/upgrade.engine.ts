import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { GetPolicyCommand } from "@aws-sdk/client-iot";
import { ListFunctionsCommand } from "@aws-sdk/client-lambda";
import type { Clients } from "../../pulumi-host/resources/clients";
import { Engine } from "./support/engine";
import { namesIn } from "./support/live";
import { seed } from "./support/seed";

const ROOT = resolve(__dirname, "../..");
const STATES = join(ROOT, "tests/fixtures/states");

/** Releases whose state of the stack `dev` is kept, and all that CHANGELOG says of those after each. */
const releases = readdirSync(STATES)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(/\.json$/, ""));

/** Logical names in CHANGELOG's lines `* Replaces \`name\`: why` of all that came after a release. */
function replacedSince(release: string): string[] {
  const [later = ""] = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8").split(`## [${release}]`);
  return [...later.matchAll(/^\* Replaces `([^`]+)`/gm)].map(([, name = ""]) => name).sort();
}

/** The runtime of each function that the account has. */
async function runtimes({ lambda }: Clients): Promise<(string | undefined)[]> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  return Functions.map(({ Runtime }) => Runtime);
}

test("every release has its state", () => {
  const headings = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8").matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm);
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const released = new Set(["0.1.0", version, ...[...headings].map(([, release]) => release)]);
  expect(releases.sort()).toEqual([...released].sort());
});

describe.each(releases)("the stack that release %s made", (release) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await Engine.start();
    await engine.init("dev");
    const { clients, endpoint } = engine.sandbox;
    const text = readFileSync(join(STATES, `${release}.json`), "utf8");
    const file = join(engine.project.folder, "state.json");
    writeFileSync(file, await seed(text, endpoint, { clients, folder: engine.project.folder }));
    const imported = await engine.pulumi(["stack", "import", "--stack", "dev", "--file", file]);
    expect(imported).toMatchObject({ code: 0 });
  });

  afterAll(() => engine.stop());

  test("is updated by this one: nothing is replaced or deleted but what CHANGELOG names", async () => {
    const before = await namesIn(engine.sandbox.clients);
    expect(before).toContain("profile MsgSentSecProfile");
    const { done, steps } = await engine.succeed("up", { args: ["--skip-preview", "--refresh"] });
    const gone = done
      .filter((line) => /^(delete|delete-replaced) /.test(line))
      .map((line) => line.split(" ")[1])
      .sort();
    expect(gone).toEqual(replacedSince(release));
    if (gone.length === 0)
      expect(await namesIn(engine.sandbox.clients)).toEqual(expect.arrayContaining(before));
    // The code that stands in the kept state is no function: it must have been updated.
    expect(done).toContain("update callback-lambda-function");
    // A fence that is made anew leaves the group without one for a while.
    const fence = done.filter((line) => /^(?!refresh )\S+ restrictive-policy-/.test(line));
    expect(fence.filter((line) => line !== "update restrictive-policy-policy")).toEqual([]);
    // In place, whatever runtime it was made with.
    const callback = steps.filter(({ op, name }) => op !== "refresh" && name === "callback-lambda-function");
    expect(callback).toMatchObject([{ op: "update", inputs: { runtime: "nodejs24.x" } }]);
    // The callback, and the one that reconciles.
    expect(await runtimes(engine.sandbox.clients)).toEqual(["nodejs24.x", "nodejs24.x"]);
  });

  test("grants a quarantined device's name and shadow to its own certificates alone", async () => {
    const { restrictivePolicyName: policyName } = await engine.outputs<{ restrictivePolicyName: string }>();
    const { iot } = engine.sandbox.clients;
    const { policyDocument = "" } = await iot.send(new GetPolicyCommand({ policyName }));
    const { Statement } = JSON.parse(policyDocument) as {
      Statement: { Effect: string; Condition?: object }[];
    };
    const grants = Statement.filter(({ Effect }) => Effect === "Allow");
    expect(grants.map(({ Condition }) => Condition)).toEqual([
      { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
    ]);
  });

  test("is then as a new one would be", async () => {
    const { steps } = await engine.succeed("preview", { args: ["--expect-no-changes"] });
    expect(steps).toEqual([]);
  });
});
