import { withProviders } from "../../../tools/policy-check/resources";
import { resourceOf } from "./deployed";

const FILES = {
  folder: "/project",
  project: "p",
  stack: "dev",
  main: "main.js",
  typescript: false,
  config: { "aws:region": "eu-west-1", "aws:defaultTags": '{"tags":{"a":"b"}}', "p:region": "x" },
};

const providerOf = (provider: ReturnType<typeof withProviders>[number] | undefined) => provider?.provider;

test("resources without a provider of their own share the default one, which is judged too", () => {
  const [first, second] = [resourceOf({ name: "first" }), resourceOf({ name: "second" })];
  const judged = withProviders(FILES, [first, second]);
  const [provider] = judged;
  expect(judged.map(({ resource }) => resource.name)).toEqual(["default_7_48_0", "first", "second"]);
  expect(provider?.resource).toMatchObject({
    type: "pulumi:providers:aws",
    urn: "urn:pulumi:dev::p::pulumi:providers:aws::default_7_48_0",
    inputs: { region: "eu-west-1", defaultTags: '{"tags":{"a":"b"}}', version: "7.48.0" },
  });
  expect(providerOf(provider)).toBeUndefined();
  expect(judged.slice(1).map(providerOf)).toEqual([provider?.resource, provider?.resource]);
});

test("another version of a package has another default provider", () => {
  const resources = [resourceOf({ name: "old", version: "6.1.0-beta.1" }), resourceOf({ version: "" })];
  const names = withProviders(FILES, resources).map(({ resource }) => resource.name);
  expect(names).toEqual(["default_6_1_0_beta_1", "default", "old", "alerts"]);
});

test("a resource's own provider is found by its reference", () => {
  const urn = "urn:pulumi:dev::p::pulumi:providers:aws::own";
  const own = resourceOf({ type: "pulumi:providers:aws", name: "own", urn });
  const judged = withProviders(FILES, [own, resourceOf({ provider: `${urn}::4711` })]);
  expect(judged).toHaveLength(2);
  expect(judged.map(providerOf)).toEqual([undefined, own]);
});

test.each([
  ["a component", { custom: false, type: "p:index:Loop" }],
  ["the stack", { custom: false, type: "pulumi:pulumi:Stack" }],
  ["a resource of the engine's own", { type: "pulumi:pulumi:StackReference" }],
  [
    "one whose provider is not of the stack",
    { provider: "urn:pulumi:dev::p::pulumi:providers:aws::gone::1" },
  ],
])("%s has no provider", (_title, resource) => {
  expect(withProviders(FILES, [resourceOf(resource)])).toEqual([{ resource: resourceOf(resource) }]);
});
