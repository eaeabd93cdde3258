import { jsonString, type UNKNOWN } from "../input/unknown";
import { isUnresolved, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/** A policy document that stands with a resource. */
export interface ResourceDocument {
  /** The resource that carries the document: the resource itself, or one that attaches a policy to it. */
  readonly carrier: Resource;
  readonly text: string | typeof UNKNOWN;
}

const ATTACHED = {
  topic: { kind: "topic-policy", property: "arn" },
  queue: { kind: "queue-policy", property: "queueUrl" },
  key: { kind: "key-policy", property: "keyId" },
} as const;

/**
 * The policy documents that stand with a topic, queue or key: of the resources that attach one, else its own
 * property `policy`; none where AWS makes its default.
 *
 * @param resources - all of the stack.
 */
export function documentsOf(
  kind: keyof typeof ATTACHED,
  resource: Resource,
  resources: readonly Resource[],
): readonly ResourceDocument[] {
  const { kind: attachedKind, property } = ATTACHED[kind];
  const all = ofKind(resources, kind);
  const attached = ofKind(resources, attachedKind).filter(
    (policy) =>
      referred(policy, [property], [resource]).length > 0 ||
      // Which one it is attached to only the deployment will tell: it may be this one.
      isUnresolved(policy, [property], all),
  );
  // Beside a policy that is attached, what stands in the resource itself is what AWS had before.
  const carriers = attached.length > 0 ? attached : [resource];
  return carriers.flatMap((carrier): ResourceDocument[] => {
    const text = jsonString(carrier.props.policy);
    return text === undefined ? [] : [{ carrier, text }];
  });
}

/** The resources that certainly attach a policy to a topic, queue or key: AWS keeps one, the last that is written. */
export function attachedTo(
  kind: keyof typeof ATTACHED,
  resource: Resource,
  resources: readonly Resource[],
): readonly Resource[] {
  const { kind: attachedKind, property } = ATTACHED[kind];
  return ofKind(resources, attachedKind).filter((one) => referred(one, [property], [resource]).length > 0);
}
