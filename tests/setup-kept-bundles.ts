import type { cleanEnvironment } from "../lib/process/child";
import { withKeptBundles } from "./support/cheaper-processes";

// What runs the program in this process of the tests has it take bundles that were made before. What is started as a
// command runs it as for a user.
jest.mock("../lib/process/child", () => {
  const actual: { cleanEnvironment: typeof cleanEnvironment } = jest.requireActual("../lib/process/child");
  return { ...actual, cleanEnvironment: () => ({ ...actual.cleanEnvironment(), ...withKeptBundles() }) };
});
