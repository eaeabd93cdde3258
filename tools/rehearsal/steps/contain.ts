import { shadowFlags } from "../../../lib/quarantine/shadow-flags";
import { STRANGER } from "../../scenario/cast";
import { ConnectionRefused, type Device } from "../device";
import { shadowOf } from "../observations";
import type { Player } from "../player";
import { containedOf, type Scene } from "../scene";
import { OBSERVER, type Stage } from "../stage";
import { must, type Step, stepOf } from "../step";

/** Healthy devices that show that the others go on. */
const PUBLISHERS = 9;

/** Lets a client hear what devices send, while something is tried. */
async function observing<T>(
  stage: Stage,
  heard: readonly Player[],
  act: (observer: Device) => Promise<T>,
): Promise<T> {
  const observer = stage.device(OBSERVER);
  await observer.connect();
  try {
    // AWS takes 8 filters a request (AWS General Reference, "AWS IoT Core endpoints and quotas").
    for (const { telemetry } of heard) await observer.subscribe(telemetry);
    return await act(observer);
  } finally {
    await observer.end();
  }
}

/** A healthy device publishes a mark: once the observer has it, whatever was published before is there too. */
async function observedSoFar(observer: Device, healthy: Player, mark: string): Promise<void> {
  await healthy.say(mark);
  await observer.messageWhere(`the mark of ${healthy.name}`, ({ payload }) => payload === mark);
}

/** Tries to publish; resolves with the reason of the refusal, or undefined when the PUBACK came. */
async function refusalOf({ device, telemetry }: Player, payload: string): Promise<string | undefined> {
  try {
    await device.publish(telemetry, payload);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a device's certificate was set to INACTIVE: it connects no more. */
const isDeactivated = ({ scenario }: Stage, { actor }: Player): boolean =>
  actor.isPinned && scenario.responses.containment.includes("deactivate");

/** After reconnecting, where its certificate still lets it, the device's publish gets no PUBACK, its socket is closed, and nobody sees the message. */
export const refusedPublish = stepOf("refused publish", async (stage, scene: Scene) => {
  const contained = containedOf(scene);
  const [healthy] = stage.healthy;
  must(healthy !== undefined, "there is no healthy device");
  await observing(stage, [...contained, healthy], async (observer) => {
    for (const player of contained) {
      if (isDeactivated(stage, player)) {
        must(!(await isLetIn(player.device)), `${player.name} connected, though its certificate is INACTIVE`);
        continue;
      }
      const contraband = `after the quarantine of ${player.name}`;
      await player.device.connect();
      const refusal = await refusalOf(player, contraband);
      must(refusal !== undefined, `${player.name} published and got a PUBACK`);
      await player.device.closed();
      await observedSoFar(observer, healthy, `mark after ${player.name}`);
      const leaked = observer.received.some(({ payload }) => payload === contraband);
      must(!leaked, `the observer received a message of ${player.name}`);
    }
  });
  const namesOf = (isShut: boolean) =>
    contained.filter((player) => isDeactivated(stage, player) === isShut).map(({ name }) => name);
  const [open, shut] = [namesOf(false), namesOf(true)].map((names) => names.join(" and "));
  return [
    open &&
      `${open} reconnect, but ${scene.lead.telemetry} gets no PUBACK, the socket closes, the observer sees nothing`,
    shut && `the certificate of ${shut} is INACTIVE and connects no more`,
  ]
    .filter(Boolean)
    .join("; ");
});

/** The device asks for its shadow by MQTT, finds the flag, and reports it. */
async function readAndReport(stage: Stage, device: Device): Promise<void> {
  const topic = (suffix: string) => `$aws/things/${device.name}/shadow/${suffix}`;
  await device.connect();
  await device.subscribe(topic("get/accepted"), topic("update/accepted"));
  await device.publish(topic("get"), "");
  const answer = await device.messageWhere(
    "the answer with the shadow",
    (m) => m.topic === topic("get/accepted"),
  );
  const { desired } = shadowFlags(Buffer.from(answer.payload));
  must(desired === true, `${device.name} reads quarantine: ${desired}`);
  await device.publish(topic("update"), JSON.stringify({ state: { reported: { quarantine: true } } }));
  await device.messageWhere("the answer to the report", (m) => m.topic === topic("update/accepted"));
  const { reported } = shadowFlags(await shadowOf(stage, device.name));
  must(reported === true, `the report of ${device.name} is not in its shadow`);
}

/** The device learns of its quarantine from its own shadow. */
export const readsShadow = stepOf("device reads and reports its quarantine", async (stage, scene: Scene) => {
  if (isDeactivated(stage, scene.lead)) return `${scene.lead.name} cannot: its certificate is INACTIVE`;
  await readAndReport(stage, scene.lead.device);
  return `${scene.lead.name} reads quarantine: true from its shadow and reports it`;
});

/** So does a device whose certificate would not let it near its shadow. */
export const pinnedReadsShadow = stepOf(
  "device with a narrow certificate does the same",
  async (stage, player: Player) => {
    if (isDeactivated(stage, player)) return `${player.name} cannot: its certificate is INACTIVE`;
    await readAndReport(stage, player.device);
    return `${player.name} does too, though its certificate allows its own topics only`;
  },
);

/** Tries to connect as somebody; resolves with whether it was let in. */
async function isLetIn(device: Device): Promise<boolean> {
  try {
    await device.connect();
    return true;
  } catch (error) {
    if (!(error instanceof ConnectionRefused)) throw error;
    return false;
  } finally {
    await device.end();
  }
}

/** A group's policy counts for whoever connects under the thing's name: it must give that name to nobody else. */
export const strangerRefused = stepOf(
  "stranger cannot take the device's name",
  async (stage, scene: Scene) => {
    const strange = (name: string) => stage.device(name, stage.strangersCertificateId);
    must(await isLetIn(strange(STRANGER)), `${STRANGER} cannot connect as itself`);
    const contained = containedOf(scene).map(({ name }) => name);
    for (const name of contained) {
      const letIn = await isLetIn(strange(name));
      must(!letIn, `${STRANGER}, whose certificate lets it connect as itself alone, connected as ${name}`);
    }
    return `${STRANGER} connects as itself, and with the same certificate not as ${contained.join(" nor as ")}`;
  },
);

/** The healthy devices were left alone. */
export const healthyGoOn: Step = {
  name: "healthy devices go on",
  run: async (stage) => {
    const publishers = stage.healthy.slice(0, PUBLISHERS);
    await observing(stage, publishers, async (observer) => {
      for (const player of publishers) {
        const mark = `${player.name} goes on`;
        await player.say(mark);
        await observer.messageWhere(`a message of ${player.name}`, ({ payload }) => payload === mark);
      }
    });
    return `${publishers.length} devices publish and the observer receives them all`;
  },
};
