import type { Environment } from "../../environment";
import type { DeliveryOutcome } from "../sqs/store";
import { type FilterScope, passesFilter } from "./filter-policy";
import { lambdaEvent, type Publication, queueEnvelope } from "./notification";
import type { SnsPorts } from "./ports";
import type { Subscription } from "./topic";

const SNS = { kind: "service", name: "sns.amazonaws.com" } as const;

/** ARN of the queue that a subscription's redrive policy names. */
export const redriveTargetOf = (redrivePolicy: string): unknown =>
  (JSON.parse(redrivePolicy) as { deadLetterTargetArn?: unknown }).deadLetterTargetArn;

/** What a subscription's queue gets: the message in SNS's envelope, or as it is. */
function queueMessage(env: Environment, publication: Publication, subscription: Subscription) {
  const isRaw = subscription.attributes.get("RawMessageDelivery") === "true";
  return isRaw
    ? { body: publication.bodyFor(subscription.protocol), attributes: publication.attributes }
    : { body: queueEnvelope(env, publication, subscription) };
}

/**
 * Hands a publication to a subscriber. A subscriber that is gone or whose policy refuses is a client-side
 * error: SNS does not try again, and the message goes to the subscription's dead-letter queue if that one's
 * policy lets SNS in for this topic; else it is lost, with a line in the log. (Server-side errors, which
 * SNS does retry, do not happen here.)
 *
 * Source: Amazon SNS Developer Guide, "Amazon SNS dead-letter queues", section "Client-side errors".
 */
export function deliver(
  env: Environment,
  ports: SnsPorts,
  publication: Publication,
  subscription: Subscription,
): void {
  if (subscription.isPending || !passes(publication, subscription)) return;
  const context = { "aws:SourceArn": publication.topicArn, "aws:SourceAccount": env.account };
  const send = (queueArn: string): DeliveryOutcome =>
    ports.queues.deliver({
      queueArn,
      ...queueMessage(env, publication, subscription),
      principal: SNS,
      context,
    });
  const outcome =
    subscription.protocol === "lambda"
      ? ports.functions.invokeAsync({
          functionArn: subscription.endpoint,
          payload: lambdaEvent(env, publication, subscription),
          principal: SNS,
          context,
        })
      : send(subscription.endpoint);
  if (outcome === "accepted") return;
  const redrive = subscription.attributes.get("RedrivePolicy");
  const redriven = redrive === undefined ? "none" : send(String(redriveTargetOf(redrive)));
  env.log(
    `sns: message ${publication.id} was not delivered to ${subscription.endpoint} (${outcome}); dead-letter queue: ${redriven}`,
  );
}

function passes(publication: Publication, subscription: Subscription): boolean {
  const policy = subscription.attributes.get("FilterPolicy");
  if (policy === undefined) return true;
  const scope = (subscription.attributes.get("FilterPolicyScope") ?? "MessageAttributes") as FilterScope;
  const body = publication.bodyFor(subscription.protocol);
  return passesFilter(policy, scope, { body, attributes: publication.attributes });
}
