import { readEnvironment } from "../../../functions/quarantine-device/environment";

const GOOD = {
  QUARANTINE_GROUP_NAME: "Quarantine",
  IOT_DATA_ENDPOINT: "a1b2c3-ats.iot.us-east-1.amazonaws.com",
  LEDGER_TABLE_NAME: "ledger",
  RESTRICTIVE_POLICY_NAME: "Fence",
  NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:notices",
  STACK_NAME: "dev",
  LAMBDA_TASK_ROOT: "/var/task",
};
const TELLING = { topicArn: GOOD.NOTIFICATION_TOPIC_ARN, stack: "dev" };

test("the data endpoint becomes an https URL", () => {
  expect(readEnvironment(GOOD)).toEqual({
    groupName: "Quarantine",
    policyName: "Fence",
    ledgerTableName: "ledger",
    ...TELLING,
    taskRoot: "/var/task",
    dataEndpoint: "https://a1b2c3-ats.iot.us-east-1.amazonaws.com",
  });
});

test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IOT_DATA_PLANE"])(
  "%s leaves the endpoint to the SDK",
  (name) => {
    expect(readEnvironment({ ...GOOD, [name]: "http://127.0.0.1:1" })).toEqual({
      groupName: "Quarantine",
      policyName: "Fence",
      ledgerTableName: "ledger",
      ...TELLING,
      taskRoot: "/var/task",
    });
    expect(readEnvironment({ ...GOOD, [name]: "" })).toHaveProperty("dataEndpoint");
  },
);

test("all faults are named at once, with the value and what to set", () => {
  expect(() => readEnvironment({ IOT_DATA_ENDPOINT: "https://x" })).toThrow(
    /Set QUARANTINE_GROUP_NAME to .+; it is null\. Set IOT_DATA_ENDPOINT to .+; it is "https:\/\/x"\. Set RESTRICTIVE_POLICY_NAME to .+ Set LEDGER_TABLE_NAME to .+ Set NOTIFICATION_TOPIC_ARN to .+ Set STACK_NAME to .+ Set LAMBDA_TASK_ROOT to /,
  );
});

test.each([
  ["QUARANTINE_GROUP_NAME", ""],
  ["QUARANTINE_GROUP_NAME", "a/b"],
  ["QUARANTINE_GROUP_NAME", "x".repeat(129)],
  ["RESTRICTIVE_POLICY_NAME", "a b"],
  ["LEDGER_TABLE_NAME", "ab"],
  ["LEDGER_TABLE_NAME", "a/b"],
  ["IOT_DATA_ENDPOINT", ""],
  ["IOT_DATA_ENDPOINT", "host/path"],
  ["IOT_DATA_ENDPOINT", "host:port"],
  ["IOT_DATA_ENDPOINT", "host:123456"],
  ["IOT_DATA_ENDPOINT", "user@host"],
])("%s of %j is refused", (name, value) => {
  expect(() => readEnvironment({ ...GOOD, [name]: value })).toThrow(`Set ${name} to`);
});

test("an endpoint may have a port", () => {
  expect(readEnvironment({ ...GOOD, IOT_DATA_ENDPOINT: "localhost:8443" })).toHaveProperty(
    "dataEndpoint",
    "https://localhost:8443",
  );
});
