import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListThingGroupsForThingCommand, ListThingsInThingGroupCommand } from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { PINNED_SUSPECT, type Stage, SUSPECT } from "../stage";
import { must, type Step } from "../step";

interface OutcomeLine {
  /** Marks a line of metrics, which names the outcome as a dimension. */
  readonly _aws?: unknown;
  readonly outcome?: string;
  readonly thingName?: string;
  readonly reason?: string;
}

function outcomeOf(message: string | undefined): OutcomeLine {
  try {
    return JSON.parse(message ?? "null") ?? {};
  } catch {
    // START, END and REPORT lines are no JSON.
    return {};
  }
}

async function outcomesOf(stage: Stage): Promise<OutcomeLine[]> {
  const { events = [] } = await stage.logs.send(
    new FilterLogEventsCommand({ logGroupName: stage.outputs.callbackLogGroupName }),
  );
  return events
    .map(({ message }) => outcomeOf(message))
    .filter((line) => line.outcome !== undefined && line._aws === undefined);
}

/** The function, run from the deployed archive, tells of its outcome in its own log group. */
export const outcome: Step = {
  name: "outcome of the Lambda",
  run: async (stage) => {
    const outcomes = await outcomesOf(stage);
    for (const name of [SUSPECT, PINNED_SUSPECT]) {
      const of = outcomes.filter(({ thingName }) => thingName === name);
      must(
        of.length === 1,
        `the function should have logged one outcome for ${name}; it logged ${of.length}`,
      );
      must(
        of[0]?.outcome === "quarantined",
        `the outcome for ${name} is ${of[0]?.outcome}: ${of[0]?.reason}`,
      );
    }
    must(outcomes.length === 2, `the function should have logged two outcomes; it logged ${outcomes.length}`);
    return `quarantined: ${SUSPECT} and ${PINNED_SUSPECT}`;
  },
};

/** The chatty devices, and no others, are in the quarantine group. */
export const membership: Step = {
  name: "group membership",
  run: async (stage) => {
    const { quarantineGroupName: thingGroupName } = stage.outputs;
    const { thingGroups = [] } = await stage.iot.send(
      new ListThingGroupsForThingCommand({ thingName: SUSPECT }),
    );
    must(
      thingGroups.some(({ groupName }) => groupName === thingGroupName),
      `${SUSPECT} is not in the group ${thingGroupName}`,
    );
    const { things = [] } = await stage.iot.send(new ListThingsInThingGroupCommand({ thingGroupName }));
    const wanted = [SUSPECT, PINNED_SUSPECT].sort().join(", ");
    must(
      [...things].sort().join(", ") === wanted,
      `${thingGroupName} should hold ${wanted}; it holds ${things.join(", ")}`,
    );
    return `${SUSPECT} and ${PINNED_SUSPECT} are in ${thingGroupName}, and nobody else`;
  },
};

/** The shadow asks the device for quarantine. */
export const shadow: Step = {
  name: "shadow",
  run: async (stage) => {
    const { payload } = await stage.iotData.send(new GetThingShadowCommand({ thingName: SUSPECT }));
    const text = Buffer.from(payload ?? new Uint8Array()).toString("utf8");
    const { state } = JSON.parse(text) as { state?: { desired?: { quarantine?: unknown } } };
    must(
      state?.desired?.quarantine === true,
      `desired.quarantine of ${SUSPECT} is ${state?.desired?.quarantine}`,
    );
    stage.found.shadow = text;
    return `desired.quarantine of ${SUSPECT} is true`;
  },
};

/** The open sessions of the quarantined devices were cut. */
export const cutSession: Step = {
  name: "cut session",
  run: async (stage) => {
    await Promise.all([stage.suspect.closed(), stage.pinned.closed()]);
    return `the sessions of ${SUSPECT} and ${PINNED_SUSPECT} were closed from the other side`;
  },
};
