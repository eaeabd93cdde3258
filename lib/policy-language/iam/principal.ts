import { arrayOf, isObject, isScalar } from "../../json";
import type { PolicyFault } from "../dialect";
import type { PrincipalMatch } from "../evaluate";
import type { PrincipalSelector } from "../statement";
import { syntaxError } from "./syntax-error";

/** The names under which a policy may speak of whoever asks. */
export interface PrincipalNames {
  /** ARNs that mean this principal alone. */
  readonly own: readonly string[];
  /** Names of the account that it is in: the id, and the ARN of the root. */
  readonly account: readonly string[];
  /** Name of the service that it is. */
  readonly service?: string;
  /** Whether it has a permissions boundary. */
  readonly isBounded?: boolean;
}

const AWS_PRINCIPAL = /^(?:\*|\d{12}|arn:[^:]+:(?:iam|sts)::\d{12}:(?!.*[*?]).+|A[A-Z0-9]{15,})$/;
// Federated users and canonical ids do not exist here: they are taken and match nobody.
const TYPES: readonly string[] = ["AWS", "Service", "Federated", "CanonicalUser"];

/** The names of one type, and what is wrong with them. */
function readNames(type: string, value: unknown, path: string) {
  const array = arrayOf(value);
  const names = array.filter(isScalar).map(String);
  const wrong = names.find((name) => type === "AWS" && !AWS_PRINCIPAL.test(name));
  const messages = [
    ...(names.length < array.length ? [syntaxError(`${path} must be text or a list of texts`)] : []),
    ...(wrong !== undefined || !TYPES.includes(type)
      ? [`Invalid principal in policy: "${type}":"${wrong ?? names.join(",")}"`]
      : []),
  ];
  return { type, names, faults: messages.map((message) => ({ path, message })) };
}

/**
 * Reads a `Principal` or `NotPrincipal` element.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal" (a wildcard stands alone, never within an
 * ARN). That who is named exists is not checked.
 */
export function readPrincipal(
  value: unknown,
  path: string,
): Omit<PrincipalSelector, "kind"> & { readonly faults: readonly PolicyFault[] } {
  if (value === "*") return { aws: ["*"], services: [], faults: [] };
  if (!isObject(value)) {
    return {
      aws: [],
      services: [],
      faults: [{ path, message: syntaxError(`${path} must be "*" or an object`) }],
    };
  }
  const read = Object.entries(value).map(([type, names]) => readNames(type, names, `${path}.${type}`));
  const named = (type: string) => read.find((one) => one.type === type)?.names ?? [];
  return { aws: named("AWS"), services: named("Service"), faults: read.flatMap(({ faults }) => faults) };
}

/** Reads the `Principal` of a trust policy, in which `*` stands under `AWS` alone; seen so in public reports. */
export function readTrustPrincipal(value: unknown, path: string): ReturnType<typeof readPrincipal> {
  const read = readPrincipal(value, path);
  if (value !== "*") return read;
  const message = 'AssumeRolepolicy contained an invalid principal: "STAR":"*".';
  return { ...read, faults: [{ path, message }] };
}

function listedMatch(selector: PrincipalSelector, names: PrincipalNames): PrincipalMatch {
  const { aws, services } = selector;
  if (aws.includes("*") || names.own.some((name) => aws.includes(name))) return "itself";
  if (names.service !== undefined && services.includes(names.service)) return "itself";
  return names.account.some((name) => aws.includes(name)) ? "account" : "none";
}

/** How a principal element covers a principal. */
export function matchPrincipal(selector: PrincipalSelector, names: PrincipalNames): PrincipalMatch {
  const listed = listedMatch(selector, names);
  if (selector.kind === "listed") return listed;
  return listed === "none" ? "itself" : "none";
}
