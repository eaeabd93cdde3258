import { REGISTRY_NAME as NAME } from "../../../lib/aws/names";
import { MalformedPolicyError } from "../../../lib/policy-language/document";
import { parseIotPolicy } from "../../../lib/policy-language/iot/document";
import { AwsError } from "../../wire/aws-error";
import { type Page, pageOf } from "../../wire/pagination";
import { invalidRequest, versionConflict } from "./errors";

/** A rule for a name: a pattern, and how a person would say it. */
interface NameRule {
  readonly pattern: RegExp;
  readonly words: string;
}

// Patterns: AWS IoT API Reference, data types of the members.
const REGISTRY_NAME: NameRule = { pattern: NAME, words: "[a-zA-Z0-9:_-]{1,128}" };
const POLICY_NAME: NameRule = { pattern: /^[\w+=,.@-]{1,128}$/, words: "[\\w+=,.@-]{1,128}" };
const ATTRIBUTE_NAME = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;
/** Attributes that a thing group may have. Source: AWS General Reference, "AWS IoT Core endpoints and quotas". */
const MAX_ATTRIBUTES = 50;
/** Attributes of a thing without a type. Source: AWS IoT API Reference, "AttributePayload" ("up to three key-value pairs"). */
const MAX_UNTYPED = 3;

function checkName(name: string, member: string, rule: NameRule): void {
  if (rule.pattern.test(name)) return;
  throw invalidRequest(
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${rule.words}`,
  );
}

/** Refuses a name that a thing or a thing group cannot have. */
export const checkRegistryName = (name: string, member: string) => checkName(name, member, REGISTRY_NAME);

/** Refuses a name that a policy cannot have. */
export const checkPolicyName = (name: string) => checkName(name, "policyName", POLICY_NAME);

/** Refuses attributes that a thing, which has no type here, cannot have. */
export const checkThingAttributes = (attributes: Readonly<Record<string, string>>) =>
  checkAttributes(attributes, MAX_UNTYPED);

/** Refuses attributes that a group cannot have, or what has at most so many. */
export function checkAttributes(attributes: Readonly<Record<string, string>>, most = MAX_ATTRIBUTES): void {
  const entries = Object.entries(attributes);
  if (entries.length > most) {
    throw invalidRequest(`At most ${most} attributes are allowed; there are ${entries.length}.`);
  }
  for (const [name, value] of entries) {
    if (!ATTRIBUTE_NAME.test(name)) throw invalidRequest(`Invalid attribute name: ${name}`);
    if (!ATTRIBUTE_VALUE.test(value)) throw invalidRequest(`Invalid value of attribute ${name}`);
  }
}

/** Refuses a document that AWS would call malformed; 400. */
export function checkPolicyDocument(document: string): void {
  try {
    parseIotPolicy(document);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw new AwsError("MalformedPolicyException", 400, `Policy document is Malformed: ${error.message}`);
  }
}

/** Refuses a change that expects another version than the current one. */
export function checkVersion(expected: number | undefined, current: number, what: string): void {
  if (expected !== undefined && expected !== current) {
    throw versionConflict(`Expected version ${expected} of ${what}, but its version is ${current}.`);
  }
}

/** Most items of a page of IoT's listings, and its default. Source: API Reference, `RegistryMaxResults`. */
const LARGEST_PAGE = 250;

/** How a request asks for a page: in one way or, for policies and certificates, in the other. */
interface PageMembers {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly marker?: string | undefined;
}

/** Items of a page of mitigation actions, tasks and executions that nobody asks for more of. Source: API Reference. */
export const DEFENDER_PAGE = 25;

/** Cuts one of IoT's listings into pages. */
export const iotPage = <T>(
  items: readonly T[],
  { maxResults, nextToken, pageSize, marker }: PageMembers,
  standard = LARGEST_PAGE,
): Page<T> =>
  pageOf(items, {
    size: maxResults ?? pageSize ?? standard,
    member: pageSize === undefined ? "maxResults" : "pageSize",
    token: nextToken ?? marker,
    largest: LARGEST_PAGE,
    invalid: invalidRequest,
  });
