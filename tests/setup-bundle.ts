import { basename, dirname } from "node:path";
import type { bundleFunction } from "../infra/bundle";
import { BUNDLED, recording } from "./support/recording";

// A function's bundle is the same to the byte until a source changes (infra/bundle.process.test.ts), and makes up most of
// what a run of the program costs: made once for all unit tests.
jest.mock("../infra/bundle", () => {
  const actual: { bundleFunction: typeof bundleFunction } = jest.requireActual("../infra/bundle");
  return {
    bundleFunction: (entry: string) =>
      recording(`bundle-${basename(dirname(entry))}`, BUNDLED, entry, () => actual.bundleFunction(entry)),
  };
});
