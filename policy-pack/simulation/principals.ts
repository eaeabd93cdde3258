import { parseArn } from "../../lib/aws/parse-arn";
import type { WrittenStatement } from "../../lib/policy-language/statement";
import type { Caller } from "./parsed-policy";
import { samples } from "./samples";

/** An account that is nobody's, other than a given one. */
export const otherThan = (account: string | undefined): string =>
  account === "999999999999" ? "888888888888" : "999999999999";

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

/** Session of a role, by ARN. */
const SESSION = /^(arn:[^:]+):sts:(:\d{12}):assumed-role\/([^/]+)\/.+$/;

/**
 * A role or a user, by ARN.
 *
 * @param sessions - ARNs of sessions that a role may act in.
 */
export function identity(arn: string, sessions: readonly string[] = []): NamedCaller {
  const { partition = "aws", account = "", resource = "" } = parseArn(arn) ?? {};
  const roleName = resource.startsWith("role/") ? resource.slice(resource.lastIndexOf("/") + 1) : undefined;
  // A role acts in a session; policies may name either (IAM User Guide, "AWS JSON policy elements: Principal").
  const session =
    roleName === undefined ? [] : [`arn:${partition}:sts::${account}:assumed-role/${roleName}/session`];
  return {
    label: arn,
    account,
    principal: {
      own: [arn, ...session, ...sessions],
      account: [account, `arn:${partition}:iam::${account}:root`],
    },
    facts: new Map([
      ...NO_SOURCE,
      [CONDITION_KEY, arn],
      ["aws:principalaccount", account],
      ["kms:calleraccount", account],
      ["aws:principalisawsservice", "false"],
    ]),
  };
}

/** Somebody of another account who is of no organization, network and name that a condition could ask for. */
export function stranger(account: string | undefined): NamedCaller {
  const own = identity(`arn:aws:iam::${otherThan(account)}:user/q-7`);
  const lacks = ["principalorgid", "principalorgpaths", "sourcevpc", "sourcevpce", "vpcsourceip"];
  const facts = lacks.map((key) => [`aws:${key}`, undefined] as const);
  return {
    ...own,
    facts: new Map([
      ...own.facts,
      ...facts,
      ["aws:userid", "AIDAQ7Q7Q7Q7Q7Q7Q7Q7"],
      // What SNS's default policy asks for.
      ["aws:sourceowner", own.account],
    ]),
  };
}

/** Somebody whom a policy names by unique id, which says nothing of account and ARN. */
const byUniqueId = (id: string, { partition, account }: Home): NamedCaller => ({
  label: `the principal with the id ${id}`,
  principal: { own: [id], account: [] },
  facts: new Map([...NO_SOURCE, [CONDITION_KEY, `arn:${partition}:iam::${account}:user/${id}`]]),
});

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

/** ARNs and unique ids of identities that a document names, its patterns made concrete in the account that it is in. */
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
    .filter((text) => parseArn(text) !== undefined || UNIQUE_ID.test(text));
}

/** Source: IAM User Guide, "IAM identifiers", "Unique identifiers". */
const UNIQUE_ID = /^A[A-Z0-9]{15,}$/;

/** The role that a session is of: one that is named as well, else one without a path. */
function roleOf(session: string, named: readonly string[]): string {
  const [, partition, account, name] = SESSION.exec(session) ?? [];
  const isIt = (arn: string) =>
    arn.startsWith(`${partition}:iam:${account}:role/`) && arn.endsWith(`/${name}`);
  return named.find(isIt) ?? `${partition}:iam:${account}:role/${name}`;
}

/**
 * The callers that a policy is tried with: some that every account may have, and all that the policy names.
 *
 * @param home - partition and account of what the policy protects.
 */
export function callersFor(written: readonly WrittenStatement[], home: Home): readonly NamedCaller[] {
  const { partition, account } = home;
  const named = namedIdentities(written, home);
  const sessions = named.filter((text) => SESSION.test(text));
  const arns = new Set([
    `arn:${partition}:iam::${account}:root`,
    `arn:${partition}:iam::${account}:role/some-other-role`,
    `arn:${partition}:iam::${account}:user/some-user`,
    `arn:${partition}:iam::${otherThan(account)}:role/some-other-role`,
    ...named.filter((text) => !SESSION.test(text) && !UNIQUE_ID.test(text)),
    ...sessions.map((session) => roleOf(session, named)),
  ]);
  const services = new Set([
    "events.amazonaws.com",
    ...written.flatMap(({ principal }) => principal?.services ?? []),
  ]);
  const sessionsOf = (arn: string) => sessions.filter((session) => roleOf(session, named) === arn);
  return [
    ...[...arns].map((arn) => identity(arn, sessionsOf(arn))),
    ...named.filter((text) => UNIQUE_ID.test(text)).map((id) => byUniqueId(id, home)),
    ANONYMOUS,
    ...[...services].map((name) => service(name)),
  ];
}
