import { NAME_PATTERN } from "../../lib/aws/names";

// Names: AWS IoT API Reference, `ThingName` and `ShadowName`; both fit these characters.
const NAME = "[$a-zA-Z0-9:_-]+";
const FORMAT = "(?:json|cbor)";

const SHADOW_REQUEST = new RegExp(
  `^\\$aws/things/(${NAME_PATTERN})/shadow(?:/name/([$a-zA-Z0-9:_-]{1,64}))?/(get|update|delete)$`,
);

const OTHER_REQUESTS = [
  `rules/[a-zA-Z0-9_]+(?:/.*)?`,
  `things/${NAME}/defender/metrics/${FORMAT}`,
  `things/${NAME}/jobs/(?:get|start-next|[^/]+/(?:get|update))`,
  `things/${NAME}/streams/[^/]+/(?:get|describe)/${FORMAT}`,
  `certificates/create(?:-from-csr)?/${FORMAT}`,
  `provisioning-templates/[^/]+/provision/${FORMAT}`,
].map((pattern) => new RegExp(`^\\$aws/${pattern}$`));

const DELIVERED = [
  new RegExp(`^\\$aws/things/${NAME}/shadow/`),
  new RegExp(`^\\$aws/things/${NAME}/defender/metrics/${FORMAT}/`),
  /^\$aws\/events\//,
];

/** A request to the Device Shadow service, read from the topic that it was published to. */
export interface ShadowRequestTopic {
  /** Name of the thing, registered or not. */
  readonly thingName: string;
  /** Name of the shadow; absent for the classic one. */
  readonly shadowName?: string;
  /** What is asked for. */
  readonly operation: "get" | "update" | "delete";
}

/** Reads a topic as a request to the Device Shadow service; undefined where it is none. */
export function shadowRequestOf(topic: string): ShadowRequestTopic | undefined {
  const [, thingName, shadowName, operation] = SHADOW_REQUEST.exec(topic) ?? [];
  if (thingName === undefined) return undefined;
  return {
    thingName,
    ...(shadowName !== undefined && { shadowName }),
    operation: operation as ShadowRequestTopic["operation"],
  };
}

/**
 * Whether a client may publish to a topic at all, whatever its policies: of those that begin with `$`,
 * only to the ones that AWS lists with the client operation "Publish".
 *
 * Source: AWS IoT Core Developer Guide, "Reserved topics".
 */
export function isPublishable(topic: string): boolean {
  if (!topic.startsWith("$")) return true;
  return shadowRequestOf(topic) !== undefined || OTHER_REQUESTS.some((pattern) => pattern.test(topic));
}

/**
 * Whether a client may subscribe to a filter at all, whatever its policies: `$aws/...` but not Basic
 * Ingest, which AWS lists with "Publish" alone. Shared subscriptions (`$share/...`) are not imitated.
 *
 * Source: AWS IoT Core Developer Guide, "Reserved topics"; that filters wider than the listed topics
 * (`$aws/things/+/shadow/#`) are accepted is assumed.
 */
export function isSubscribable(filter: string): boolean {
  if (!filter.startsWith("$")) return true;
  return filter.startsWith("$aws/") && !filter.startsWith("$aws/rules/");
}

/**
 * Whether messages on a topic reach subscribers: of the reserved ones, those of shadows, lifecycle
 * events and answers to reports. Requests to Basic Ingest, Jobs and the others end in the broker.
 */
export function isDelivered(topic: string): boolean {
  return !topic.startsWith("$") || DELIVERED.some((pattern) => pattern.test(topic));
}
