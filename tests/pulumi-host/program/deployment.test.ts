import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Deployment } from "../../../pulumi-host/program/deployment";
import { registrationOf } from "../../../pulumi-host/program/registration";
import { HANDLERS } from "../../../pulumi-host/resources/handlers/table";
import { fromStruct, type Properties, UNKNOWN } from "../../../pulumi-host/resources/property-values";
import { devRegistrations } from "../../support/dev-registrations";
import { startProvider, type TestProvider, urnOf } from "../provider/engine-client";

let providers: Readonly<Record<string, TestProvider>>;

beforeAll(async () => {
  // Nothing is asked of a sandbox before something is made.
  const endpoint = "http://127.0.0.1:9";
  providers = {
    aws: await startProvider("aws", endpoint),
    "aws-native": await startProvider("aws-native", endpoint),
  };
});

afterAll(() => {
  for (const provider of Object.values(providers)) provider.stop();
});

/** Made-up names end in digits of their own. */
const named = (properties: Properties): Properties =>
  JSON.parse(JSON.stringify(properties).replace(/-[0-9a-f]{7}"/g, '-made up"')) as Properties;

test.each(Object.keys(HANDLERS))("%s is previewed offline as under the engine", async (type) => {
  const target = { project: "p", stack: "s", account: "123456789012", region: "us-east-1" };
  const registration = registrationOf(
    new RegisterResourceRequest().setType(type).setName("x").setCustom(true),
  );
  const deployment = new Deployment(target);
  const { outputs } = await deployment.register(registration);

  const provider = providers[type.split(":")[0] ?? ""];
  const urn = urnOf(type, "x");
  const inputs = fromStruct((await provider?.check(urn, {}))?.getInputs());
  const planned = fromStruct((await provider?.create(urn, inputs, true))?.getProperties());
  expect(named(deployment.resources[0]?.inputs ?? {})).toEqual(named(inputs));
  expect(named(outputs)).toEqual(named(planned));
  const { computed, computedIfAbsent } = HANDLERS[type] ?? { computed: [] };
  for (const name of [...computed, ...Object.keys(computedIfAbsent ?? {})]) {
    expect([name, outputs[name]]).toEqual([name, UNKNOWN]);
  }
});

test("the dev stack is previewed offline as under the engine, input by input", async () => {
  for (const { type, name, custom, inputs, outputs } of await devRegistrations()) {
    if (!custom || type.startsWith("pulumi:")) continue;
    const { __defaults: filledIn = [], ...checked } = inputs;
    const asked = Object.entries(checked).filter(([key]) => !(filledIn as readonly string[]).includes(key));
    const provider = providers[type.split(":")[0] ?? ""];
    const urn = urnOf(type, name);
    const found = fromStruct((await provider?.check(urn, Object.fromEntries(asked)))?.getInputs());
    const planned = fromStruct((await provider?.create(urn, found, true))?.getProperties());
    expect({ name, inputs: named(found) }).toEqual({ name, inputs: named(inputs) });
    expect({ name, outputs: named(planned) }).toEqual({ name, outputs: named(outputs) });
  }
});
