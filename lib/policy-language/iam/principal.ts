import { isObject, MalformedPolicyError, syntaxError, textsOf } from "./syntax";

/** Whom a statement speaks of (`Principal`, listed) or leaves out (`NotPrincipal`, unlisted). */
export interface PrincipalSelector {
  readonly kind: "listed" | "unlisted";
  /** The values of `AWS`: `*`, account ids, ARNs. */
  readonly aws: readonly string[];
  /** The values of `Service`. */
  readonly services: readonly string[];
}

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

/** How a principal element covers a principal: by itself (or by `*`), as one of an account, or not. */
export type PrincipalMatch = "itself" | "account" | "none";

const AWS_PRINCIPAL = /^(?:\*|\d{12}|arn:[^:]+:(?:iam|sts)::\d{12}:(?!.*[*?]).+|A[A-Z0-9]{15,})$/;
// Federated users and canonical ids do not exist here: they are taken and match nobody.
const KINDS: readonly string[] = ["AWS", "Service", "Federated", "CanonicalUser"];

/**
 * Reads a `Principal` or `NotPrincipal` element.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal" (a wildcard stands alone, never within an
 * ARN). That who is named exists is not checked.
 *
 * @throws MalformedPolicyError
 */
export function parsePrincipal(
  kind: PrincipalSelector["kind"],
  value: unknown,
  where: string,
): PrincipalSelector {
  if (value === "*") return { kind, aws: ["*"], services: [] };
  if (!isObject(value)) throw syntaxError(`${where}.Principal must be "*" or an object`);
  for (const [name, names] of Object.entries(value)) {
    const wrong = textsOf(names, `${where}.Principal.${name}`).find(
      (text) => name === "AWS" && !AWS_PRINCIPAL.test(text),
    );
    if (wrong !== undefined || !KINDS.includes(name)) {
      throw new MalformedPolicyError(`Invalid principal in policy: "${name}":"${wrong ?? String(names)}"`);
    }
  }
  const texts = (name: string) =>
    value[name] === undefined ? [] : textsOf(value[name], `${where}.Principal.${name}`);
  return { kind, aws: texts("AWS"), services: texts("Service") };
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
