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
  write("Pulumi.prod.yaml", "encryptionsalt: v1:x\n");
  expect(() => readStackFiles(folder, "dev")).toThrow(/There is: prod\./);
  expect(readStackFiles(folder, "prod").config).toEqual({});
});

it.each([
  ["a broken project file", "name: [", "", "cannot be read"],
  ["a project without a name", "main: x.ts\n", "", "has no name"],
  ["an encrypted value", "name: p\n", "config:\n  p:token:\n    secure: AAAA\n", "is encrypted"],
  ["an encrypted part", "name: p\n", "config:\n  p:roles: [{id: {secure: AAAA}}]\n", "is encrypted"],
  ["an encrypted region", "name: p\n", "config:\n  aws:region: {secure: AAAA}\n", "aws:region is encrypted"],
  ["a list for a stack", "name: p\n", "[1]\n", "must hold an object"],
  ["a text for a project", "name\n", "", "must hold an object"],
  ["an empty stack file", "name: p\n", "", "is empty. Set config in it, with aws:region at least"],
  ["a stack file of comments", "name: p\n", "# nothing\n", "is empty"],
  ["a key that nobody reads", "name: p\n", "configs:\n  p:a: 1\n", "has configs, which Pulumi does not read"],
])("refuses %s", (_what, project, stack, message) => {
  write("Pulumi.yaml", project);
  write("Pulumi.dev.yaml", stack);
  expect(() => readStackFiles(folder, "dev")).toThrow(StackFilesError);
  expect(() => readStackFiles(folder, "dev")).toThrow(message);
});

it("needs no key for what a provider keeps secret", () => {
  write("Pulumi.yaml", "name: p\n");
  write(
    "Pulumi.dev.yaml",
    "config:\n  aws:assumeRoles:\n    - roleArn: arn:aws:iam::123456789012:role/r\n      externalId: {secure: AAAA}\n  aws:secretKey: {secure: BBBB}\n",
  );
  expect(readStackFiles(folder, "dev").config).toEqual({
    "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::123456789012:role/r","externalId":"[secret]"}]',
    "aws:secretKey": "[secret]",
  });
});
