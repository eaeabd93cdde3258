import type { ResourceValidationPolicy, Severity, StackValidationPolicy } from "@pulumi/policy";
import type { JsonObject } from "../lib/json";
import { type Finding, Findings } from "./findings";
import { misspelt, type Settings, schemaOf, type Values, valuesOf } from "./input/settings";
import { plain } from "./input/unknown";
import { findLoop, type Loop, type LoopValues, loopSettings } from "./stack/loop";
import { type Profile, profilesOf } from "./stack/security-profiles";

/** What a policy says of itself. */
interface PolicyHead<S extends Settings> {
  /** Name, as resource-verb. */
  readonly name: string;
  /** Name for people: what holds when it does. */
  readonly displayName: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** How bad it is when it does not hold. */
  readonly severity: Severity;
  /** What it is about, in words by which policies of many packs can be picked. */
  readonly tags: string[];
  /** Page of AWS that tells of what it judges. */
  readonly url: string;
  /** What happens then, unless a pack config says otherwise. @default mandatory */
  readonly enforcementLevel?: "advisory";
  /** What to do about it. */
  readonly remediationSteps: string;
  /** What a pack config may set. @default nothing */
  readonly settings?: S;
}

type NoSettings = Record<never, never>;

/** A policy that judges security profiles one by one, before they are made. */
interface ProfilePolicy<S extends Settings> extends PolicyHead<S> {
  readonly judge: (profile: Profile, finding: Finding, values: Values<S>) => void;
  /** Told of a resource that may hold profiles but cannot be read. */
  readonly unreadable?: (why: string, finding: Finding) => void;
}

/** A policy that judges the quarantine loop of a stack as a whole. */
interface LoopPolicy<S extends Settings> extends PolicyHead<S> {
  readonly judge: (loop: Loop, findings: Findings, values: Values<S> & LoopValues) => void;
}

/** Makes a policy of what judges one security profile, of whatever resource type. */
export function profilePolicy<S extends Settings = NoSettings>(
  policy: ProfilePolicy<S>,
): ResourceValidationPolicy {
  const { settings = {} as S, judge, unreadable, ...head } = policy;
  return {
    enforcementLevel: "mandatory",
    ...head,
    configSchema: schemaOf(settings),
    validateResource: (args, report) => {
      const config = args.getConfig<Record<string, unknown>>();
      const values = valuesOf(settings, config);
      const wrong = misspelt(settings, config);
      const findings = new Findings(report);
      findings.about(args, (finding) => {
        const read = ({ props }: { readonly props: object }) => ({ props: plain(props) as JsonObject });
        const { type, name, provider } = args;
        const { profiles, unread } = profilesOf({
          ...{ type, name, ...read(args) },
          ...(provider && { provider: read(provider) }),
        });
        if (wrong !== undefined && profiles.length > 0) finding.refuse(wrong);
        for (const profile of profiles) judge(profile, finding, values);
        if (unread !== undefined) unreadable?.(unread, finding);
      });
      findings.tell();
    },
  };
}

/** Makes a policy of what judges the loop of a stack. */
export function loopPolicy<S extends Settings = NoSettings>(policy: LoopPolicy<S>): StackValidationPolicy {
  const { settings = {} as S, judge, ...head } = policy;
  const all = { ...loopSettings, ...settings };
  return {
    enforcementLevel: "mandatory",
    ...head,
    configSchema: schemaOf(all),
    validateStack: (args, report) => {
      const config = args.getConfig<Record<string, unknown>>();
      const values = valuesOf(all, config);
      const findings = new Findings(report);
      const wrong = misspelt(all, config);
      if (wrong !== undefined) findings.ofConfig(wrong);
      judge(findLoop(args.resources, values), findings, values);
      findings.tell();
    },
  };
}
