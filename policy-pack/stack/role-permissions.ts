import { measurePolicy } from "../../lib/policy-language/document";
import type { Finding } from "../findings";
import { at, itemsOf, jsonString, UNKNOWN } from "../input/unknown";
import { isUnresolved, means, nameOf, referred } from "./references";
import type { Kind } from "./resource-types";
import { ofKind, type Resource } from "./resources";

/**
 * Longest document of a role. To judge a longer one, which AWS takes nowhere, takes for ever.
 *
 * Source: IAM User Guide, "IAM and AWS STS quotas" (all inline policies of a role).
 */
const LONGEST = 10_240;

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

/** The kinds of resources that attach managed policies to roles. */
const ATTACHING = ["role-attachment", "role-attachments-exclusive", "policy-attachment-exclusive"] as const;

/** Whether each list of a role's policies has a policy, or may have it. */
function isListed(policy: Resource, lists: readonly Resource[]): boolean {
  const name = nameOf(policy);
  return lists.every(({ props }) => {
    const kept = itemsOf(props.policyNames);
    return name === undefined || kept.includes(name) || kept.includes(UNKNOWN);
  });
}

/** Whether two resources certainly attach the same managed policy. */
function isSamePolicy(one: Resource, other: Resource, made: readonly Resource[]): boolean {
  const others = itemsOf(other.props.policyArn);
  const own = referred(one, ["policyArn"], made);
  return (
    itemsOf(one.props.policyArn).some((arn) => arn !== UNKNOWN && others.includes(arn)) ||
    referred(other, ["policyArn"], made).some((policy) => own.includes(policy))
  );
}

/** The resources of a stack by which a role has policies, and those that take some away again. */
interface RoleResources {
  readonly policies: readonly Resource[];
  readonly attachments: readonly Resource[];
}

/** All that the stack gives a role. */
function givenTo(role: Resource, resources: readonly Resource[]): RoleResources {
  const ofRole = (...kinds: readonly Kind[]) =>
    kinds.flatMap((kind) =>
      ofKind(resources, kind).filter((one) => referred(one, ["role"], [role]).length > 0),
    );
  return { policies: ofRole("role-policy"), attachments: ofRole(...ATTACHING) };
}

/**
 * What of it the role keeps: resources that list its policies, or the roles of a policy, take the others away.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/iam/role_policies_exclusive.go,
 * role_policy_attachments_exclusive.go, policy_attachment.go.
 */
function keptOf(given: RoleResources, role: Resource, resources: readonly Resource[]): RoleResources {
  const made = ofKind(resources, "managed-policy");
  const isOf = (one: Resource) => referred(one, ["role"], [role]).length > 0;
  const isOpen = (one: Resource) => isUnresolved(one, ["policyArn"], made);
  const lists = ofKind(resources, "role-policies-exclusive").filter(isOf);
  const ofRole = given.attachments.filter(({ kind }) => kind === "role-attachments-exclusive");
  const ofOthers = ofKind(resources, "policy-attachment-exclusive").filter(
    (one) => !isOf(one) && !isUnresolved(one, ["role"], ofKind(resources, "role")),
  );
  return {
    policies: given.policies.filter((policy) => isListed(policy, lists)),
    attachments: given.attachments.filter(
      (one) =>
        ofRole.every((list) => isOpen(one) || isOpen(list) || isSamePolicy(one, list, made)) &&
        !ofOthers.some((other) => isSamePolicy(one, other, made)),
    ),
  };
}

/** What a role may do once the stack is deployed. */
export function permissionsOf(role: Resource, resources: readonly Resource[]): RolePermissions {
  return readAll(keptOf(givenTo(role, resources), role, resources), role, resources);
}

/**
 * The same with what another resource takes away again: it has that until then, or again. What is too long or not known is
 * told.
 */
export function grantsTo(role: Resource, resources: readonly Resource[], finding: Finding): RolePermissions {
  const grants = readAll(givenTo(role, resources), role, resources);
  for (const label of grants.overlong) {
    finding.refuse(
      `The ${label} of role "${role.name}" is longer than AWS takes (${LONGEST} characters without white space). Shorten it.`,
    );
  }
  for (const label of grants.unknown) {
    finding.unjudged(`what ${label} allows, which is not known before the deployment`);
  }
  return grants;
}

/** Reads what a role has: its own inline policies, the policies made for it, the managed policies attached to it. */
function readAll(
  { policies, attachments }: RoleResources,
  role: Resource,
  resources: readonly Resource[],
): RolePermissions {
  const made = ofKind(resources, "managed-policy");
  const roles = ofKind(resources, "role");
  const open = (["role-policy", "managed-policy", ...ATTACHING] as const)
    .flatMap((kind) => ofKind(resources, kind))
    .filter((one) => isUnresolved(one, ["role"], roles));
  const sources: Source[] = [
    ...inlineSources(role, policies),
    // A managed policy of aws-native names the roles that it is attached to.
    ...[...policies, ...made.filter((one) => referred(one, ["role"], [role]).length > 0)].map(documentSource),
    ...managedSources(role, "managedPolicyArns", made),
    ...attachments.flatMap((attachment) => managedSources(attachment, "policyArn", made)),
    ...open.map(({ name }): Source => ({ kind: "unknown", label: `"${name}", which may be of it,` })),
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
