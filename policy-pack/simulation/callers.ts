import type { Finding } from "../findings";
import { UNKNOWN } from "../input/unknown";
import { functionPoliciesOf } from "../stack/function-policies";
import type { Callback, Loop } from "../stack/loop";
import { referred } from "../stack/references";
import { documentsOf } from "../stack/resource-policies";
import { ofKind } from "../stack/resources";
import { arnOf } from "../stack/scope";
import { INVOKE, invokedBy } from "./function-access";
import { otherCallers } from "./other-callers";

/** Judges who may put alarms into the queues before the function. */
export function judgeQueues({ callback, feeds }: Callback, loop: Loop, finding: Finding): void {
  for (const { queue, topic } of feeds) {
    const resource = arnOf(queue, loop.scope);
    const question = { action: "sqs:SendMessage", ...(resource !== undefined && { resource }) };
    const documents = documentsOf("queue", queue, loop.resources);
    const writers = otherCallers(documents, question, arnOf(topic.topic, loop.scope));
    if (writers === UNKNOWN) {
      finding.unjudged(`who may put alarms into queue "${queue.name}", as its policy is not known`);
    } else if (writers.length > 0) {
      finding.refuse(
        `Queue "${queue.name}" before function "${callback.name}" takes messages of ${writers.slice(0, 3).join(", ")}, ` +
          "which with them can quarantine devices. Allow sqs:SendMessage to sns.amazonaws.com alone, with ArnEquals " +
          "aws:SourceArn of the alert topic.",
      );
    }
  }
}

/** Judges who may invoke the function by a policy that is written as a whole. */
export function judgeFunctionPolicies({ callback, topics }: Callback, loop: Loop, finding: Finding): void {
  const own = functionPoliciesOf(callback, loop.resources);
  const permissions = ofKind(loop.resources, "permission");
  for (const { carrier, text } of own) {
    if (permissions.some((one) => referred(one, ["function"], [callback]).length > 0)) {
      finding.refuse(
        `"${carrier.name}" writes the whole policy of function "${callback.name}", and a permission is written besides: ` +
          "each takes the other away. Put all statements into one of them.",
      );
    }
    const [topic] = topics;
    const resource = invokedBy(carrier, callback, loop);
    const question = { action: INVOKE, ...(resource !== undefined && { resource }) };
    const callers = otherCallers([{ carrier, text }], question, topic && arnOf(topic.topic, loop.scope));
    if (callers === UNKNOWN) finding.unjudged(`whom "${carrier.name}" lets invoke it`);
    else if (callers.length > 0) {
      finding.refuse(
        `"${carrier.name}" lets ${callers.slice(0, 3).join(", ")} invoke function "${callback.name}", and with it ` +
          "quarantine devices. Allow lambda:InvokeFunction to sns.amazonaws.com alone, with ArnEquals aws:SourceArn of " +
          "the alert topic.",
      );
    }
  }
}
