import type { PublishRequest } from "@aws-sdk/client-iot-data-plane";
import { isPublishable } from "../../../mqtt/reserved-topics";
import { MAX_PAYLOAD_BYTES, topicFault } from "../../../mqtt/topics";
import type { DataPlane } from "../data-plane";
import { invalidRequest, tooLarge } from "../errors";

/**
 * Publish, over HTTPS. Such a message has no client id: Detect counts it for no device, and no thing
 * group's policy is asked.
 *
 * Source: AWS IoT API Reference, "Publish"; that one that is too large gets a 413 is assumed.
 */
export function publish({ messaging, shadows }: DataPlane, request: PublishRequest): void {
  const { topic = "", qos = 0, retain = false, payload = new Uint8Array() } = request;
  const fault = topicFault(topic);
  if (fault !== undefined) throw invalidRequest(`Invalid topic: ${fault}`);
  if (!isPublishable(topic)) throw invalidRequest(`Messages cannot be published to ${topic}`);
  if (retain && topic.startsWith("$")) throw invalidRequest("Messages on reserved topics cannot be retained");
  if (qos !== 0 && qos !== 1) throw invalidRequest(`Invalid QoS: ${qos}`);
  if (payload.length > MAX_PAYLOAD_BYTES) throw tooLarge("The payload exceeds the maximum size allowed");
  messaging.publish(topic, payload, { qos, retain });
  shadows.handle(topic, payload);
}
