import { existsSync, readFileSync } from "node:fs";
import { isObject } from "../../lib/json";
import { sameValue } from "../../pulumi-host/resources/same-value";

/** What a preview with a refresh found of security profiles, beside what its provider says. */
export interface ProfileFindings {
  /** Profiles that `aws-native` would change, and in which nothing differs but the order of lists. */
  readonly reordered: readonly string[];
  /** Profiles that it leaves as they are, with the behaviors that are not as they are wanted. */
  readonly unseen: readonly string[];
  /** Whether the preview would change anything else. */
  readonly hasOther: boolean;
}

type Properties = Readonly<Record<string, unknown>>;

/** A line of the log of events, as far as it is read. Source: pulumi/pulumi, sdk/go/common/apitype/events.go. */
interface EngineEvent {
  readonly resourcePreEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly type: string;
      readonly old?: { readonly outputs?: Properties } | null;
      readonly new?: { readonly inputs?: Properties } | null;
    };
  };
}

const SECURITY_PROFILE = "aws-native:iot:SecurityProfile";

const objectsIn = (list: unknown): Properties[] => (Array.isArray(list) ? list.filter(isObject) : []);

/** Source: AWS IoT API Reference, "BehaviorCriteria"; that alerts are not suppressed by default: "Behavior". */
const effective = ({ criteria, ...behavior }: Properties): Properties => ({
  suppressAlerts: false,
  exportMetric: false,
  metricDimension: null,
  ...behavior,
  criteria: {
    mlDetectionConfig: null,
    statisticalThreshold: null,
    value: null,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
    ...(isObject(criteria) ? criteria : {}),
  },
});

/** A value without the members that nobody wants: AWS may tell more than it was told. */
function wantedPart(wanted: unknown, live: unknown): unknown {
  if (!isObject(wanted) || !isObject(live)) return live;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, inner]) => [key, wantedPart(inner, live[key])]),
  );
}

/** Names of behaviors that are missing, too many or otherwise than they are wanted. */
function differingBehaviors(wanted: Properties, live: Properties): string[] {
  const named = (list: unknown) => new Map(objectsIn(list).map((one) => [String(one.name), effective(one)]));
  const [left, right] = [named(wanted.behaviors), named(live.behaviors)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => {
    const behavior = left.get(name);
    return behavior === undefined || !sameValue(behavior, wantedPart(behavior, right.get(name)), true);
  });
}

/** Whether all else that is wanted of a profile is there; the order of lists means nothing. */
const isElseSame = ({ behaviors: _, ...wanted }: Properties, live: Properties): boolean =>
  Object.entries(wanted).every(([name, value]) => sameValue(value, live[name], true));

/**
 * Compares each profile by the names of its behaviors. The provider pairs them by their places when it takes away what
 * the program leaves to AWS, which names them in any order: it then sees changes in a healthy profile, and does not see
 * an alarm that another hand silenced.
 *
 * @param path - A log of events that `pulumi preview --refresh --event-log` wrote, or would have.
 */
export function profileFindings(path: string): ProfileFindings {
  // What follows the last line's end is nothing, or a line that a signal cut off.
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  const steps = lines.flatMap((line) => {
    const event = (JSON.parse(line) as EngineEvent).resourcePreEvent;
    return event && !["refresh", "read"].includes(event.metadata.op) ? [event.metadata] : [];
  });
  const [reordered, unseen]: [string[], string[]] = [[], []];
  let hasOther = false;
  for (const { op, type, old, new: next } of steps) {
    const [wanted, live] = [next?.inputs ?? {}, old?.outputs ?? {}];
    const isProfile = type === SECURITY_PROFILE;
    const behaviors = isProfile ? differingBehaviors(wanted, live) : [];
    const name = String(wanted.securityProfileName);
    if (op === "same") {
      if (behaviors.length > 0) unseen.push(`${name} (${behaviors.join(", ")})`);
    } else if (isProfile && op === "update" && behaviors.length === 0 && isElseSame(wanted, live)) {
      reordered.push(name);
    } else hasOther = true;
  }
  return { reordered, unseen, hasOther };
}
