import { measurePolicy } from "../../lib/policy-language/document";
import { at, itemsOf, jsonString, UNKNOWN } from "../input/unknown";
import { isUnresolved, means, nameOf, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/**
 * Longest document of a role. To judge a longer one, which AWS takes nowhere, takes for ever.
 *
 * Source: IAM User Guide, "IAM and AWS STS quotas" (all inline policies of a role).
 */
export const LONGEST = 10_240;

/** A policy document of a role. */
export interface RoleDocument {
  /** How a message calls it. */
  readonly label: string;
  readonly text: string;
}

/** What a role may do, as far as the stack says. */
export interface RolePermissions {
  /** The documents that are known. */
  readonly documents: readonly RoleDocument[];
  /** What AWS refuses as too long, which is not judged further; in words. */
  readonly overlong: readonly string[];
  /** ARNs of managed policies that the stack does not make. */
  readonly managed: readonly string[];
  /** The text of the boundary that holds what the documents grant, where the stack makes it. */
  readonly boundary?: string;
  /** What is not known, in words. */
  readonly unknown: readonly string[];
}

type Source =
  | { readonly kind: "document"; readonly label: string; readonly value: unknown }
  | { readonly kind: "managed"; readonly arn: string }
  | { readonly kind: "unknown"; readonly label: string };

/**
 * The policies in the role itself. Once deployed, the provider tells there also of those that other resources make:
 * as AWS had them, which an update may be about to change.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/iam/role.go (`inline_policy` is read from AWS; one without
 * name and policy stands for none).
 */
function inlineSources(role: Resource, separate: readonly Resource[]): Source[] {
  const { inlinePolicies } = role.props;
  const label = `inline policies of role "${role.name}"`;
  if (inlinePolicies === UNKNOWN) return [{ kind: "unknown", label }];
  const made = new Set(separate.flatMap((policy) => nameOf(policy) ?? []));
  return itemsOf(inlinePolicies).flatMap((policy): Source[] => {
    if (policy === UNKNOWN) return [{ kind: "document", label, value: UNKNOWN }];
    const name = at(policy, "name") ?? at(policy, "policyName");
    const value = at(policy, "policy") ?? at(policy, "policyDocument");
    return value === "" || (typeof name === "string" && made.has(name))
      ? []
      : [{ kind: "document", label, value }];
  });
}

const documentSource = ({ name, props }: Resource): Source => ({
  kind: "document",
  label: `policy "${name}"`,
  value: props.policy,
});

/** Sources behind an array of managed policies' ARNs. */
function managedSources(
  owner: Resource,
  property: "managedPolicyArns" | "policyArn",
  made: readonly Resource[],
): Source[] {
  const value = owner.props[property];
  const own = referred(owner, [property], made);
  const unknown = isUnresolved(owner, [property], made);
  return [
    ...own.map(documentSource),
    ...itemsOf(value).flatMap((arn): Source[] =>
      typeof arn === "string" && !made.some((policy) => means(policy, arn)) ? [{ kind: "managed", arn }] : [],
    ),
    ...(unknown ? [{ kind: "unknown" as const, label: `${property} of "${owner.name}"` }] : []),
  ];
}

const EXCLUSIVE = "role-policies-exclusive";

/**
 * Whether a role keeps a policy: what lists its policies takes the others away.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/iam/role_policies_exclusive.go.
 */
function isKept(policy: Resource, lists: readonly Resource[]): boolean {
  const name = nameOf(policy);
  return lists.every(({ props }) => {
    const kept = itemsOf(props.policyNames);
    return name === undefined || kept.includes(name) || kept.includes(UNKNOWN);
  });
}

/**
 * Gathers what the stack lets a role do: its own inline policies, the policies made for it, the managed policies
 * attached to it.
 */
export function permissionsOf(role: Resource, resources: readonly Resource[]): RolePermissions {
  const made = ofKind(resources, "managed-policy");
  const policies = ofKind(resources, "role-policy");
  const attachments = ofKind(resources, "role-attachment");
  const roles = ofKind(resources, "role");
  const ofRole = (all: readonly Resource[]) =>
    all.filter((one) => referred(one, ["role"], [role]).length > 0);
  const separate = ofRole(policies).filter((policy) => isKept(policy, ofRole(ofKind(resources, EXCLUSIVE))));
  const sources: Source[] = [
    ...inlineSources(role, separate),
    // A managed policy of aws-native names the roles that it is attached to.
    ...[...separate, ...ofRole(made)].map(documentSource),
    ...managedSources(role, "managedPolicyArns", made),
    ...ofRole(attachments).flatMap((attachment) => managedSources(attachment, "policyArn", made)),
    ...[...policies, ...made, ...attachments].flatMap((one): Source[] =>
      isUnresolved(one, ["role"], roles)
        ? [{ kind: "unknown", label: `"${one.name}", which may be of it,` }]
        : [],
    ),
  ];
  const documents: RoleDocument[] = [];
  const overlong: string[] = [];
  const unknown = new Set<string>();
  for (const source of sources) {
    if (source.kind === "managed") continue;
    const text = source.kind === "unknown" ? UNKNOWN : jsonString(source.value);
    if (text === UNKNOWN) unknown.add(source.label);
    else if (text === undefined) continue;
    else if (measurePolicy(text) > LONGEST) overlong.push(source.label);
    else documents.push({ label: source.label, text });
  }
  const managed = sources.flatMap((source) => (source.kind === "managed" ? [source.arn] : []));
  const [bound] = referred(role, ["permissionsBoundary"], made).map(({ props }) => jsonString(props.policy));
  return {
    ...{ documents, overlong, managed: [...new Set(managed)], unknown: [...unknown] },
    ...(typeof bound === "string" && { boundary: bound }),
  };
}
