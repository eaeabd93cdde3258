import type { Finding } from "../findings";
import { shown, UNKNOWN } from "../input/unknown";
import { keyOf } from "../stack/keys";
import type { Loop } from "../stack/loop";
import { attachedTo, documentsOf } from "../stack/resource-policies";
import type { Resource } from "../stack/resources";

/** Judges whether the key of a topic or queue can be used at all, and whether just one policy says by whom. */
export function judgeKey(encrypted: Resource, called: string, { resources }: Loop, finding: Finding): void {
  const key = keyOf(encrypted, resources);
  if (key === undefined) return;
  const { isEnabled, customerMasterKeySpec: spec = "SYMMETRIC_DEFAULT" } = key.props;
  if (isEnabled === UNKNOWN) finding.unjudged(`whether key "${key.name}" is enabled`);
  if (isEnabled === false) {
    finding.refuse(`The key "${key.name}" of ${called} is disabled: no alarm gets through. Enable it.`);
  }
  if (spec !== "SYMMETRIC_DEFAULT" && spec !== UNKNOWN && spec !== null && spec !== "") {
    finding.refuse(
      `The key "${key.name}" of ${called} is ${shown(spec)}: SNS and SQS encrypt with symmetric keys alone, and no alarm ` +
        "gets through. Leave its spec and usage out.",
    );
  }
  judgeOnePolicy("key", key, resources, finding);
}

/**
 * Most bytes of a policy.
 *
 * Source: SQS Developer Guide, "Amazon SQS policy quotas"; AWS KMS API Reference, PutKeyPolicy, `Policy`.
 */
const MOST_BYTES = { queue: 8192, key: 32_768 } as const;

/** Refuses what AWS does of policies: too long a one, and a second one, of which it keeps the last. */
export function judgeOnePolicy(
  kind: "key" | "queue",
  of: Resource,
  resources: readonly Resource[],
  finding: Finding,
): void {
  for (const { carrier, text } of documentsOf(kind, of, resources)) {
    const bytes = text === UNKNOWN ? 0 : Buffer.byteLength(text);
    if (bytes <= MOST_BYTES[kind]) continue;
    finding.refuse(
      `The policy of ${kind} "${of.name}" in "${carrier.name}" has ${bytes} bytes, and AWS takes at most ` +
        `${MOST_BYTES[kind]}: shorten it. What it says is not judged.`,
    );
  }
  const attached = attachedTo(kind, of, resources);
  if (attached.length < 2) return;
  finding.refuse(
    `The ${kind} "${of.name}" has the policies ${attached.map(({ name }) => `"${name}"`).join(", ")}: a ${kind} has one, ` +
      "and the last that is written stands. Put all statements into one.",
  );
}
