import type { Properties } from "../../pulumi-host/resources/property-values";
import type { HandlerCase } from "../pulumi-host/resources/handlers/case";
import { handlerCases } from "../pulumi-host/resources/handlers/cases";
import { makeFixtures } from "../pulumi-host/resources/handlers/fixtures";
import { Engine, type EngineRun } from "./support/engine";

let engine: Engine;
let cases: readonly HandlerCase[];

const nameOf = ({ type }: HandlerCase) => type.split(":").at(-1) ?? "";

/** Declares a resource of each type: its first inputs, and what a test puts over them. */
function declare(over: (one: HandlerCase) => Properties | undefined, more: Properties = {}): void {
  const resources = cases.map((one) => {
    const { code, ...inputs } = Object.fromEntries(
      Object.entries({ ...one.inputs, ...over(one) }).filter(([, value]) => value !== undefined),
    );
    const text = (code as { assets: Record<string, { text: string }> } | undefined)?.assets["index.js"]?.text;
    return { type: one.type, inputs: { ...inputs, ...(text !== undefined && { code: text }) }, ...more };
  });
  engine.project.configure("dev", { "aws-native:region": "us-east-1", "types:resources": resources });
}

/** The id of each resource, by name, as the engine keeps it. */
async function ids(): Promise<ReadonlyMap<string, string>> {
  const { deployment } = JSON.parse(await engine.export()) as {
    deployment: { resources: { urn: string; id?: string }[] };
  };
  return new Map(deployment.resources.map(({ urn, id = "" }) => [urn.split("::").at(-1) ?? "", id]));
}

/** What SDK clients see of each resource that has an id. */
async function seen(known: ReadonlyMap<string, string>): Promise<Properties> {
  const entries = cases.map(async (one) => {
    const found = await one
      .seen(engine.sandbox.clients, known.get(nameOf(one)) ?? "")
      .catch((error: Error) => `gone: ${error.name}`);
    return [one.type, found];
  });
  return Object.fromEntries((await Promise.all(entries)) as [string, unknown][]);
}

const isGone = (found: unknown) => found === undefined || String(found).startsWith("gone: ");

/** What each type should look like. */
const expected = (of: (one: HandlerCase) => unknown): Properties =>
  Object.fromEntries(cases.map((one) => [one.type, of(one)]));

const operations = ({ done }: EngineRun, op: string) =>
  done
    .filter((line) => line.startsWith(`${op} `))
    .map((line) => line.slice(op.length + 1))
    .sort();

beforeAll(async () => {
  engine = await Engine.start({ program: "types" });
  const context = { clients: engine.sandbox.clients, folder: __dirname };
  cases = handlerCases(await makeFixtures(context));
  await engine.init("dev");
  declare(() => undefined);
  await engine.apply();
});

afterAll(() => engine.stop());

test("each type is made by the engine, as SDK clients see it", async () => {
  expect(await seen(await ids())).toEqual(expected(({ before }) => before));
});

test("each type that can change in place is updated by the engine, as SDK clients see it", async () => {
  const before = await ids();
  declare(({ change }) => change);
  const run = await engine.apply();
  const changing = cases.filter(({ change }) => change !== undefined);
  expect(operations(run, "update")).toEqual(changing.map(nameOf).sort());
  expect(run.done).toHaveLength(changing.length);
  expect(await ids()).toEqual(before);
  expect(await seen(before)).toEqual(expected(({ before: first, after }) => after ?? first));
});

test("each type is replaced by the engine where AWS cannot change it, as SDK clients see it", async () => {
  const before = await ids();
  // A key has nothing that AWS cannot change: the program asks for its replacement. So it does for another name of a
  // security profile, by its class in @pulumi/aws-native.
  const replaceOnChanges = ["description", "enableKeyRotation", "securityProfileName"];
  declare(({ replacement }) => replacement, { replaceOnChanges });
  const run = await engine.apply();
  const all = cases.map(nameOf).sort();
  expect(operations(run, "create-replacement")).toEqual(all);
  expect(operations(run, "delete-replaced")).toEqual(all);
  const after = await ids();
  expect(await seen(after)).toEqual(expected(({ replaced }) => replaced));
  // A permission keeps the id that its statement was given.
  const kept = [...before].filter(([name, id]) => after.get(name) === id).map(([name]) => name);
  expect(kept.filter((name) => name !== "types-dev" && !name.startsWith("default"))).toEqual(["Permission"]);
  const left = await seen(before);
  const stay = cases.filter((one) => !isGone(left[one.type])).map(nameOf);
  expect(stay).toEqual(["Permission"]);
});

test("a destruction deletes each", async () => {
  const before = await ids();
  await engine.succeed("destroy");
  const left = await seen(before);
  expect(cases.filter((one) => !isGone(left[one.type])).map(nameOf)).toEqual([]);
});
