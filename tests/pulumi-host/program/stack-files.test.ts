import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFiles, StackFilesError } from "../../../pulumi-host/program/stack-files";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-files-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

it("puts the stack's values over the project's defaults, structures as JSON", () => {
  write(
    "Pulumi.yaml",
    "name: p\nmain: go.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nconfig:\n  a: {type: integer, default: 1}\n  b: {type: boolean, default: true}\n  c: {type: array, default: [x]}\n  d: {type: string}\n",
  );
  write("Pulumi.dev.yaml", "config:\n  aws:region: eu-west-1\n  p:a: 2\n  c: [{k: v}]\n");
  expect(readStackFiles(folder, "dev")).toEqual({
    folder,
    project: "p",
    stack: "dev",
    main: "go.ts",
    typescript: false,
    config: { "aws:region": "eu-west-1", "p:a": "2", "p:b": "true", "p:c": '[{"k":"v"}]' },
  });
});

it("names the stacks that there are when it does not find one", () => {
  write("Pulumi.yaml", "name: p\n");
  expect(() => readStackFiles(folder, "dev")).toThrow(/There is none\./);
  write("Pulumi.prod.yaml", "");
  expect(() => readStackFiles(folder, "dev")).toThrow(/There is: prod\./);
  expect(readStackFiles(folder, "prod").config).toEqual({});
});

it.each([
  ["a broken project file", "name: [", "", "cannot be read"],
  ["a project without a name", "main: x.ts\n", "", "has no name"],
  ["an encrypted value", "name: p\n", "config:\n  p:token:\n    secure: AAAA\n", "is encrypted"],
  ["an encrypted part", "name: p\n", "config:\n  p:roles: [{id: {secure: AAAA}}]\n", "is encrypted"],
  ["a list for a stack", "name: p\n", "[1]\n", "must hold an object"],
  ["a text for a project", "name\n", "", "must hold an object"],
])("refuses %s", (_what, project, stack, message) => {
  write("Pulumi.yaml", project);
  write("Pulumi.dev.yaml", stack);
  expect(() => readStackFiles(folder, "dev")).toThrow(StackFilesError);
  expect(() => readStackFiles(folder, "dev")).toThrow(message);
});
