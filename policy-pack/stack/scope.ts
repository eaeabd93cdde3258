import { type AwsScope, regionalArn, roleArn } from "../../lib/aws/arns";
import { parseArn } from "../../lib/aws/parse-arn";
import { at, itemsOf } from "../input/unknown";
import { nameOf } from "./references";
import type { Resource } from "./resources";
import type { Profile } from "./security-profiles";

/** Where something is that is in a region of an account. */
function placeOf(text: unknown): AwsScope | undefined {
  const arn = parseArn(text);
  return arn !== undefined && arn.region !== "" && arn.account !== "" ? arn : undefined;
}

/** ARNs that AWS IoT takes only of the profile's own region and account: the profile's, and of what it watches. */
function ownPlaces({ arn, targetArns }: Profile): readonly (AwsScope | undefined)[] {
  return [arn, ...itemsOf(targetArns)].map(placeOf);
}

/**
 * Where a profile is, going by where it sends its alarms: in the account of its role, as a role can be passed to a
 * service of its own account only; in the region of its provider, or of its topic, if that is in the same account.
 */
function sendingPlace({ alertTarget, region }: Profile): AwsScope | undefined {
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
export function scopeOf(profiles: readonly Profile[], members: readonly Resource[]): AwsScope | undefined {
  const sources = [
    profiles.flatMap(ownPlaces),
    members.map(({ props }) => placeOf(props.arn)),
    profiles.map(sendingPlace),
  ];
  const [first, ...others] =
    sources.map((places) => places.filter((place) => place !== undefined)).find(({ length }) => length > 0) ??
    [];
  const isSame = ({ partition, region, account }: AwsScope) =>
    partition === first?.partition && region === first.region && account === first.account;
  return others.every(isSame) ? first : undefined;
}

/** ARNs of the kinds that a loop's policies speak of, made of the name. */
const ARN_OF = {
  topic: (scope: AwsScope, name: string) => regionalArn(scope, "sns", name),
  queue: (scope: AwsScope, name: string) => regionalArn(scope, "sqs", name),
  "thing-group": (scope: AwsScope, name: string) => regionalArn(scope, "iot", `thinggroup/${name}`),
};

/** The ARN of a topic, queue, thing group or role: as AWS gave it, else made of its name where that and the scope are known. */
export function arnOf(resource: Resource, scope: AwsScope | undefined): string | undefined {
  const { arn, path } = resource.props;
  if (typeof arn === "string") return arn;
  const name = nameOf(resource);
  const { kind } = resource;
  if (scope === undefined || name === undefined) return undefined;
  if (kind === "role") return roleArn(scope, `${typeof path === "string" ? path.slice(1) : ""}${name}`);
  return kind === "topic" || kind === "queue" || kind === "thing-group"
    ? ARN_OF[kind](scope, name)
    : undefined;
}
