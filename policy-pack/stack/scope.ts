import { parseArn } from "../../lib/aws/parse-arn";
import { at, itemsOf } from "../input/unknown";
import { nameOf } from "./references";
import type { Resource } from "./resources";
import type { Profile } from "./security-profiles";

/** Where the loop of a stack is. */
export interface Scope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** Where something is that is in a region of an account. */
function placeOf(text: unknown): Scope | undefined {
  const arn = parseArn(text);
  return arn !== undefined && arn.region !== "" && arn.account !== "" ? arn : undefined;
}

/** ARNs that AWS IoT takes only of the profile's own region and account: the profile's, and of what it watches. */
function ownPlaces({ arn, targetArns }: Profile): readonly (Scope | undefined)[] {
  return [arn, ...itemsOf(targetArns)].map(placeOf);
}

/**
 * Where a profile is, going by where it sends its alarms: in the account of its role, as a role can be passed to a
 * service of its own account only; in the region of its provider, or of its topic, if that is in the same account.
 */
function sendingPlace({ alertTarget, region }: Profile): Scope | undefined {
  const topic = placeOf(at(alertTarget, "alertTargetArn"));
  const role = parseArn(at(alertTarget, "roleArn"));
  const home = role ?? topic;
  if (home === undefined) return undefined;
  const { partition, account } = home;
  const topicRegion = topic?.account === account ? topic.region : undefined;
  const own = region ?? topicRegion;
  return own === undefined ? undefined : { partition, account, region: own };
}

/**
 * Tells partition, region and account of a loop from ARNs of its own: of its profiles and what they watch; else of
 * the topics, functions and groups that the stack makes; else of where the profiles send their alarms. What any other
 * resource or document names says nothing of where the loop is.
 *
 * @param members topics, functions and groups of the loop.
 * @returns nothing where none is known, or where they do not agree.
 */
export function scopeOf(profiles: readonly Profile[], members: readonly Resource[]): Scope | undefined {
  const sources = [
    profiles.flatMap(ownPlaces),
    members.map(({ props }) => placeOf(props.arn)),
    profiles.map(sendingPlace),
  ];
  const [first, ...others] =
    sources.map((places) => places.filter((place) => place !== undefined)).find(({ length }) => length > 0) ??
    [];
  const isSame = ({ partition, region, account }: Scope) =>
    partition === first?.partition && region === first.region && account === first.account;
  return others.every(isSame) ? first : undefined;
}

/** ARNs of the kinds that a loop's policies speak of, made of the name. */
const ARN_OF = {
  topic: ({ partition, region, account }: Scope, name: string) =>
    `arn:${partition}:sns:${region}:${account}:${name}`,
  queue: ({ partition, region, account }: Scope, name: string) =>
    `arn:${partition}:sqs:${region}:${account}:${name}`,
  "thing-group": ({ partition, region, account }: Scope, name: string) =>
    `arn:${partition}:iot:${region}:${account}:thinggroup/${name}`,
  role: ({ partition, account }: Scope, name: string) => `arn:${partition}:iam::${account}:role/${name}`,
};

/** The ARN of a topic, queue, thing group or role: as AWS gave it, else made of its name where that and the scope are known. */
export function arnOf(resource: Resource, scope: Scope | undefined): string | undefined {
  const { arn, path } = resource.props;
  if (typeof arn === "string") return arn;
  const name = nameOf(resource);
  const { kind } = resource;
  if (scope === undefined || name === undefined) return undefined;
  if (kind === "role") return ARN_OF.role(scope, `${typeof path === "string" ? path.slice(1) : ""}${name}`);
  return kind === "topic" || kind === "queue" || kind === "thing-group"
    ? ARN_OF[kind](scope, name)
    : undefined;
}
