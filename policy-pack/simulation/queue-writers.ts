import { parseArn } from "../../lib/aws/parse-arn";
import { UNKNOWN } from "../input/unknown";
import type { Loop } from "../stack/loop";
import type { QueueFeed } from "../stack/queue-feeds";
import { documentsOf } from "../stack/resource-policies";
import { arnOf } from "../stack/scope";
import { bestVerdict, type ParsedPolicy, parsedPolicy } from "./parsed-policy";
import { callersFor, type NamedCaller, service } from "./principals";

const SEND = "sqs:SendMessage";

/** The callers that should not be let in: of other accounts, other topics, and services for whatever source. */
function othersFor({ written }: ParsedPolicy, topicArn: string): readonly NamedCaller[] {
  const { partition = "aws", account = "" } = parseArn(topicArn) ?? {};
  const elsewhere = account === "999999999999" ? "888888888888" : "999999999999";
  const callers = callersFor(written, { partition, account });
  const services = callers.flatMap(({ principal }) => principal.service ?? []);
  const topic = `${topicArn}-q-7`;
  const sources = [
    { arn: topic, account },
    { arn: topic.replace(`:${account}:`, `:${elsewhere}:`), account: elsewhere },
  ];
  return [
    ...callers.filter((one) => one.principal.service === undefined && one.account !== account),
    ...services.flatMap((name) =>
      sources.map((source) => ({ ...service(name, source), label: `${name} for ${source.arn}` })),
    ),
  ];
}

/**
 * Who else than the alert topics may put messages into the queue of a callback by its policy; {@link UNKNOWN} where
 * that cannot be told. What the account lets its own identities do is not asked.
 */
export function otherWriters({ queue, topic }: QueueFeed, loop: Loop): readonly string[] | typeof UNKNOWN {
  const documents = documentsOf("queue", queue, loop.resources);
  const [resource, topicArn] = [arnOf(queue, loop.scope), arnOf(topic.topic, loop.scope)];
  if (documents.length === 0) return [];
  if (resource === undefined || topicArn === undefined) return UNKNOWN;
  const policies: ParsedPolicy[] = [];
  for (const { text } of documents) {
    const policy = text === UNKNOWN ? undefined : parsedPolicy(text, "resource");
    if (policy === undefined || "fault" in policy) return UNKNOWN;
    policies.push(policy);
  }
  return policies
    .flatMap((policy) => othersFor(policy, topicArn))
    .filter((caller) => bestVerdict(policies, SEND, resource, caller) === "allow")
    .map(({ label }) => label);
}
