import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CreateThingCommand, ListThingsInThingGroupCommand } from "@aws-sdk/client-iot";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { Device } from "../../tools/rehearsal/device";
import { Engine } from "./support/engine";
import { type Front, startFront } from "./support/front";
import { seed } from "./support/seed";

const STATE = resolve(__dirname, "../fixtures/states/0.2.0.json");
/** Longer than Lambda's second retry waits. */
const RETRIES_MS = 4 * 60_000;
/** A window of the profile. */
const WINDOW_MS = 300_000;

let engine: Engine;
let front: Front;
/** What happens before a request of the update reaches AWS, by a part of the request; once each. */
const meanwhile = new Map<string, () => Promise<void>>();

/** Has a device violate its profile in the window that ends then: Device Defender publishes its alarm. */
async function offend(thingName: string): Promise<void> {
  const { clients, mqtt, sandbox } = engine.sandbox;
  await clients.iot.send(new CreateThingCommand({ thingName }));
  const device = new Device(mqtt, thingName);
  await device.connect();
  for (let sent = 0; sent < 30; sent++) await device.publish(`telemetry/${thingName}`, "{}");
  await sandbox.clock.advance(WINDOW_MS);
  await device.end();
}

beforeAll(async () => {
  front = await startFront(async ({ method, url }, _response, body) => {
    const request = `${method} ${url} ${body.subarray(0, 200)}`;
    for (const [part, act] of meanwhile) {
      if (!request.includes(part)) continue;
      meanwhile.delete(part);
      await act();
    }
    return false;
  });
  engine = await Engine.start({ endpointOf: front.before });
  await engine.init("dev");
  const { clients, endpoint } = engine.sandbox;
  const context = { clients, folder: engine.project.folder };
  await engine.import("dev", await seed(readFileSync(STATE, "utf8"), endpoint, context));
});

afterAll(async () => {
  await engine.stop();
  front.stop();
});

test("an alarm that came before, during and after the update from a topic to a queue is acted on", async () => {
  // The function of the kept state fails: its alarm waits for a retry, which is the new function's.
  await offend("before");
  meanwhile.set("POST /2015-03-31/event-source-mappings", () => offend("before-the-mapping"));
  meanwhile.set("Action=Unsubscribe", () => offend("with-two-subscriptions"));
  const { done } = await engine.succeed("up", { args: ["--skip-preview"] });
  expect([...meanwhile.keys()]).toEqual([]);
  await offend("after");
  await engine.sandbox.sandbox.clock.advance(RETRIES_MS);

  const { quarantineGroupName: thingGroupName, alarmsDeadLetterQueueUrl: QueueUrl } = await engine.outputs<{
    quarantineGroupName: string;
    alarmsDeadLetterQueueUrl: string;
  }>();
  const { iot, sqs } = engine.sandbox.clients;
  const { things = [] } = await iot.send(new ListThingsInThingGroupCommand({ thingGroupName }));
  expect([...things].sort()).toEqual(["after", "before", "before-the-mapping", "with-two-subscriptions"]);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(Attributes?.ApproximateNumberOfMessages).toBe("0");
  // What takes alarms is there before what took them goes.
  const at = (line: string) => done.indexOf(line);
  for (const made of ["create alarm-queue-subscription", "create callback-lambda-alarms"]) {
    expect(at(made)).toBeGreaterThan(-1);
    expect(at(made)).toBeLessThan(at("delete callback-lambda-subscription"));
  }
});
