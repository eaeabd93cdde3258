import { parseArn } from "../../lib/aws/parse-arn";
import type { WrittenStatement } from "../../lib/policy-language/statement";
import type { Caller } from "./parsed-policy";
import { samples } from "./samples";

const CONDITION_KEY = "aws:principalarn";

/** What a request that no AWS service makes lacks for certain. Source: IAM User Guide, "Global condition keys". */
const NO_SOURCE: readonly (readonly [string, undefined])[] = [
  ["aws:sourcearn", undefined],
  ["aws:sourceaccount", undefined],
];

/** A caller that a policy is tried with. */
export interface NamedCaller extends Caller {
  /** How a message calls it. */
  readonly label: string;
  /** Account that it is in; absent for a service and for whoever is not signed in. */
  readonly account?: string;
}

/** A role or a user, by ARN. */
export function identity(arn: string): NamedCaller {
  const { partition = "aws", account = "", resource = "" } = parseArn(arn) ?? {};
  const roleName = resource.startsWith("role/") ? resource.slice(resource.lastIndexOf("/") + 1) : undefined;
  // A role acts in a session; policies may name either (IAM User Guide, "AWS JSON policy elements: Principal").
  const session =
    roleName === undefined ? [] : [`arn:${partition}:sts::${account}:assumed-role/${roleName}/session`];
  return {
    label: arn,
    account,
    principal: { own: [arn, ...session], account: [account, `arn:${partition}:iam::${account}:root`] },
    facts: new Map([
      ...NO_SOURCE,
      [CONDITION_KEY, arn],
      ["aws:principalaccount", account],
      ["aws:principalisawsservice", "false"],
    ]),
  };
}

/** Whoever is not signed in. */
const ANONYMOUS: NamedCaller = {
  label: "anybody, without signing in",
  principal: { own: [], account: [] },
  facts: new Map([
    ...NO_SOURCE,
    [CONDITION_KEY, undefined],
    ["aws:principalaccount", undefined],
    ["aws:principalisawsservice", undefined],
  ]),
};

/** An AWS service; for which source it calls is certain only where it is given. */
export function service(
  name: string,
  source?: { readonly arn: string; readonly account: string },
): NamedCaller {
  return {
    label: `the service ${name}`,
    principal: { own: [], account: [], service: name },
    facts: new Map<string, string | undefined>([
      ...(source
        ? ([
            ["aws:sourcearn", source.arn],
            ["aws:sourceaccount", source.account],
          ] as const)
        : []),
      [CONDITION_KEY, undefined],
      ["aws:principalaccount", undefined],
      ["aws:principalisawsservice", "true"],
    ]),
  };
}

/** Where a policy is. */
export interface Home {
  readonly partition: string;
  readonly account: string;
}

/** ARNs of identities that a document names, its patterns made concrete in the account that it is in. */
function namedIdentities(written: readonly WrittenStatement[], home: Home): readonly string[] {
  const { partition, account } = home;
  const patterns = written.flatMap(({ principal, conditions }) => [
    ...(principal?.aws ?? []),
    ...conditions.flatMap(({ key, values }) => (key.toLowerCase() === CONDITION_KEY ? values : [])),
  ]);
  return patterns
    .map((text) => (/^\d{12}$/.test(text) ? `arn:${partition}:iam::${text}:root` : text))
    .map((text) =>
      text.replace(/^arn:[*?]+:/, `arn:${partition}:`).replace(/::[\d*?]*[*?]:/, `::${account}:`),
    )
    .flatMap(samples)
    .filter((text) => parseArn(text) !== undefined);
}

/**
 * The callers that a policy is tried with: some that every account may have, and all that the policy names.
 *
 * @param written statements of the policy.
 * @param home partition and account of what the policy protects.
 */
export function callersFor(written: readonly WrittenStatement[], home: Home): readonly NamedCaller[] {
  const { partition, account } = home;
  const elsewhere = account === "999999999999" ? "888888888888" : "999999999999";
  const arns = new Set([
    `arn:${partition}:iam::${account}:root`,
    `arn:${partition}:iam::${account}:role/some-other-role`,
    `arn:${partition}:iam::${account}:user/some-user`,
    `arn:${partition}:iam::${elsewhere}:role/some-other-role`,
    ...namedIdentities(written, home),
  ]);
  const services = new Set([
    "events.amazonaws.com",
    ...written.flatMap(({ principal }) => principal?.services ?? []),
  ]);
  return [...[...arns].map(identity), ANONYMOUS, ...[...services].map((name) => service(name))];
}
