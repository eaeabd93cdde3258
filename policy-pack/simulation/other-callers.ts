import { parseArn } from "../../lib/aws/parse-arn";
import { UNKNOWN } from "../input/unknown";
import type { ResourceDocument } from "../stack/resource-policies";
import { type Question, readDocuments } from "./access";
import { bestVerdict, type ParsedPolicy } from "./parsed-policy";
import { callersFor, type NamedCaller, otherThan, service } from "./principals";

/** The callers that should not be let in: of other accounts, other topics, and services for whatever source. */
function othersFor({ written }: ParsedPolicy, topicArn: string): readonly NamedCaller[] {
  const { partition = "aws", account = "" } = parseArn(topicArn) ?? {};
  const elsewhere = otherThan(account);
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
 * Who else than an alert topic may put alarms into a queue or call a function by its policy; {@link UNKNOWN} where that
 * cannot be told. What the account lets its own identities do is not asked.
 */
export function otherCallers(
  documents: readonly ResourceDocument[],
  { action, resource }: Partial<Question>,
  topicArn: string | undefined,
): readonly string[] | typeof UNKNOWN {
  if (documents.length === 0) return [];
  if (action === undefined || resource === undefined || topicArn === undefined) return UNKNOWN;
  const policies = readDocuments(documents);
  if (policies === undefined) return UNKNOWN;
  return (
    policies
      .flatMap((policy) => othersFor(policy, topicArn))
      // An account that is let in lets in whom it likes.
      .filter((caller) =>
        ["allow", "allow-account"].includes(bestVerdict(policies, action, resource, caller)),
      )
      .map(({ label }) => label)
  );
}
