import { parseArn } from "../judging/arn";
import { at, listOf } from "../judging/unknown";
import type { Profile } from "../profiles/profiles";
import { nameOf } from "./references";
import type { Resource } from "./resources";

/** Where the loop of a stack is. */
export interface Scope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** ARNs inside the text of a policy document. */
const ARNS_IN_TEXT = /arn:aws[a-z-]*:(?:sns|sqs|iot|lambda|logs):[a-z0-9-]+:\d{12}:[^"\s]+/g;

function candidates(profiles: readonly Profile[], resources: readonly Resource[]): readonly unknown[] {
  const followed = resources.filter(({ kind }) => kind !== undefined);
  return [
    ...profiles.flatMap(({ targetArns }) => listOf(targetArns)),
    ...profiles.map(({ alertTarget }) => at(alertTarget, "alertTargetArn")),
    ...followed.map(({ props }) => props.arn),
    ...followed.flatMap(({ props }) =>
      typeof props.policy === "string" ? (props.policy.match(ARNS_IN_TEXT) ?? []) : [],
    ),
  ];
}

/**
 * Tells partition, region and account of a loop from the first ARN of it that is known: of what the profiles
 * watch, of the alert topic, of any resource, of what a policy document names.
 */
export function scopeOf(profiles: readonly Profile[], resources: readonly Resource[]): Scope | undefined {
  for (const text of candidates(profiles, resources)) {
    const arn = parseArn(text);
    if (arn !== undefined && arn.region !== "" && arn.account !== "") return arn;
  }
  return undefined;
}

/** ARNs of the kinds that a loop's policies speak of, made of the name. */
const ARN_OF = {
  topic: ({ partition, region, account }: Scope, name: string) =>
    `arn:${partition}:sns:${region}:${account}:${name}`,
  queue: ({ partition, region, account }: Scope, name: string) =>
    `arn:${partition}:sqs:${region}:${account}:${name}`,
  role: ({ partition, account }: Scope, name: string) => `arn:${partition}:iam::${account}:role/${name}`,
};

/** The ARN of a topic, queue or role: as AWS gave it, else made of its name where that and the scope are known. */
export function arnOf(resource: Resource, scope: Scope | undefined): string | undefined {
  const { arn, path } = resource.props;
  if (typeof arn === "string") return arn;
  const name = nameOf(resource);
  const { kind } = resource;
  if (scope === undefined || name === undefined) return undefined;
  if (kind === "role") return ARN_OF.role(scope, `${typeof path === "string" ? path.slice(1) : ""}${name}`);
  return kind === "topic" || kind === "queue" ? ARN_OF[kind](scope, name) : undefined;
}
