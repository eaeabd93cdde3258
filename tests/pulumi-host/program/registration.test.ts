import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { SourcePosition, StackFrame, StackTrace } from "@pulumi/pulumi/proto/source_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { registrationOf } from "../../../pulumi-host/program/registration";

const at = (path: string, line: number) =>
  new SourcePosition().setUri(`file:///project/${path}`).setLine(line).setColumn(9);

function requestWith(position: SourcePosition | undefined, frames: readonly (SourcePosition | undefined)[]) {
  const trace = new StackTrace().setFramesList(frames.map((frame) => new StackFrame().setPc(frame)));
  return new RegisterResourceRequest().setSourceposition(position).setStacktrace(trace);
}

test.each([
  ["the position that the SDK names", at("index.ts", 3), [at("index.ts", 3)], ["index.ts", 3]],
  ["the next frame where an anonymous one hides it", undefined, [undefined, at("a.ts", 7)], ["a.ts", 7]],
  [
    "the program's frame behind the SDK's",
    at("node_modules/@pulumi/provider.ts", 85),
    [at("node_modules/@pulumi/provider.ts", 85), at("b.ts", 59), at("index.ts", 2)],
    ["b.ts", 59],
  ],
])("a resource is found at %s", (_title, position, frames, [path, line]) => {
  expect(registrationOf(requestWith(position, frames)).position).toEqual({
    uri: `file:///project/${path}`,
    line,
    column: 9,
  });
});

test.each([
  ["nothing is known", undefined, []],
  ["only the SDK's code makes it", at("node_modules/@pulumi/stack.ts", 1), []],
])("a resource has no position where %s", (_title, position, frames) => {
  expect(registrationOf(requestWith(position, frames))).not.toHaveProperty("position");
});

test.each([
  ["", 0],
  ["90s", 90],
  ["1h30m", 5400],
  ["1.5m", 90],
  ["250ms", 0.25],
])("the timeout %p is %p seconds", (text, seconds) => {
  const timeouts = new RegisterResourceRequest.CustomTimeouts().setCreate(text);
  const { options } = registrationOf(new RegisterResourceRequest().setCustomtimeouts(timeouts));
  expect(options.customTimeouts).toEqual({ create: seconds, update: 0, delete: 0 });
});

test("what a policy can see of a resource is taken over", () => {
  const request = new RegisterResourceRequest()
    .setType("aws:sns/topic:Topic")
    .setName("alerts")
    .setCustom(true)
    .setVersion("7.48.0")
    .setProtect(true)
    .setObject(Struct.fromJavaScript({ name: "x" }))
    .setDependenciesList(["urn:key"])
    .setIgnorechangesList(["tags"])
    .setAliasurnsList(["urn:old"])
    .setAdditionalsecretoutputsList(["arn"])
    .setDeletebeforereplacedefined(true)
    .setDeletebeforereplace(false);
  const of = (...urns: string[]) => new RegisterResourceRequest.PropertyDependencies().setUrnsList(urns);
  request.getPropertydependenciesMap().set("kmsMasterKeyId", of("urn:key")).set("name", of());
  expect(registrationOf(request)).toEqual({
    type: "aws:sns/topic:Topic",
    name: "alerts",
    parent: "",
    custom: true,
    inputs: { name: "x" },
    provider: "",
    version: "7.48.0",
    dependencies: ["urn:key"],
    propertyDependencies: { kmsMasterKeyId: ["urn:key"] },
    protect: true,
    options: {
      ignoreChanges: ["tags"],
      deleteBeforeReplace: false,
      additionalSecretOutputs: ["arn"],
      aliases: ["urn:old"],
      customTimeouts: { create: 0, update: 0, delete: 0 },
    },
  });
  expect(registrationOf(new RegisterResourceRequest()).options).not.toHaveProperty("deleteBeforeReplace");
});

test("the hooks of a creation are told by name, others not", () => {
  const hooks = new RegisterResourceRequest.ResourceHooksBinding()
    .setBeforeUpdateList(["update"])
    .setBeforeCreateList(["create"]);
  expect(registrationOf(new RegisterResourceRequest().setHooks(hooks)).beforeCreate).toEqual(["create"]);
});

test.each(["setAfterCreateList"] as const)("a hook that nobody would call is refused: %s", (set) => {
  const hooks = new RegisterResourceRequest.ResourceHooksBinding().setBeforeUpdateList(["update"]);
  const request = new RegisterResourceRequest().setType("t").setName("n").setHooks(hooks);
  expect(registrationOf(request)).toMatchObject({ name: "n" });
  hooks[set](["first"]);
  expect(() => registrationOf(request)).toThrow(
    /^t n could not be made: .* hook after a creation, such as first\.$/,
  );
});
