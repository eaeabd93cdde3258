import type { PublishInput, PublishResponse } from "@aws-sdk/client-sns";
import type { Call } from "../../../wire/service";
import { principalOf } from "../../iam/principal-of";
import { invalidParameter } from "../errors";
import type { SnsStore } from "../store";

/** Publish: to a topic; the sandbox sends nothing to phones. */
export function publish(sns: SnsStore, input: PublishInput, call: Call): PublishResponse {
  if (input.PhoneNumber !== undefined) throw invalidParameter("PhoneNumber: the sandbox sends no SMS");
  if (input.MessageStructure !== undefined && input.MessageStructure !== "json") {
    throw invalidParameter("MessageStructure");
  }
  return {
    MessageId: sns.publish({
      topicArn: input.TopicArn ?? input.TargetArn ?? "",
      message: input.Message ?? "",
      principal: principalOf(call.caller, sns.env),
      subject: input.Subject,
      isStructured: input.MessageStructure === "json",
      attributes: input.MessageAttributes,
    }),
  };
}
