import {
  type AnalyzerInfo,
  EnforcementLevel,
  type PolicyConfig as PolicyConfigMessage,
  type PolicyInfo,
  PolicySeverity,
} from "@pulumi/pulumi/proto/analyzer_pb";

/** How a violation of a policy is taken. */
export type Level = "advisory" | "mandatory" | "remediate" | "disabled";

/** How grave a violation is, where the pack says so. */
export type Severity = "low" | "medium" | "high" | "critical";

/** What a policy is configured with; the pack is given the properties. */
export interface PolicyConfig {
  readonly level?: Level;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Configuration by the name of a policy; `all` sets the level of every policy. */
export type PackConfig = Readonly<Record<string, PolicyConfig>>;

/** What a policy says of itself. */
export interface Policy {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly level: Level;
  readonly severity?: Severity;
  /** What to do about a violation; empty where the pack does not say. */
  readonly remediation: string;
  /** Page about the policy; empty where there is none. */
  readonly url: string;
  readonly tags: readonly string[];
  /** JSON schemas of its properties, and which of them must be there. */
  readonly schema: {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly required: readonly string[];
  };
}

/** What a pack says of itself. */
export interface PackInfo {
  readonly name: string;
  readonly version: string;
  readonly policies: readonly Policy[];
  /** What the pack itself configures. */
  readonly config: PackConfig;
}

const LEVELS: Readonly<Record<EnforcementLevel, Level>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.REMEDIATE]: "remediate",
  [EnforcementLevel.DISABLED]: "disabled",
};

const MESSAGES: Readonly<Record<Level, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  remediate: EnforcementLevel.REMEDIATE,
  disabled: EnforcementLevel.DISABLED,
};

const SEVERITIES: Readonly<Partial<Record<PolicySeverity, Severity>>> = {
  [PolicySeverity.POLICY_SEVERITY_LOW]: "low",
  [PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
};

/** Reads a level off the wire. */
export const levelOf = (message: EnforcementLevel): Level => LEVELS[message];

/** Puts a level on the wire. */
export const levelMessage = (level: Level): EnforcementLevel => MESSAGES[level];

/** Whether a text is a level. */
export const isLevel = (text: unknown): text is Level =>
  typeof text === "string" && Object.hasOwn(MESSAGES, text);

function policyOf(info: PolicyInfo): Policy {
  const severity = SEVERITIES[info.getSeverity()];
  const schema = info.getConfigschema();
  return {
    name: info.getName(),
    displayName: info.getDisplayname(),
    description: info.getDescription(),
    level: levelOf(info.getEnforcementlevel()),
    ...(severity && { severity }),
    remediation: info.getRemediationSteps(),
    url: info.getUrl(),
    tags: info.getTagsList(),
    schema: {
      properties: schema?.getProperties()?.toJavaScript() ?? {},
      required: schema?.getRequiredList() ?? [],
    },
  };
}

const configOf = (message: PolicyConfigMessage): PolicyConfig => ({
  level: levelOf(message.getEnforcementlevel()),
  properties: message.getProperties()?.toJavaScript() ?? {},
});

/** Reads off the wire what a pack says of itself. */
export function packInfoOf(info: AnalyzerInfo): PackInfo {
  const configured = [...info.getInitialconfigMap().entries()];
  return {
    name: info.getName(),
    version: info.getVersion(),
    policies: info.getPoliciesList().map(policyOf),
    config: Object.fromEntries(configured.map(([name, message]) => [name, configOf(message)])),
  };
}
