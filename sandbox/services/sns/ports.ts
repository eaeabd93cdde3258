import type { Authorizer, Principal } from "../iam/authorizer";
import type { AsyncRequest } from "../lambda/async-request";
import type { DeliveryOutcome, QueueDelivery } from "../sqs/store";

/** What SNS needs of the services around it. */
export interface SnsPorts {
  /** IAM's decisions. */
  readonly authorizer: Authorizer;
  /** The keys that topics are encrypted with. */
  readonly keys: {
    /**
     * Refuses unless the principal may use the key (an id, an ARN or an alias) for publishing.
     *
     * @throws AwsError - KMSAccessDenied, KMSDisabled, KMSNotFound and their like.
     */
    check(key: string, principal: Principal): void;
  };
  /** Where functions are invoked. */
  readonly functions: { invokeAsync(request: AsyncRequest): DeliveryOutcome };
  /** Where queues are. */
  readonly queues: { deliver(delivery: QueueDelivery): DeliveryOutcome };
}
