import type { HandlerContext, ResourceHandler } from "../../../../sandbox/deploy/handler";
import { HANDLERS } from "../../../../sandbox/deploy/handlers/table";
import type { Properties } from "../../../../sandbox/deploy/property-values";
import { create, diff, read, remove, update } from "../../../../sandbox/provider/resource";
import { type EmptySandbox, startEmptySandbox } from "../../support/empty-sandbox";
import type { HandlerCase } from "./case";
import { handlerCases } from "./cases";
import { makeFixtures } from "./fixtures";

let sandbox: EmptySandbox;
let context: HandlerContext;
let cases: ReadonlyMap<string, HandlerCase>;

const handlerOf = (type: string): ResourceHandler => {
  const handler = HANDLERS[type];
  if (!handler) throw new Error(`no handler of ${type}`);
  return handler;
};

const make = (type: string, inputs: Properties) => create(handlerOf(type), inputs, context);

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  context = { clients: sandbox.clients, folder: __dirname };
  cases = new Map(handlerCases(await makeFixtures(context)).map((one) => [one.type, one]));
});

afterAll(() => sandbox.stop());

const caseOf = (type: string): HandlerCase => {
  const found = cases.get(type);
  if (!found) throw new Error(`There is no case of ${type}: add one.`);
  return found;
};

/** What an SDK client sees; nothing when it is told that there is nothing. */
const seenNow = ({ seen }: HandlerCase, id: string) =>
  seen(sandbox.clients, id).catch((error: Error) => {
    if (/NotFound|NoSuchEntity|NonExistent|DoesNotExist/.test(error.name)) return undefined;
    throw error;
  });

describe.each(Object.keys(HANDLERS))("%s", (type) => {
  test("is made, read without a difference, changed in place, found changed, and deleted, as an SDK client sees it", async () => {
    const one = caseOf(type);
    const handler = handlerOf(type);
    const { id, state } = await make(type, one.inputs);
    expect(await seenNow(one, id)).toEqual(one.before);
    for (const output of handler.computed) {
      if (output === "invokeArn" || output === "sourceCodeHash") continue;
      expect([output, state[output]]).not.toEqual([output, undefined]);
    }

    const kept = { inputs: one.inputs, state };
    const unchanged = await read(handler, { id, kept }, context);
    expect(unchanged?.inputs).toEqual(one.inputs);
    expect(diff(handler, { type, name: "x" }, kept, one.inputs).differences).toEqual(new Map());

    let current = kept;
    if (one.change) {
      const wanted = Object.fromEntries(
        Object.entries({ ...one.inputs, ...one.change }).filter(([, value]) => value !== undefined),
      );
      const planned = diff(handler, { type, name: "x" }, kept, wanted).differences;
      expect([...planned.keys()].sort()).toEqual(Object.keys(one.change).sort());
      expect([...planned.values()].some(({ replaces }) => replaces)).toBe(false);
      const changed = await update(handler, { id, kept, wanted }, context);
      expect(await seenNow(one, id)).toEqual(one.after);
      current = { inputs: wanted, state: changed };
      expect(diff(handler, { type, name: "x" }, current, wanted).differences).toEqual(new Map());

      // What somebody else changed back is found by a refresh, and by the diff that follows.
      await update(handler, { id, kept: current, wanted: one.inputs }, context);
      const drifted = await read(handler, { id, kept: current }, context);
      const visible = Object.keys(one.change).filter((name) => !handler.writeOnly?.includes(name));
      const known = { inputs: drifted?.inputs ?? {}, state: drifted?.state ?? {} };
      const found = diff(handler, { type, name: "x" }, known, wanted).differences;
      expect([...found.keys()]).toEqual(
        expect.arrayContaining(visible.filter((name) => wanted[name] !== undefined)),
      );
    } else {
      expect(handler.update).toBeUndefined();
      expect([...handler.createOnly].sort()).toEqual([...handler.inputs].sort());
    }

    await remove(handler, { id, kept: current }, context);
    expect(await seenNow(one, id)).toBeFalsy();
    await expect(remove(handler, { id, kept: current }, context)).resolves.toBeUndefined();
  });

  test("is replaced when an input that AWS cannot change differs", () => {
    const one = caseOf(type);
    const handler = handlerOf(type);
    for (const name of handler.createOnly) {
      const kept = { inputs: one.inputs, state: one.inputs };
      const wanted = { ...one.inputs, [name]: "another" };
      expect(diff(handler, { type, name: "x" }, kept, wanted).differences.get(name)?.replaces).toBe(true);
    }
  });
});
