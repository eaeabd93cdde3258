import type * as sdk from "@aws-sdk/client-iot-data-plane";
import { pageOf } from "../../../wire/pagination";
import type { DataPlane } from "../data-plane";
import { invalidRequest, notFound } from "../errors";

/** Source: AWS IoT API Reference, "ListRetainedMessages", `maxResults`. */
const LARGEST_PAGE = 200;

/** GetRetainedMessage. */
export function getRetainedMessage({ messaging }: DataPlane, request: sdk.GetRetainedMessageRequest) {
  const message = messaging.retained().find(({ topic }) => topic === request.topic);
  if (!message) throw notFound(`No retained message exists for topic '${request.topic}'`);
  const { topic, payload, qos, storedAt } = message;
  return { topic, payload, qos, lastModifiedTime: storedAt } satisfies sdk.GetRetainedMessageResponse;
}

/** ListRetainedMessages. */
export function listRetainedMessages({ messaging }: DataPlane, request: sdk.ListRetainedMessagesRequest) {
  const { items, nextToken } = pageOf(messaging.retained(), {
    size: request.maxResults,
    token: request.nextToken,
    largest: LARGEST_PAGE,
    invalid: invalidRequest,
  });
  return {
    retainedTopics: items.map(({ topic, payload, qos, storedAt }) => ({
      topic,
      payloadSize: payload.length,
      qos,
      lastModifiedTime: storedAt,
    })),
    ...(nextToken !== undefined && { nextToken }),
  } satisfies sdk.ListRetainedMessagesResponse;
}
