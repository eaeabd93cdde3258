import { parseArn } from "../../lib/aws/parse-arn";
import { bestVerdict, type ParsedPolicy } from "./parsed-policy";
import { callersFor, type Home, type NamedCaller, otherThan, service } from "./principals";
import { samples } from "./samples";

/** The service that publishes alarms. Source: AWS IoT Device Defender Developer Guide, "Detect permissions". */
const DEVICE_DEFENDER = "iot.amazonaws.com";

const ASSUME = "sts:AssumeRole";

/** What is wrong with the trust policy of an alert role, and what to set. */
interface TrustFault {
  readonly fault: string;
  readonly remedy: string;
}

/** A source that a service calls for, that is certainly the profile's or certainly not, or missing. */
interface Source {
  readonly arn: string | undefined;
  readonly account: string | undefined;
}

function assumes(policy: ParsedPolicy, role: string, { arn, account }: Source): boolean {
  const caller = service(DEVICE_DEFENDER);
  const facts = new Map(caller.facts).set("aws:sourcearn", arn).set("aws:sourceaccount", account);
  return bestVerdict([policy], ASSUME, role, { ...caller, facts }) === "allow";
}

/** Who may assume a role by its trust policy: the callers, and the identity providers whose users may. */
function assumersOf(
  policy: ParsedPolicy,
  role: string,
  home: Home,
  isAsked: (caller: NamedCaller) => boolean,
) {
  const callers = callersFor(policy.written, home).filter(
    (caller) =>
      isAsked(caller) && ["allow", "allow-account"].includes(bestVerdict([policy], ASSUME, role, caller)),
  );
  return [
    ...callers.map(({ label }) => label),
    ...policy.providers.map((name) => `users of the identity provider ${name}`),
  ];
}

/** Who outside the account may assume a role by its trust policy, besides AWS services; in words. */
export function strangersWhoAssume(policy: ParsedPolicy, role: string, home: Home): readonly string[] {
  return assumersOf(
    policy,
    role,
    home,
    ({ account, principal }) => account !== home.account && principal.service === undefined,
  );
}

/** The condition keys that are not asked for: a wrong value of one, with the right one of the other, will do. */
function looseKeys(policy: ParsedPolicy, role: string, own: Source, foreign: Source): readonly string[] {
  const isLoose = (key: keyof Source) =>
    [foreign[key], undefined].some((value) => assumes(policy, role, { ...own, [key]: value }));
  return [...(isLoose("arn") ? ["aws:SourceArn"] : []), ...(isLoose("account") ? ["aws:SourceAccount"] : [])];
}

/** The sources that a trust policy names which are no profiles of the profile's own account. */
function sourcesBeside({ compared }: ParsedPolicy, profileArn: string): readonly string[] {
  const own = parseArn(profileArn);
  return (compared.get("aws:sourcearn") ?? []).flatMap(samples).filter((text) => {
    const arn = parseArn(text);
    const isProfile = arn?.service === "iot" && arn.resource.startsWith("securityprofile/");
    return arn !== undefined && !(isProfile && arn.account === own?.account);
  });
}

/**
 * Judges who may assume an alert role: Device Defender, for the profile, and nobody else.
 *
 * AWS's published example of the conditions has a double colon in `aws:SourceArn` and a trailing colon in
 * `aws:SourceAccount`; copied, it matches nothing.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Cross-service confused deputy prevention".
 *
 * @param role - ARN of the role.
 * @param profileArn - ARN of the profile.
 */
export function trustFaults(
  policy: ParsedPolicy,
  role: string,
  profileArn: string,
  home: Home,
): readonly TrustFault[] {
  const { account } = home;
  const foreign = otherThan(account);
  const foreignArn = profileArn.replace(`:${account}:`, `:${foreign}:`);
  const conditions = `ArnEquals { "aws:SourceArn": "${profileArn}" } and StringEquals { "aws:SourceAccount": "${account}" }`;
  const faults: TrustFault[] = [];
  const say = (fault: string, remedy: string) => faults.push({ fault, remedy });
  if (!assumes(policy, role, { arn: profileArn, account })) {
    say(
      "does not let Device Defender assume it for the profile: no alarm is ever published (AWS's example of these " +
        "conditions has stray colons and matches nothing)",
      `Allow sts:AssumeRole to ${DEVICE_DEFENDER} with ${conditions}`,
    );
  } else {
    const loose = looseKeys(
      policy,
      role,
      { arn: profileArn, account },
      { arn: foreignArn, account: foreign },
    );
    if (loose.length > 0) {
      say(
        `lets Device Defender assume it whatever ${loose.join(" and ")} ${loose.length > 1 ? "are" : "is"}: a profile of another account may use it`,
        `Add the condition ${conditions}`,
      );
    } else if (
      assumes(policy, role, { arn: profileArn.replace(/securityprofile\/.*$/, "rule/q-7"), account })
    ) {
      say(
        "lets AWS IoT assume it for whatever aws:SourceArn is in the account: whoever may write topic rules may use it",
        `Add the condition ${conditions}`,
      );
    }
  }
  const foreignSources = sourcesBeside(policy, profileArn).filter((arn) =>
    [parseArn(arn)?.account, account].some((of) => assumes(policy, role, { arn, account: of })),
  );
  if (faults.length === 0 && foreignSources.length > 0) {
    say(
      `lets Device Defender assume it for ${foreignSources.slice(0, 3).join(", ")} as well, which is no profile of the account`,
      `Leave in aws:SourceArn the ARN of the profile alone, ${profileArn}`,
    );
  }
  const others = assumersOf(policy, role, home, ({ principal }) => principal.service !== DEVICE_DEFENDER);
  if (others.length > 0) {
    say(
      `lets ${others.slice(0, 3).join(", ")} assume it, and with it publish alarms that quarantine devices`,
      `Trust ${DEVICE_DEFENDER} alone`,
    );
  }
  return faults;
}
