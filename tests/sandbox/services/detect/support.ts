import * as sdk from "@aws-sdk/client-iot";
import type { AlarmMessage } from "../../../../lib/detect/alarm";
import { detectActions, mitigatingActions } from "../../../../sandbox/services/detect/detect-actions";
import { type AlarmPublisher, DetectDriver } from "../../../../sandbox/services/detect/driver";
import { MitigationStore, type Mitigator } from "../../../../sandbox/services/detect/mitigation-store";
import type { AlertTarget } from "../../../../sandbox/services/detect/records";
import { DetectStore } from "../../../../sandbox/services/detect/store";
import type { Registry } from "../../../../sandbox/services/iot/registry";
import { AwsError } from "../../../../sandbox/wire/aws-error";
import type { Service } from "../../../../sandbox/wire/service";
import { serve } from "../../support/serve";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const ALL_THINGS = "arn:aws:iot:us-east-1:123456789012:all/things";
export const groupTarget = (name: string) => `arn:aws:iot:us-east-1:123456789012:thinggroup/${name}`;

/** The workshop's behavior: fewer than 10 messages in 5 minutes are normal. */
export const MESSAGES_SENT: sdk.Behavior = {
  name: "MsgSentBehavior",
  metric: "aws:num-messages-sent",
  criteria: {
    comparisonOperator: "less-than",
    value: { count: 10 },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
};

export const ALERTS: { readonly SNS: AlertTarget } = {
  SNS: {
    alertTargetArn: "arn:aws:sns:us-east-1:123456789012:DDA_Alerts",
    roleArn: "arn:aws:iam::123456789012:role/alerts",
  },
};

/** A registry in two maps: things, and the parent and members of each group. */
export class FakeRegistry implements Registry {
  readonly things = new Set<string>();
  readonly groups = new Map<string, { parent?: string; members: Set<string> }>();

  isThing(name: string): boolean {
    return this.things.has(name);
  }

  isInGroup(thing: string, group: string): boolean {
    return [group, ...this.descendantsOf(group)].some((name) => this.groups.get(name)?.members.has(thing));
  }

  hasGroup(name: string): boolean {
    return this.groups.has(name);
  }

  descendantsOf(name: string): string[] {
    const children = [...this.groups].filter(([, { parent }]) => parent === name).map(([child]) => child);
    return children.flatMap((child) => [child, ...this.descendantsOf(child)]);
  }
}

/** What was asked to be published. */
interface Published {
  readonly target: AlertTarget;
  readonly profileArn: string;
  readonly message: AlarmMessage;
}

/** Keeps what it is asked to publish, or refuses. */
class FakePublisher implements AlarmPublisher {
  readonly published: Published[] = [];
  refusal: AwsError | undefined;

  async publish(target: AlertTarget, profileArn: string, message: AlarmMessage): Promise<void> {
    if (this.refusal) throw this.refusal;
    this.published.push({ target, profileArn, message });
  }
}

/** The part of the service `iot` that is Detect's. */
export const detectService = (
  store: DetectStore,
  mitigations = new MitigationStore(store, () => undefined),
): Service => ({
  name: "iot",
  signingNames: ["iot"],
  protocol: "rest-json",
  sdk,
  actions: { ...detectActions(store), ...mitigatingActions(mitigations) },
  invalid: (message) => new AwsError("InvalidRequestException", 400, message),
});

/** Detect with its driver, served to a real SDK client; the driver begins so long after a full hour. */
export async function startDetect(laterMs = 0) {
  const registry = new FakeRegistry();
  const publisher = new FakePublisher();
  const lines: string[] = [];
  /** What mitigation tasks did, and who refuses them. */
  const mitigated: string[] = [];
  const refusing = new Set<string>();
  const mitigate: Mitigator = ({ arn, roleArn }, { thingName, thingGroupName }) => {
    if (refusing.has(`${thingName} to ${thingGroupName}`)) {
      throw new AwsError("ResourceNotFoundException", 404, "The specified resource does not exist");
    }
    mitigated.push(`${thingName} to ${thingGroupName} by ${arn} as ${roleArn}`);
  };
  const made: { store?: DetectStore } = {};
  const served = await serve((env) => {
    made.store = new DetectStore({ ...env, log: (line) => lines.push(line) }, registry);
    return [detectService(made.store, new MitigationStore(made.store, mitigate))];
  });
  const { store } = made;
  if (!store) throw new Error("the service was not made");
  const { env: environment } = store;
  await environment.clock.advance(laterMs);
  const driver = new DetectDriver(store, publisher);
  const iot = new sdk.IoTClient(served.client);
  const listEvents = (filter: Partial<sdk.ListViolationEventsRequest>) =>
    iot.send(
      new sdk.ListViolationEventsCommand({
        startTime: new Date(0),
        endTime: environment.clock.date(),
        ...filter,
      }),
    );
  return {
    store,
    registry,
    publisher,
    driver,
    iot,
    lines,
    mitigated,
    refusing,
    clock: environment.clock,
    /** Makes a profile and attaches it. */
    profile: async (name: string, behaviors: sdk.Behavior[], targets: readonly string[] = [ALL_THINGS]) => {
      await iot.send(
        new sdk.CreateSecurityProfileCommand({ securityProfileName: name, behaviors, alertTargets: ALERTS }),
      );
      for (const securityProfileTargetArn of targets) {
        await iot.send(
          new sdk.AttachSecurityProfileCommand({ securityProfileName: name, securityProfileTargetArn }),
        );
      }
    },
    /** Lets a device send messages of some bytes. */
    send: (device: string, count: number, bytes = 1, topic = "telemetry") => {
      for (let sent = 0; sent < count; sent++) driver.activity.messageSent(device, bytes, topic);
    },
    active: async (filter: sdk.ListActiveViolationsRequest = {}) =>
      (await iot.send(new sdk.ListActiveViolationsCommand(filter))).activeViolations ?? [],
    events: async (filter: Partial<sdk.ListViolationEventsRequest> = {}) =>
      (await listEvents(filter)).violationEvents ?? [],
    listEvents,
    stop: () => {
      iot.destroy();
      return served.stop();
    },
  };
}

/** Detect as a test holds it. */
export type Detect = Awaited<ReturnType<typeof startDetect>>;
