import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AttachSecurityProfileCommand,
  CreateSecurityProfileCommand,
  type IoTClient,
  paginateListViolationEvents,
} from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { clientSettings } from "../support/dev-sandbox";
import { type EmptySandbox, startEmptySandbox } from "../support/empty-sandbox";

const DEVICES = 1000;
const MESSAGES = 10;

let sandbox: EmptySandbox;
let iot: IoTClient;

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  iot = sandbox.clients.iot;
});

afterAll(() => sandbox.stop());

/** Opens the fleet's sessions from another process; resolves with the number of acknowledged messages. */
async function runFleet(): Promise<number> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const args = [
    "-r",
    "./transpile.js",
    join(__dirname, "fleet.ts"),
    sandbox.mqtt,
    String(DEVICES),
    String(MESSAGES),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return Number(stdout);
}

it("loses nothing of 1,000 sessions that send 10 messages each within one window", async () => {
  // Normal is fewer than one message, so that every device violates and its count is told.
  await iot.send(
    new CreateSecurityProfileCommand({
      securityProfileName: "Count",
      behaviors: [
        {
          name: "Sent",
          metric: "aws:num-messages-sent",
          criteria: { comparisonOperator: "less-than", value: { count: 1 }, durationSeconds: 300 },
        },
      ],
    }),
  );
  await iot.send(
    new AttachSecurityProfileCommand({
      securityProfileName: "Count",
      securityProfileTargetArn: "arn:aws:iot:us-east-1:123456789012:all/things",
    }),
  );
  const startTime = sandbox.sandbox.clock.date();
  expect(await runFleet()).toBe(DEVICES * MESSAGES);
  await sandbox.sandbox.clock.advance(300_000);

  const counts = new Map<string, number>();
  const pages = paginateListViolationEvents(
    { client: iot },
    { startTime, endTime: sandbox.sandbox.clock.date() },
  );
  for await (const { violationEvents = [] } of pages) {
    for (const { thingName = "", metricValue } of violationEvents)
      counts.set(thingName, metricValue?.count ?? 0);
  }
  expect(counts.size).toBe(DEVICES);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(DEVICES * MESSAGES);
});

it("answers an oversized payload with AWS's error and goes on", async () => {
  const data = new IoTDataPlaneClient(clientSettings(sandbox.sandbox));
  const publish = (bytes: number) =>
    data.send(new PublishCommand({ topic: "a/b", payload: new Uint8Array(bytes) }));
  await expect(publish(128 * 1024 + 1)).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
  await publish(128 * 1024);
  data.destroy();
});
