import {
  type Behavior,
  DescribeSecurityProfileCommand,
  ListActiveViolationsCommand,
} from "@aws-sdk/client-iot";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { AlarmMessage } from "../../../lib/detect/alarm";
import type { Device } from "../device";
import { PINNED_SUSPECT, type Stage, SUSPECT, telemetryTopic } from "../stage";
import { must, type Step } from "../step";

/** Messages that a chatty device sends in one window; the profile calls fewer than 10 normal. */
const CHATTY = 30;
/** Messages of the healthy devices, 2 to 9. */
const calm = (index: number) => 2 + (index % 8);
/** The traffic is spread over the window in this many bursts. */
const BURSTS = 5;
const WINDOW_SECONDS = 300;
/** What the devices misbehave in. */
const PLAYED_METRIC = "aws:num-messages-sent";

async function burst(device: Device, total: number, round: number): Promise<void> {
  const upTo = Math.floor((total * (round + 1)) / BURSTS);
  for (let sent = Math.floor((total * round) / BURSTS); sent < upTo; sent++) {
    await device.publish(telemetryTopic(device.name), JSON.stringify({ reading: sent }));
  }
}

/** Everybody sends within one 5-minute window; each message is acknowledged before time goes on. */
export const send: Step = {
  name: "send within one window",
  run: async (stage) => {
    stage.found.trafficStart = await stage.now();
    for (let round = 0; round < BURSTS; round++) {
      await Promise.all([
        burst(stage.suspect, CHATTY, round),
        burst(stage.pinned, CHATTY, round),
        ...stage.healthy.map((device, index) => burst(device, calm(index), round)),
      ]);
      if (round < BURSTS - 1) await stage.advance(WINDOW_SECONDS / BURSTS);
    }
    return `${CHATTY} messages each from ${SUSPECT} and ${PINNED_SUSPECT}, 2 to 9 from the others`;
  },
};

/** Ends the window: Detect evaluates, and all that follows from it settles. */
export const endWindow: Step = {
  name: "end the window",
  run: async (stage) => {
    const windowMs = WINDOW_SECONDS * 1000;
    const now = await stage.now();
    await stage.advance((windowMs - (now % windowMs)) / 1000);
    return "Device Defender Detect evaluates its behaviors";
  },
};

/** Whether one window of what the rehearsal plays raises no alarm of a behavior on messages sent. */
function isNormal({ criteria = {} }: Behavior): boolean {
  const { comparisonOperator, value, durationSeconds, consecutiveDatapointsToAlarm = 1 } = criteria;
  const { count = 0 } = value ?? {};
  const isWithin =
    (comparisonOperator === "less-than" && CHATTY < count) ||
    (comparisonOperator === "less-than-equals" && CHATTY <= count);
  return isWithin || durationSeconds !== WINDOW_SECONDS || consecutiveDatapointsToAlarm > 1;
}

/** Says so of behaviors to which what the rehearsal plays is normal; nothing where one should have alarmed. */
function normalStory(behaviors: readonly Behavior[]): string {
  if (!behaviors.every(isNormal)) return "";
  const bounds = behaviors.map(({ name, criteria: { comparisonOperator, value, ...criteria } = {} }) => {
    const rule = `${comparisonOperator} ${value?.count} in ${criteria.durationSeconds} s`;
    return `${name} (${rule}, ${criteria.consecutiveDatapointsToAlarm ?? 1} datapoints in a row)`;
  });
  return (
    `. The rehearsal plays ${CHATTY} messages in one window of ${WINDOW_SECONDS} s, at which this profile does not alarm: ` +
    `${bounds.join(", ")}. Rehearse a stack in which one such window does`
  );
}

/** What a profile watches instead, if it is none of what the rehearsal plays. */
async function otherStory(stage: Stage, securityProfileName: string | undefined): Promise<string> {
  const { behaviors = [] } = await stage.iot.send(
    new DescribeSecurityProfileCommand({ securityProfileName }),
  );
  const played = behaviors.filter(({ metric }) => metric === PLAYED_METRIC);
  if (played.length > 0) return normalStory(played);
  const watched = behaviors.map(({ name, metric }) => `${name} (${metric})`).join(", ");
  return (
    `. The rehearsal plays devices that send too many messages, which is not what this profile watches: ${watched}. ` +
    `Rehearse a stack whose first profile has a behavior of ${PLAYED_METRIC}`
  );
}

/** Detect has found the two chatty devices, and nobody else. */
export const violation: Step = {
  name: "violation",
  run: async (stage) => {
    const profileName = stage.outputs.securityProfiles[0]?.name;
    const { activeViolations = [] } = await stage.iot.send(
      new ListActiveViolationsCommand({ securityProfileName: profileName }),
    );
    const found = activeViolations.map(({ thingName }) => thingName).sort();
    const wanted = [SUSPECT, PINNED_SUSPECT].sort();
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(
        `the active violations of ${profileName} should be of ${wanted.join(" and ")}; they are of ` +
          `${found.join(", ") || "nobody"}${await otherStory(stage, profileName)}`,
      );
    }
    const of = activeViolations.find(({ thingName }) => thingName === SUSPECT);
    must(
      of?.lastViolationValue?.count === CHATTY,
      `${SUSPECT} sent ${CHATTY}, but ${of?.lastViolationValue?.count} were counted`,
    );
    return `${SUSPECT} violates ${of?.behavior?.name} with ${CHATTY} messages`;
  },
};

async function alarmsOf(stage: Stage): Promise<AlarmMessage[]> {
  const { Messages = [] } = await stage.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: stage.found.alarmQueueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ Body }) => JSON.parse(Body ?? "null") as AlarmMessage);
}

/** The alarm went out on the alert topic. */
export const alarm: Step = {
  name: "alarm on SNS",
  run: async (stage) => {
    const alarms = await alarmsOf(stage);
    const names = alarms.map(({ thingName }) => thingName).sort();
    must(
      names.includes(SUSPECT) && names.includes(PINNED_SUSPECT) && names.length === 2,
      `the alert topic should have carried one alarm of each chatty device; it carried ${names.join(", ") || "none"}`,
    );
    const found = alarms.find(({ thingName }) => thingName === SUSPECT);
    must(
      found?.violationEventType === "in-alarm",
      `the alarm should be in-alarm; it is ${found?.violationEventType}`,
    );
    return `${found.violationEventType} of ${SUSPECT}, violation ${found.violationId}`;
  },
};
