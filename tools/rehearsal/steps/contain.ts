import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { ConnectionRefused, type Device } from "../device";
import { PINNED_SUSPECT, STRANGER, type Stage, SUSPECT, telemetryTopic } from "../stage";
import { must, type Step } from "../step";

/** A healthy device publishes a mark: once the observer has it, whatever was published before is there too. */
async function observedSoFar(stage: Stage, mark: string): Promise<void> {
  const [witness] = stage.healthy;
  must(witness !== undefined, "there is no healthy device");
  await witness.publish(telemetryTopic(witness.name), mark);
  await stage.observer.messageWhere(`the mark of ${witness.name}`, ({ payload }) => payload === mark);
}

/** Tries to publish; resolves with the reason of the refusal, or undefined when the PUBACK came. */
async function refusalOf(device: Device, payload: string): Promise<string | undefined> {
  try {
    await device.publish(telemetryTopic(device.name), payload);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** After reconnecting, the device's publish gets no PUBACK, its socket is closed, and nobody sees the message. */
export const refusedPublish: Step = {
  name: "refused publish",
  run: async (stage) => {
    for (const device of [stage.suspect, stage.pinned]) {
      const contraband = `after the quarantine of ${device.name}`;
      await device.connect();
      const refusal = await refusalOf(device, contraband);
      must(refusal !== undefined, `${device.name} published and got a PUBACK`);
      await device.closed();
      await observedSoFar(stage, `mark after ${device.name}`);
      const leaked = stage.observer.received.some(({ payload }) => payload === contraband);
      must(!leaked, `the observer received a message of ${device.name}`);
    }
    return `${SUSPECT} and ${PINNED_SUSPECT} reconnect, but ${telemetryTopic("...")} gets no PUBACK, the socket closes, the observer sees nothing`;
  },
};

interface ShadowDocument {
  readonly state?: {
    readonly desired?: { readonly quarantine?: unknown };
    readonly reported?: { readonly quarantine?: unknown };
  };
}

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
  const { state } = JSON.parse(answer.payload) as ShadowDocument;
  must(state?.desired?.quarantine === true, `${device.name} reads quarantine: ${state?.desired?.quarantine}`);
  await device.publish(topic("update"), JSON.stringify({ state: { reported: { quarantine: true } } }));
  await device.messageWhere("the answer to the report", (m) => m.topic === topic("update/accepted"));
  const { payload } = await stage.iotData.send(new GetThingShadowCommand({ thingName: device.name }));
  const live = JSON.parse(Buffer.from(payload ?? []).toString("utf8")) as ShadowDocument;
  must(live.state?.reported?.quarantine === true, `the report of ${device.name} is not in its shadow`);
}

/** The device learns of its quarantine from its own shadow. */
export const readsShadow: Step = {
  name: "device reads and reports its quarantine",
  run: async (stage) => {
    await readAndReport(stage, stage.suspect);
    return `${SUSPECT} reads quarantine: true from its shadow and reports it`;
  },
};

/** So does a device whose certificate would not let it near its shadow. */
export const pinnedReadsShadow: Step = {
  name: "device with a narrow certificate does the same",
  run: async (stage) => {
    await readAndReport(stage, stage.pinned);
    return `${PINNED_SUSPECT} does too, though its certificate allows its telemetry topic only`;
  },
};

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
export const strangerRefused: Step = {
  name: "stranger cannot take the device's name",
  run: async (stage) => {
    must(await isLetIn(stage.stranger(STRANGER)), `${STRANGER} cannot connect as itself`);
    for (const name of [SUSPECT, PINNED_SUSPECT]) {
      const letIn = await isLetIn(stage.stranger(name));
      must(!letIn, `${STRANGER}, whose certificate lets it connect as itself alone, connected as ${name}`);
    }
    return `${STRANGER} connects as itself, and with the same certificate neither as ${SUSPECT} nor as ${PINNED_SUSPECT}`;
  },
};

/** The healthy devices were left alone. */
export const healthyGoOn: Step = {
  name: "healthy devices go on",
  run: async (stage) => {
    for (const device of stage.healthy) {
      const payload = `${device.name} goes on`;
      await device.publish(telemetryTopic(device.name), payload);
      await stage.observer.messageWhere(
        `a message of ${device.name}`,
        (message) => message.payload === payload,
      );
    }
    return `${stage.healthy.length} devices publish and the observer receives them all`;
  },
};
