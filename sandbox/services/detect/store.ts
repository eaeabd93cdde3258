import type { AlarmMessage } from "../../../lib/detect/alarm";
import type { Environment } from "../../environment";
import type { Tags } from "../../wire/tags";
import { checkRegistryName } from "../iot/checks";
import { existing } from "../iot/errors";
import type { Registry } from "../iot/registry";
import { MetricHistory } from "./metric-history";
import type { CustomMetric, Dimension, SecurityProfile, Verification, Violation } from "./records";

/** AWS General Reference, "AWS IoT Device Defender endpoints and quotas": violations are kept 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Everything that Device Defender Detect holds. Maps keep the order of creation. */
export class DetectStore {
  readonly env: Environment;
  /** Things and groups. */
  readonly registry: Registry;
  readonly profiles = new Map<string, SecurityProfile>();
  /** By name. */
  readonly customMetrics = new Map<string, CustomMetric>();
  /** By name. */
  readonly dimensions = new Map<string, Dimension>();
  /** Values of metrics that profiles watch or retain. */
  readonly history = new MetricHistory();
  /** By violation id. */
  readonly verifications = new Map<string, Verification>();
  /** Oldest first. */
  readonly #events: AlarmMessage[] = [];

  constructor(env: Environment, registry: Registry) {
    this.env = env;
    this.registry = registry;
  }

  /** The profile of a name. @throws AwsError - `InvalidRequestException`, `ResourceNotFoundException`. */
  profile(name: string | undefined): SecurityProfile {
    checkRegistryName(name ?? "", "securityProfileName");
    return existing(this.profiles.get(name ?? ""), `Security profile ${name}`);
  }

  /** Tags of a profile, custom metric or dimension, to be read and changed; `undefined` for any other ARN. */
  tagsOf(arn: string): Tags | undefined {
    const tagged = [this.profiles, this.customMetrics, this.dimensions].flatMap((named) => [
      ...(named as Map<string, { readonly arn: string; readonly tags: Tags }>).values(),
    ]);
    return tagged.find((one) => one.arn === arn)?.tags;
  }

  /** Keeps what happened to a violation. */
  record(event: AlarmMessage): void {
    this.#events.push(event);
  }

  /** Events that are still kept, oldest first. */
  keptEvents(): AlarmMessage[] {
    const oldest = this.env.clock.now() - KEPT_MS;
    return this.#events.filter((event) => event.violationEventTime > oldest);
  }

  /** Violations that last, the oldest first, each with its profile and thing. */
  activeViolations(): { profile: SecurityProfile; thingName: string; violation: Violation }[] {
    const active = [...this.profiles.values()].flatMap((profile) =>
      [...profile.watched.values()].flatMap((things) =>
        [...things.values()].flatMap(({ thingName, violation }) =>
          violation ? [{ profile, thingName, violation }] : [],
        ),
      ),
    );
    return active.sort((a, b) => a.violation.startTime - b.violation.startTime);
  }
}
