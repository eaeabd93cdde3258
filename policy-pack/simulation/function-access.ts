import { parseArn } from "../../lib/aws/parse-arn";
import { UNKNOWN } from "../input/unknown";
import { isSameQualifier, qualifierIn, qualifierOf } from "../stack/aliases";
import { functionPoliciesOf } from "../stack/function-policies";
import type { Loop } from "../stack/loop";
import { isUnresolved, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { arnOf } from "../stack/scope";
import { serviceAccess } from "./access";
import { service } from "./principals";
import { covers } from "./samples";

export const INVOKE = "lambda:InvokeFunction";

/** What a policy that is written as a whole is asked about: the function, or the version or alias that it is of. */
export function invokedBy(carrier: Resource, callback: Resource, loop: Loop): string | undefined {
  const { resourceArn } = carrier.props;
  return typeof resourceArn === "string" ? resourceArn : arnOf(callback, loop.scope);
}

const isOneOf = (value: unknown, ...good: readonly string[]) =>
  value === UNKNOWN || good.some((one) => one === value);

const isSet = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Whether SNS may invoke a function of the stack for a topic, under the name that a subscription has for it. */
export function isInvocable(
  callback: Resource,
  subscription: Resource,
  topic: Resource,
  loop: Loop,
): boolean {
  const functions = ofKind(loop.resources, "function");
  const invoked = qualifierIn(subscription, "endpoint", loop.resources);
  const topicArn = arnOf(topic, loop.scope);
  const account = parseArn(topicArn)?.account;
  const byPermission = ofKind(loop.resources, "permission").some((permission) => {
    const { action, principal, sourceArn, sourceAccount, ...others } = permission.props;
    // What SNS is or has not: an organization, a token, a signed request to a URL.
    const isForOthers =
      others.invokedViaFunctionUrl === true ||
      [others.principalOrgId, others.eventSourceToken, others.functionUrlAuthType].some(isSet);
    return (
      (referred(permission, ["function"], [callback]).length > 0 ||
        isUnresolved(permission, ["function"], functions)) &&
      !isForOthers &&
      isOneOf(action, INVOKE, "lambda:*", "*") &&
      isOneOf(principal, "sns.amazonaws.com", "*") &&
      // Each version and alias has permissions of its own.
      isSameQualifier(qualifierOf(permission, "function", loop.resources), invoked) &&
      (!isSet(sourceAccount) || account === undefined || sourceAccount === account) &&
      (!isSet(sourceArn) || topicArn === undefined || covers(sourceArn, topicArn))
    );
  });
  return byPermission || isLetInByPolicy(callback, invoked, topicArn, loop);
}

function isLetInByPolicy(
  callback: Resource,
  invoked: string | undefined,
  topicArn: string | undefined,
  loop: Loop,
): boolean {
  const account = parseArn(topicArn)?.account;
  const source = topicArn === undefined || account === undefined ? undefined : { arn: topicArn, account };
  return functionPoliciesOf(callback, loop.resources)
    .filter(({ carrier }) => isSameQualifier(qualifierIn(carrier, "resourceArn", loop.resources), invoked))
    .some((document) => {
      const resource = invokedBy(document.carrier, callback, loop);
      if (resource === undefined) return true;
      const question = { action: INVOKE, resource };
      return serviceAccess([document], question, service("sns.amazonaws.com", source)) !== "denied";
    });
}
