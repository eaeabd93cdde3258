import type * as sdk from "@aws-sdk/client-iot";
import { iotPage } from "../checks";
import { invalidRequest, limitExceeded, notFound } from "../errors";
import type { IotStore } from "../store";

/** Policies of a thing group and of a certificate. Source: Developer Guide, "Static thing groups"; quotas of AWS IoT Core. */
const MAX_POLICIES = { group: 2, certificate: 10 } as const;

interface Target {
  readonly arn: string;
  readonly kind: keyof typeof MAX_POLICIES;
  /** ARNs whose policies count for it: its own and, for a group, its ancestors'. */
  readonly lineage: readonly string[];
}

/** Finds what a policy can be attached to by its ARN. */
function targetFor(store: IotStore, arn: string): Target {
  const group = [...store.groups.values()].find((candidate) => candidate.arn === arn);
  if (group)
    return { arn, kind: "group", lineage: store.lineageOf(group.name).map((ancestor) => ancestor.arn) };
  const certificate = [...store.certificates.values()].find((candidate) => candidate.arn === arn);
  if (certificate) return { arn, kind: "certificate", lineage: [arn] };
  if (!/^arn:[^:]+:iot:[^:]*:[^:]*:(cert|thinggroup)\/.+/.test(arn)) {
    throw invalidRequest(`Invalid target ${arn}: it must be the ARN of a certificate or of a thing group.`);
  }
  throw notFound(`Target ${arn} does not exist`);
}

/** Attaches a policy; attaching it again is no error. Source: API Reference, "AttachPolicy". */
export function attachPolicy(store: IotStore, request: sdk.AttachPolicyRequest) {
  const policy = store.policy(request.policyName);
  const target = targetFor(store, request.target ?? "");
  const attached = store.attachments.get(target.arn) ?? new Set<string>();
  const limit = MAX_POLICIES[target.kind];
  if (!attached.has(policy.name) && attached.size >= limit) {
    throw limitExceeded(`The ${target.kind} ${target.arn} already has ${limit} policies.`);
  }
  store.attachments.set(target.arn, attached.add(policy.name));
  return {};
}

/** Detaches a policy; one that is not attached is no error. */
export function detachPolicy(store: IotStore, request: sdk.DetachPolicyRequest) {
  store.attachments.get(request.target ?? "")?.delete(request.policyName ?? "");
  return {};
}

/** Lists the policies of a certificate or a group; `recursive` adds those of parent groups. */
export function listAttachedPolicies(store: IotStore, request: sdk.ListAttachedPoliciesRequest) {
  const target = targetFor(store, request.target ?? "");
  const arns = request.recursive ? target.lineage : [target.arn];
  const names = new Set(arns.flatMap((arn) => [...(store.attachments.get(arn) ?? [])]));
  const policies = [...names].map((name) => store.policy(name));
  const page = iotPage(policies, request);
  return {
    policies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    nextMarker: page.nextToken,
  } satisfies sdk.ListAttachedPoliciesResponse;
}

/** Lists what a policy is attached to. */
export function listTargetsForPolicy(store: IotStore, request: sdk.ListTargetsForPolicyRequest) {
  const policy = store.policy(request.policyName);
  const page = iotPage(store.targetsOf(policy.name), request);
  return { targets: page.items, nextMarker: page.nextToken } satisfies sdk.ListTargetsForPolicyResponse;
}

/** Lists the policies that count for a principal connected as a thing: its own and those of the thing's groups. */
export function getEffectivePolicies(store: IotStore, request: sdk.GetEffectivePoliciesRequest) {
  const { principal, thingName } = request;
  const own = principal === undefined ? [] : store.documentsAttachedTo(targetFor(store, principal).arn);
  const groups = thingName === undefined ? [] : store.groupDocumentsOf(thingName);
  const effective = new Map([...own, ...groups].map((policy) => [policy.name, policy]));
  return {
    effectivePolicies: [...effective.values()].map(({ name, document }) => ({
      policyName: name,
      policyArn: store.policy(name).arn,
      policyDocument: document,
    })),
  } satisfies sdk.GetEffectivePoliciesResponse;
}
