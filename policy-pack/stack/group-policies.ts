import { jsonString, UNKNOWN } from "../input/unknown";
import type { Loop } from "./loop";
import { isUnresolved, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/** The policies that the stack attaches to a thing group. */
export interface GroupPolicies {
  /** How many attachments there are for certain. */
  readonly count: number;
  /** The attachments of which only the deployment will tell where they attach their policy, in words. */
  readonly unresolved: readonly string[];
  /** The documents that are known, each with the resource that makes it. */
  readonly documents: readonly { readonly policy: Resource; readonly text: string }[];
  /** What of the documents is not known, in words. */
  readonly unknown: readonly string[];
}

/** Gathers the policies of a thing group. */
export function policiesOf(group: Resource, { resources }: Loop): GroupPolicies {
  const groups = ofKind(resources, "thing-group");
  const policies = ofKind(resources, "iot-policy");
  const attachments = ofKind(resources, "iot-attachment");
  const attached = attachments.filter((one) => referred(one, ["target"], [group]).length > 0);
  const documents: { policy: Resource; text: string }[] = [];
  const unknown: string[] = [];
  for (const attachment of attached) {
    const [policy] = referred(attachment, ["policy"], policies);
    const text = policy === undefined ? undefined : jsonString(policy.props.policy);
    if (policy !== undefined && typeof text === "string") documents.push({ policy, text });
    else if (policy === undefined)
      unknown.push(`the policy that "${attachment.name}" attaches, which this stack does not make`);
    else if (text === UNKNOWN)
      unknown.push(`the document of policy "${policy.name}", which is not known before the deployment`);
  }
  const unresolved = attachments
    .filter((one) => isUnresolved(one, ["target"], groups))
    .map(({ name }) => `what "${name}" attaches its policy to`);
  return { count: attached.length, unresolved, documents, unknown };
}
