import type { WrittenStatement } from "../../lib/policy-language/statement";
import { NETWORK, TRACING } from "../stack/aws-managed-policies";
import { covers } from "./samples";

/**
 * Actions that AWS takes on any resource only, or on resources that are not known beforehand (network interfaces,
 * the groups of a thing that misbehaves, which are read alone).
 *
 * Source: Service Authorization Reference, the tables of AWS X-Ray, Amazon EC2, Amazon CloudWatch, AWS IoT, AWS STS;
 * AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
const UNSCOPED = [
  ...[...TRACING, ...NETWORK].map((action) => action.toLowerCase()),
  ...["ec2:describesecuritygroups", "ec2:describevpcs"],
  "cloudwatch:putmetricdata",
  "iot:describeendpoint",
  "iot:describethinggroup",
  "iot:listattachedpolicies",
  "iot:listprincipalthings",
  "iot:listthingprincipals",
  "iot:listthings",
  "iot:listthinggroups",
  "iot:putverificationstateonviolation",
  "sts:getcalleridentity",
];

/** Resources of which any may be concerned: any thing may misbehave, any client may have to be cut off. */
const ANY_OF = /^(?:thing|client)\/[*?]+$/;

/** Any certificate may have to be cut off as well, by these. */
const ANY_CERTIFICATE = /^cert\/[*?]+$/;
const CUT_OFF = ["iot:attachpolicy", "iot:describecertificate", "iot:updatecertificate"];

/** Services whose ARNs begin with a name: of the others, what is before the first `/` or `:` is a type. */
const WITHOUT_TYPE = ["s3", "sns", "sqs"];

/** Whether a resource of a statement says more than it needs: all of a service, a region, an account or a type. */
function isTooWide(resource: string, actions: readonly string[]): boolean {
  if (resource === "*") return true;
  const [, , service = "", region = "", account = "", ...rest] = resource.split(":");
  if ([service, region, account].some((part) => /[*?]/.test(part))) return true;
  // What ends before its last part with a wildcard is of all parts that follow.
  if (resource.split(":").length < 6) return /[*?]/.test(resource);
  const name = rest.join(":");
  const whole = WITHOUT_TYPE.includes(service)
    ? /^[*?]*\*[*?]*(?:\/|$)/
    : // Any type of the service, or any name of one type.
      /^[^/:]*[*?]|^[^/:]*[/:][*?]*\*[*?]*(?:[/:]|$)/;
  const cutsOff = service === "iot" && actions.every((action) => CUT_OFF.includes(action.toLowerCase()));
  return whole.test(name) && !ANY_OF.test(name) && !(cutsOff && ANY_CERTIFICATE.test(name));
}

/** Writing logs: on any log group it is more than a function needs, but touches no device, and is AWS's own advice. */
const LOGGING = ["logs:createloggroup", "logs:createlogstream", "logs:putlogevents"];
const isLogging = (action: string) => LOGGING.includes(action.toLowerCase());

/** What a statement allows too widely. */
export interface WideGrant {
  readonly level: "refuse" | "advise";
  readonly fault: string;
  readonly remedy: string;
}

function wideActions({ actions, notActions }: WrittenStatement): readonly WideGrant[] {
  const remedy = "List the actions that the function calls";
  if (notActions !== undefined)
    return [{ level: "refuse", fault: "allows all actions but some (NotAction)", remedy }];
  const wide = (actions ?? []).filter((action) => /[*?]/.test(action));
  return wide.length === 0 ? [] : [{ level: "refuse", fault: `allows ${wide.join(", ")}`, remedy }];
}

function wideResources(
  { actions, resources, notResources }: WrittenStatement,
  exempt: readonly string[],
): WideGrant[] {
  const scopable = (actions ?? ["*"]).filter((action) => {
    const name = action.toLowerCase();
    return !UNSCOPED.includes(name) && !exempt.some((pattern) => covers(pattern.toLowerCase(), name));
  });
  const on = (some: readonly string[]): string | undefined => {
    if (some.length === 0) return undefined;
    if (notResources !== undefined) return "all resources but some (NotResource)";
    const wide = (resources ?? []).filter((resource) => isTooWide(resource, some));
    return wide.length === 0 ? undefined : wide.join(", ");
  };
  const [logs, others] = [scopable.filter(isLogging), scopable.filter((action) => !isLogging(action))];
  const [anyLog, any] = [on(logs), on(others)];
  const grants: WideGrant[] = [];
  if (any !== undefined) {
    const remedy = "Name the resources by their ARNs";
    grants.push({ level: "refuse", fault: `allows ${others.join(", ")} on ${any}`, remedy });
  }
  if (anyLog !== undefined) {
    grants.push({
      level: "advise",
      fault: `allows ${logs.join(", ")} on ${anyLog}: with it the function can write into the log of any function`,
      remedy: "Allow it logs:CreateLogStream and logs:PutLogEvents on its own log group alone",
    });
  }
  return grants;
}

/**
 * Says what an Allow statement says too widely: actions with wildcards, and resources that are a whole service,
 * region, account or type for actions that could be told which.
 *
 * @param exempt - actions that may be on any resource, besides those known to take no other.
 * @returns what is refused as one, and what is advised against.
 */
export function wideGrants(statement: WrittenStatement, exempt: readonly string[]): readonly WideGrant[] {
  if (statement.effect !== "Allow") return [];
  const grants = [...wideActions(statement), ...wideResources(statement, exempt)];
  return (["refuse", "advise"] as const).flatMap((level) => {
    const some = grants.filter((grant) => grant.level === level);
    const fault = some.map((grant) => grant.fault).join(", and ");
    return fault === "" ? [] : [{ level, fault, remedy: some.map(({ remedy }) => remedy).join(". ") }];
  });
}
