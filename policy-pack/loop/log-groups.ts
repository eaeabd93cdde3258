import { at, UNKNOWN } from "../judging/unknown";
import type { Loop } from "./loop";
import { nameOf, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/** The log group of a function: of this stack, elsewhere by its name, one that Lambda makes, or not known. */
export type LogGroup =
  | { readonly kind: "made"; readonly group: Resource }
  | { readonly kind: "elsewhere"; readonly name: string }
  | { readonly kind: "made-by-lambda"; readonly name: string }
  | { readonly kind: "unknown" };

/** Where a function logs. Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
export function logGroupOf(callback: Resource, { resources }: Loop): LogGroup {
  const groups = ofKind(resources, "log-group");
  const configured = at(callback.props, "loggingConfig", "logGroup");
  if (configured !== undefined && configured !== "") {
    const [group] = referred(callback, ["loggingConfig", "logGroup"], groups);
    if (group !== undefined) return { kind: "made", group };
    return typeof configured === "string" && !configured.startsWith("/aws/lambda/")
      ? { kind: "elsewhere", name: configured }
      : { kind: "unknown" };
  }
  const name = nameOf(callback);
  if (name === undefined) return { kind: "unknown" };
  const own = `/aws/lambda/${name}`;
  const group = groups.find((one) => one.props.name === own);
  if (group !== undefined) return { kind: "made", group };
  return groups.some((one) => one.props.name === UNKNOWN)
    ? { kind: "unknown" }
    : { kind: "made-by-lambda", name: own };
}
