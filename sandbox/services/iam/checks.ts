import { MalformedPolicyError } from "../../../lib/policy-language/document";
import { type PolicyKind, parsePolicy } from "../../../lib/policy-language/iam/document";
import type { Constraints } from "../../wire/constraints";
import { pageOf } from "../../wire/pagination";
import { limitExceeded, malformedPolicy, noSuchEntity, validationError } from "./errors";
import type { IamStore, ManagedPolicy, Role } from "./store";

// Patterns and limits: IAM API Reference, the members of each action.
const NAME = "[\\w+=,.@-]+";
const DOCUMENT = { pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", min: 1, max: 131_072 };
const ARN = { min: 20, max: 2048 };

/** What IAM demands of the members of its inputs. */
export const IAM_CONSTRAINTS: Constraints = {
  RoleName: { pattern: NAME, min: 1, max: 64 },
  PolicyName: { pattern: NAME, min: 1, max: 128 },
  PolicyArn: ARN,
  PermissionsBoundary: ARN,
  Path: { pattern: "(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", min: 1, max: 512 },
  PathPrefix: { pattern: "\\u002F[\\u0021-\\u007F]*", min: 1, max: 512 },
  AssumeRolePolicyDocument: DOCUMENT,
  PolicyDocument: DOCUMENT,
  Description: { pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*", max: 1000 },
  MaxSessionDuration: { min: 3600, max: 43_200 },
  VersionId: { pattern: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" },
  Tags: { max: 50 },
  TagKeys: { max: 50 },
};

/** AWS's own managed policies, whose documents are not here: they can be attached, and grant nothing. */
export const AWS_MANAGED = /^arn:[^:]+:iam::aws:policy\/.+$/;

/** The role of a name. */
export function roleNamed(store: IamStore, name: string | undefined): Role {
  const role = store.roles.get(name ?? "");
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/**
 * The boundary that a request names, if it names one.
 *
 * @throws AwsError NoSuchEntity 404 when there is no such policy; the words are those that IAM is seen to answer.
 */
export function boundaryOf(store: IamStore, arn: string | undefined): string | undefined {
  if (arn !== undefined && !AWS_MANAGED.test(arn) && !store.policies.has(arn)) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/**
 * Refuses a document that IAM calls malformed.
 *
 * @throws AwsError MalformedPolicyDocument 400
 */
export function checkPolicyDocument(document: string, kind: PolicyKind): void {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw malformedPolicy(error.message);
  }
}

/** Source: IAM User Guide, "IAM and AWS STS quotas"; white space is not counted. */
const MAX_POLICY_CHARACTERS = 6144;

/** Refuses a managed policy's document that IAM would. */
export function checkManagedDocument(document: string): void {
  checkPolicyDocument(document, "identity");
  if (document.replace(/\s/g, "").length > MAX_POLICY_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MAX_POLICY_CHARACTERS}`);
  }
}

/** The managed policy of an ARN. @throws AwsError NoSuchEntity 404 */
export function managedPolicyOf(store: IamStore, arn = ""): ManagedPolicy {
  const policy = store.policies.get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

/** Percent-encodes a policy document as IAM's answers have it (RFC 3986). Source: API Reference, "GetRolePolicy". */
export const encodeDocument = (document: string) =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A moment as IAM keeps it: whole seconds, as its answers show. */
export const wholeSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);

/** Cuts one of IAM's listings into pages. Source: API Reference, `MaxItems` (1 to 1,000, default 100). */
export function iamPage<T>(
  all: readonly T[],
  request: { readonly MaxItems?: number | undefined; readonly Marker?: string | undefined },
) {
  const { items, nextToken } = pageOf(all, {
    size: request.MaxItems ?? 100,
    member: "MaxItems",
    token: request.Marker,
    largest: 1000,
    invalid: validationError,
  });
  return { items, rest: { IsTruncated: nextToken !== undefined, Marker: nextToken } };
}
