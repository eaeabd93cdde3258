import { regionalArn } from "../../../lib/aws/arns";
import { redriveTargetOf } from "./delivery";
import { invalidParameter, parseObject } from "./errors";
import { checkFilterPolicy, type FilterScope } from "./filter-policy";
import type { SnsStore } from "./store";

function checkRedrivePolicy(sns: SnsStore, text: string): void {
  parseObject("RedrivePolicy", text);
  const target = redriveTargetOf(text);
  // Queue and subscription must be in one account and Region (SNS Developer Guide, "dead-letter queues").
  if (typeof target !== "string" || !target.startsWith(regionalArn(sns.env, "sqs", ""))) {
    throw invalidParameter(
      "RedrivePolicy: deadLetterTargetArn must be the ARN of an SQS queue of this account and Region",
    );
  }
}

/** An attribute's value as SNS keeps it: a truth value in whatever case. */
export const keptValue = (name: string, value: string) =>
  name === "RawMessageDelivery" ? value.toLowerCase() : value;

/** Refuses attributes of a subscription that SNS would refuse. */
export function checkSubscriptionAttributes(sns: SnsStore, attributes: ReadonlyMap<string, string>): void {
  const scope = (attributes.get("FilterPolicyScope") ?? "MessageAttributes") as FilterScope;
  const checks: Readonly<Record<string, (value: string) => void>> = {
    RawMessageDelivery: (value) => {
      if (!/^(true|false)$/i.test(value)) throw invalidParameter("RawMessageDelivery");
    },
    RedrivePolicy: (value) => checkRedrivePolicy(sns, value),
    FilterPolicyScope: (value) => {
      if (!/^Message(Attributes|Body)$/.test(value)) throw invalidParameter("FilterPolicyScope");
    },
    FilterPolicy: (value) => checkFilterPolicy(value, scope),
    DeliveryPolicy: (value) => parseObject("DeliveryPolicy", value),
  };
  for (const [name, value] of attributes) {
    if (!Object.hasOwn(checks, name)) throw invalidParameter("AttributeName");
    checks[name]?.(value);
  }
}
