import { parseArn } from "../../lib/aws/parse-arn";
import { at, UNKNOWN } from "../input/unknown";
import type { AlertTopic, LoopProfile } from "./alert-topics";
import type { Loop } from "./loop";
import { refersTo } from "./references";
import { ofKind, type Resource } from "./resources";
import { arnOf } from "./scope";

/** The role that a profile publishes its alarms with. */
export interface Sender {
  /** ARN; absent where it is not known. */
  readonly arn?: string;
  /** The role, where the stack makes it. */
  readonly role?: Resource;
}

/** The role behind a profile's alert target. */
export function senderOf({ profile, owner }: LoopProfile, loop: Loop): Sender {
  const value = at(profile.alertTarget, "roleArn");
  const role = ofKind(loop.resources, "role").find((one) =>
    refersTo(owner, profile.sourceProperty, value, one),
  );
  const text = value === UNKNOWN && role !== undefined ? arnOf(role, loop.scope) : value;
  return {
    ...(role && { role }),
    ...(typeof text === "string" && parseArn(text) !== undefined && { arn: text }),
  };
}

/** The roles that the profiles behind a topic publish with. */
export function sendersTo({ profiles }: AlertTopic, loop: Loop): readonly Sender[] {
  return profiles.map((profile) => senderOf(profile, loop));
}
