import { dataEndpointOf, readVariables } from "../../../lib/lambda/environment";

const GOOD = {
  QUARANTINE_GROUP_NAME: "Quarantine",
  IOT_DATA_ENDPOINT: "a1b2c3-ats.iot.us-east-1.amazonaws.com",
  RESTRICTIVE_POLICY_NAME: "Fence",
  LEDGER_TABLE_NAME: "ledger",
  ALARMS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/alarms",
  NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:notices",
  STACK_NAME: "dev",
  LAMBDA_TASK_ROOT: "/var/task",
  AWS_LAMBDA_FUNCTION_NAME: "f",
};
const ALL = Object.keys(GOOD) as (keyof typeof GOOD)[];

test("the variables that are asked for are read, and no others are looked at", () => {
  expect(readVariables(GOOD, ALL)).toEqual(GOOD);
  expect(readVariables({ STACK_NAME: "dev" }, ["STACK_NAME"])).toEqual({ STACK_NAME: "dev" });
});

test("the data endpoint becomes an https URL", () => {
  expect(dataEndpointOf(GOOD)).toEqual({ endpoint: "https://a1b2c3-ats.iot.us-east-1.amazonaws.com" });
});

test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IOT_DATA_PLANE"])(
  "%s leaves the endpoint to the SDK",
  (name) => {
    expect(dataEndpointOf({ ...GOOD, [name]: "http://127.0.0.1:1" })).toEqual({});
    expect(dataEndpointOf({ ...GOOD, [name]: "" })).toHaveProperty("endpoint");
  },
);

test("all faults are named at once, with the value and what to set", () => {
  expect(() => readVariables({ IOT_DATA_ENDPOINT: "https://x" }, ALL)).toThrow(
    new RegExp(
      ALL.map(
        (name) => `Set ${name} to [^;]+; it is ${name === "IOT_DATA_ENDPOINT" ? '"https://x"' : "null"}\\.`,
      ).join(" "),
    ),
  );
});

test.each([
  ["QUARANTINE_GROUP_NAME", ""],
  ["QUARANTINE_GROUP_NAME", "a/b"],
  ["QUARANTINE_GROUP_NAME", "x".repeat(129)],
  ["RESTRICTIVE_POLICY_NAME", "a b"],
  ["LEDGER_TABLE_NAME", "ab"],
  ["LEDGER_TABLE_NAME", "a/b"],
  ["ALARMS_QUEUE_URL", "queue"],
  ["NOTIFICATION_TOPIC_ARN", "arn:aws:sns:us-east-1:1:x"],
  ["STACK_NAME", "a/b"],
  ["LAMBDA_TASK_ROOT", ""],
  ["AWS_LAMBDA_FUNCTION_NAME", ""],
  ["IOT_DATA_ENDPOINT", ""],
  ["IOT_DATA_ENDPOINT", "host/path"],
  ["IOT_DATA_ENDPOINT", "host:port"],
  ["IOT_DATA_ENDPOINT", "host:123456"],
  ["IOT_DATA_ENDPOINT", "user@host"],
])("%s of %j is refused", (name, value) => {
  expect(() => readVariables({ ...GOOD, [name]: value }, ALL)).toThrow(`Set ${name} to`);
});

test("an endpoint may have a port", () => {
  expect(readVariables({ IOT_DATA_ENDPOINT: "localhost:8443" }, ["IOT_DATA_ENDPOINT"])).toEqual({
    IOT_DATA_ENDPOINT: "localhost:8443",
  });
});
