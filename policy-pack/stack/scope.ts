import { type AwsScope, regionalArn, roleArn } from "../../lib/aws/arns";
import { parseArn } from "../../lib/aws/parse-arn";
import { at, itemsOf } from "../input/unknown";
import { nameOf, regionOf } from "./references";
import type { Resource } from "./resources";
import type { Profile } from "./security-profiles";

/** Where something is that is in a region of an account. */
function placeOf(text: unknown): AwsScope | undefined {
  const arn = parseArn(text);
  return arn !== undefined && arn.region !== "" && arn.account !== "" ? arn : undefined;
}

/**
 * Where a profile is for certain, going by how it sends its alarms: in the account of its role, as a role can be passed
 * to a service of its own account only, and in the region of its provider.
 */
function sendingPlace({ alertTarget, region }: Profile): AwsScope | undefined {
  const home = parseArn(at(alertTarget, "roleArn")) ?? placeOf(at(alertTarget, "alertTargetArn"));
  return home === undefined || region === undefined
    ? undefined
    : { partition: home.partition, account: home.account, region };
}

/** Where a profile should be: with what it watches, and with a topic of its role's account. Either may be mistaken. */
function likelyPlaces({ alertTarget, targetArns }: Profile): readonly (AwsScope | undefined)[] {
  const topic = placeOf(at(alertTarget, "alertTargetArn"));
  const role = parseArn(at(alertTarget, "roleArn"));
  const isOwn = role === undefined || role.account === topic?.account;
  return [...itemsOf(targetArns).map(placeOf), isOwn ? topic : undefined];
}

/**
 * Tells partition, region and account of a loop from ARNs of its own: of its profiles; else of the topics, functions
 * and groups that the stack makes; else of how the profiles send their alarms, and of what they watch. What any other
 * resource or document names says nothing of where the loop is.
 *
 * @param members - topics, functions and groups of the loop.
 * @returns nothing where none is known, or where they do not agree.
 */
export function scopeOf(profiles: readonly Profile[], members: readonly Resource[]): AwsScope | undefined {
  const sources = [
    profiles.map(({ arn }) => placeOf(arn)),
    members.map(({ props }) => placeOf(props.arn)),
    profiles.map(sendingPlace),
    profiles.flatMap(likelyPlaces),
  ];
  const [first, ...others] =
    sources.map((places) => places.filter((place) => place !== undefined)).find(({ length }) => length > 0) ??
    [];
  const isSame = ({ partition, region, account }: AwsScope) =>
    partition === first?.partition && region === first.region && account === first.account;
  return others.every(isSame) ? first : undefined;
}

/** Where a resource of a loop is: where its ARN says, else with the loop, but in its own region. */
export function homeOf(resource: Resource, scope: AwsScope | undefined): AwsScope | undefined {
  const own = placeOf(resource.props.arn);
  if (own !== undefined || scope === undefined) return own;
  return { ...scope, region: regionOf(resource) ?? scope.region };
}

/** ARNs of the kinds that a loop's policies speak of, made of the name. */
const ARN_OF = {
  topic: (scope: AwsScope, name: string) => regionalArn(scope, "sns", name),
  function: (scope: AwsScope, name: string) => regionalArn(scope, "lambda", `function:${name}`),
  queue: (scope: AwsScope, name: string) => regionalArn(scope, "sqs", name),
  "thing-group": (scope: AwsScope, name: string) => regionalArn(scope, "iot", `thinggroup/${name}`),
};

/** The ARN of a topic, function, queue, thing group or role: as AWS gave it, else made of its name where that and the scope are known. */
export function arnOf(resource: Resource, scope: AwsScope | undefined): string | undefined {
  const { arn, path } = resource.props;
  if (typeof arn === "string") return arn;
  const name = nameOf(resource);
  const { kind } = resource;
  const home = homeOf(resource, scope);
  if (home === undefined || name === undefined) return undefined;
  if (kind === "role") return roleArn(home, `${typeof path === "string" ? path.slice(1) : ""}${name}`);
  return kind !== undefined && kind in ARN_OF ? ARN_OF[kind as keyof typeof ARN_OF](home, name) : undefined;
}
