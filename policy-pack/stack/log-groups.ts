import { at, UNKNOWN } from "../input/unknown";
import type { Loop } from "./loop";
import { nameOf, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/** The log group of a function: of this stack, elsewhere by its name, one that Lambda makes, or not known. */
export type LogGroup =
  | { readonly kind: "made"; readonly group: Resource }
  | { readonly kind: "elsewhere"; readonly name: string }
  | { readonly kind: "made-by-lambda"; readonly name: string | undefined }
  | { readonly kind: "unknown" };

/**
 * The log group that a function is told to use; none where it is left to Lambda, which a deployment tells as the
 * function's own, and a preview as unknown beside what else the program sets of `loggingConfig`.
 */
function configuredGroup(callback: Resource, own: string | undefined): unknown {
  const group = at(callback.props, "loggingConfig", "logGroup");
  const isLeftOut = group === UNKNOWN && !callback.isDerived("loggingConfig");
  return isLeftOut || group === "" || group === own ? undefined : group;
}

/** Where a function logs. Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
export function logGroupOf(callback: Resource, { resources }: Loop): LogGroup {
  const groups = ofKind(resources, "log-group");
  const name = nameOf(callback);
  const own = name === undefined ? undefined : `/aws/lambda/${name}`;
  const configured = configuredGroup(callback, own);
  if (configured !== undefined) {
    const [group] = referred(callback, ["loggingConfig", "logGroup"], groups);
    if (group !== undefined) return { kind: "made", group };
    return typeof configured === "string" ? { kind: "elsewhere", name: configured } : { kind: "unknown" };
  }
  if (own === undefined)
    return groups.length > 0 ? { kind: "unknown" } : { kind: "made-by-lambda", name: own };
  const group = groups.find((one) => one.props.name === own);
  if (group !== undefined) return { kind: "made", group };
  return groups.some((one) => one.props.name === UNKNOWN)
    ? { kind: "unknown" }
    : { kind: "made-by-lambda", name: own };
}
