import { type AwsScope, regionalArn } from "../../aws/arns";

/** One thing that must be allowed. */
export interface IotCheck {
  /** The action with its prefix. */
  readonly action: "iot:Connect" | "iot:Publish" | "iot:RetainPublish" | "iot:Subscribe" | "iot:Receive";
  /** ARN of what it is done to. */
  readonly resource: string;
}

/** The kinds of resource that an MQTT operation is about. */
export type IotResourceType = "client" | "topic" | "topicfilter";

/**
 * ARN of a client, a topic or a topic filter. The name stands as it is: MQTT's `+` and `#` in a filter
 * are characters of the ARN.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core action resources".
 */
export function iotResourceArn(scope: AwsScope, type: IotResourceType, name: string): string {
  return regionalArn(scope, "iot", `${type}/${name}`);
}

/**
 * What must be allowed for a CONNECT.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions", `iot:Connect`.
 */
export function connectChecks(scope: AwsScope, clientId: string): readonly IotCheck[] {
  return [{ action: "iot:Connect", resource: iotResourceArn(scope, "client", clientId) }];
}

/**
 * What must be allowed, all of it, for a PUBLISH; one with the RETAIN flag needs a second permission.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions", `iot:Publish` and
 * `iot:RetainPublish`; "Retained message policy examples".
 */
export function publishChecks(scope: AwsScope, topic: string, retain: boolean): readonly IotCheck[] {
  const resource = iotResourceArn(scope, "topic", topic);
  const publish: IotCheck = { action: "iot:Publish", resource };
  return retain ? [publish, { action: "iot:RetainPublish", resource }] : [publish];
}

/**
 * What must be allowed for one topic filter of a SUBSCRIBE. It is checked then only, not on delivery.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions", `iot:Subscribe`.
 */
export function subscribeChecks(scope: AwsScope, filter: string): readonly IotCheck[] {
  return [{ action: "iot:Subscribe", resource: iotResourceArn(scope, "topicfilter", filter) }];
}

/**
 * What must be allowed each time that a message is delivered to a client.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions", `iot:Receive`.
 */
export function receiveChecks(scope: AwsScope, topic: string): readonly IotCheck[] {
  return [{ action: "iot:Receive", resource: iotResourceArn(scope, "topic", topic) }];
}
