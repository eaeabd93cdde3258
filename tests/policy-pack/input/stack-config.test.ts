import { configuredStrings, configuredValue } from "../../../policy-pack/input/stack-config";

test("the texts of a config are its values, and those inside of structures", () => {
  const config = {
    "p:name": "alarms",
    "p:list": JSON.stringify([{ name: "Watch", tags: { a: "b" }, n: 1 }]),
    "p:broken": "[not json",
  };
  expect(configuredStrings({ PULUMI_CONFIG: JSON.stringify(config) })).toEqual(
    new Set(["alarms", "Watch", "b", "[not json"]),
  );
});

test.each([[{}], [{ PULUMI_CONFIG: "" }], [{ PULUMI_CONFIG: "[]" }], [{ PULUMI_CONFIG: "{" }]])(
  "with the environment %j there is no config",
  (environment) => {
    expect(configuredStrings(environment)).toBeUndefined();
  },
);

test("a key of the program is read, and none of another project", () => {
  const config = { "iot-quarantine:list": '["a"]', "iot-quarantine:text": "none", "other:key": "none" };
  const environment = { PULUMI_CONFIG: JSON.stringify(config) };
  expect(["list", "text", "key"].map((key) => configuredValue(environment, key))).toEqual([
    ["a"],
    "none",
    undefined,
  ]);
  expect(configuredValue({}, "text")).toBeUndefined();
});
