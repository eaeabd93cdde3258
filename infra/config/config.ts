import { RunError } from "@pulumi/pulumi/errors";
import { REGISTRY_NAME } from "../../lib/aws/names";
import { formatFault } from "../../lib/detect/fault";
import type { Containment, Exemption } from "../../lib/responses/response-table";
import type { QuarantineAllowance } from "../documents/restrictive-policy";
import type { ConfigKey } from "./defaults";
import { type DerivedNames, derivedName, derivedNames, type StackIdentity } from "./names";
import { readNotifications } from "./notifications";
import type { ProgramConfig } from "./program-config";
import { ConfigReader, fullKey, type NameRule } from "./reader";
import { CONTAINMENT_RULE, containmentList, exemptionFaults, responseTable } from "./responses";
import { type SecurityProfileSpec, securityProfileFaults } from "./security-profiles";

/** Source of each: the service's API Reference, the parameter of the create operation that names it. */
const NAME_RULES = {
  topic: { pattern: /^[a-zA-Z0-9_-]{1,256}$/, rule: "1 to 256 of [a-zA-Z0-9_-]" },
  thingGroup: { pattern: REGISTRY_NAME, rule: "1 to 128 of [a-zA-Z0-9:_-]" },
  iotPolicy: { pattern: /^[\w+=,.@-]{1,128}$/, rule: "1 to 128 of [a-zA-Z0-9_+=,.@-]" },
  function: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, rule: "1 to 64 of [a-zA-Z0-9_-]" },
} as const satisfies Record<string, NameRule>;

/**
 * A policy of the account, by its name (with a path) or its ARN. Not one of AWS's own: those are as wide as a service,
 * and AWS widens them. Source: IAM API Reference, "CreatePolicy"; Service Authorization Reference, "AWS Identity and
 * Access Management (IAM)", resource type `policy`.
 */
const BOUNDARY = /^(?:arn:aws(?:-[a-z]+)*:iam::\d{12}:policy\/)?(?:[\w+=,.@-]{1,128}\/)*[\w+=,.@-]{1,128}$/;

/** Source: Amazon CloudWatch Logs API Reference, "PutRetentionPolicy", `retentionInDays`. */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Source: AWS IoT API Reference, "CreateSecurityProfile". */
const PROFILE_NAME_LENGTH = 128;

/** Derived names keep to the shortest of the limits above, the function's. */
const DERIVED_NAME_LENGTH = 64;

/**
 * Reads and checks the whole config.
 *
 * @param raw - texts by full key, lists as JSON: what `pulumi.runtime.allConfig()` answers.
 * @param identity - project and stack, after which is named what config does not name.
 * @param isSecret - whether a full key's value is encrypted in the stack's config; then it is refused, and not shown.
 * @throws RunError that lists every fault, one a line, each with key, remedy, rule and value.
 */
export function readConfig(
  raw: Readonly<Record<string, string | undefined>>,
  identity: StackIdentity,
  isSecret: (path: string) => boolean = () => false,
): ProgramConfig {
  const reader = new ConfigReader(raw, isSecret);
  const name = (key: ConfigKey, rule: NameRule, role: string) =>
    reader.name(key, rule, derivedName(identity, role, DERIVED_NAME_LENGTH));
  const names = derivedNames(identity);
  const groupName = name("quarantineGroupName", NAME_RULES.thingGroup, "quarantine");
  const profiles = readProfiles(reader, derivedName(identity, "", PROFILE_NAME_LENGTH), groupName);
  const topicName = name("alertTopicName", NAME_RULES.topic, "alerts");
  const restrictivePolicy = {
    policyName: name("restrictivePolicyName", NAME_RULES.iotPolicy, "quarantine"),
    allows: readAllowances(reader),
    protect: reader.boolean("protectQuarantineGroup"),
  };
  const { protect } = restrictivePolicy;
  const responses = readResponses(reader, profiles);
  const limits = readFunctionLimits(reader);
  const functionName = name("callbackFunctionName", NAME_RULES.function, "quarantine-device");
  // What both functions are told.
  const shared = {
    responses,
    alarmQueueName: names.alarmQueue,
    ledgerTableName: names.ledger,
    notificationTopicName: names.notificationTopic,
    quarantineGroupName: groupName,
  };
  const config: ProgramConfig = {
    profiles,
    ...readBoundary(reader),
    alertTopic: {
      topicName,
      roleName: names.alertRole,
      keyAlias: names.alertKeyAlias,
      securityProfileNames: profiles.map((profile) => profile.name),
    },
    alarmQueue: {
      queueName: names.alarmQueue,
      deadLetterQueueName: names.alarmDeadLetterQueue,
      topicName,
      functionTimeoutSeconds: limits.timeoutSeconds,
    },
    notifications: readNotifications(reader, names, { topicName, functionName, profiles }),
    quarantineGroup: { groupName, protect },
    ledger: { tableName: names.ledger, protect },
    restrictivePolicy,
    callbackLambda: {
      ...shared,
      functionName,
      roleName: names.callbackRole,
      restrictivePolicyName: restrictivePolicy.policyName,
      ...limits,
    },
    reconcile: { ...shared, ...reconcileNames(names), logRetentionDays: limits.logRetentionDays },
  };
  refuseFaults(reader);
  return config;
}

const readResponses = (reader: ConfigReader, profiles: readonly SecurityProfileSpec[]) =>
  responseTable(profiles, {
    exempt: readExempt(reader),
    quarantineLimitPerHour: readLimit(reader),
    alarmMaxAgeMinutes: readMaxAge(reader),
    containment: readContainment(reader),
  });

const reconcileNames = (names: DerivedNames) => ({
  functionName: names.reconcileFunction,
  roleName: names.reconcileRole,
  scheduleName: names.reconcileSchedule,
  scheduleRoleName: names.scheduleRole,
});

/** @throws RunError that lists every fault. */
function refuseFaults(reader: ConfigReader): void {
  reader.refuseSecrets();
  reader.refuseUnknownKeys();
  if (reader.faults.length > 0) {
    const lines = reader.faults.map((fault) => `  ${formatFault(fault)}`);
    throw new RunError(`The config of this stack has faults; nothing was made.\n${lines.join("\n")}`);
  }
}

function readBoundary(reader: ConfigReader): Pick<ProgramConfig, "permissionsBoundary"> {
  const value = reader.value("permissionsBoundary");
  if (value === "") return {};
  if (typeof value === "string" && BOUNDARY.test(value)) return { permissionsBoundary: value };
  const rule =
    "the name of a managed policy of the account or its ARN (arn:aws:iam::123456789012:policy/NAME), or leave it empty for none";
  return reader.refuse("permissionsBoundary", value, rule, {});
}

/**
 * Source of the ranges: AWS Lambda Developer Guide, "Lambda quotas", "Configuring scaling behavior for SQS event source
 * mappings".
 */
function readFunctionLimits(reader: ConfigReader) {
  return {
    memoryMib: reader.integer(
      "functionMemoryMib",
      (mib) => mib >= 128 && mib <= 10240,
      "a whole number of MiB from 128 to 10240",
    ),
    timeoutSeconds: reader.integer(
      "functionTimeoutSeconds",
      (seconds) => seconds >= 1 && seconds <= 900,
      "a whole number of seconds from 1 to 900",
    ),
    alarmConcurrency: reader.integer(
      "alarmConcurrency",
      (batches) => batches >= 2 && batches <= 1000,
      "a whole number of batches from 2 to 1000",
    ),
    logRetentionDays: reader.integer(
      "logRetentionDays",
      (days) => RETENTION_DAYS.includes(days),
      `one of ${RETENTION_DAYS.join(", ")} days`,
    ),
  };
}

function readProfiles(
  reader: ConfigReader,
  unnamed: string,
  groupName: string,
): readonly SecurityProfileSpec[] {
  const value = reader.value("profiles");
  const named = Array.isArray(value) ? value.map((profile: unknown) => completed(profile, unnamed)) : value;
  // The faults are those of the list as it was written; a name that is the stack's own is found twice only
  // in the list as it will be made.
  const faultsOf = (profiles: unknown) => securityProfileFaults(profiles, fullKey("profiles"), groupName);
  const faults = faultsOf(value);
  reader.faults.push(...(faults.length > 0 ? faults : faultsOf(named)));
  return reader.faults.length > 0 ? [] : (named as readonly SecurityProfileSpec[]);
}

/** A profile with what it may leave out. */
function completed(profile: unknown, unnamed: string): unknown {
  return typeof profile === "object" && profile !== null
    ? { name: unnamed, behaviors: [], ...profile }
    : profile;
}

/** A thousand names of things, of 128 bytes each, are a third of what DynamoDB takes in an item. */
const readLimit = (reader: ConfigReader) =>
  reader.integer(
    "quarantineLimitPerHour",
    (things) => things >= 1 && things <= 1000,
    "a whole number of things from 1 to 1000",
  );

/** A message waits in the queue for 14 days at most, and as long in its dead letters. */
const readMaxAge = (reader: ConfigReader) =>
  reader.integer(
    "alarmMaxAgeMinutes",
    (minutes) => minutes >= 1 && minutes <= 40_320,
    "a whole number of minutes from 1 to 40320",
  );

function readContainment(reader: ConfigReader): readonly Containment[] {
  const value = reader.value("containment");
  return containmentList(value) ?? reader.refuse("containment", value, CONTAINMENT_RULE, ["group"]);
}

function readExempt(reader: ConfigReader): readonly Exemption[] {
  const value = reader.value("exempt");
  const faults = exemptionFaults(value, fullKey("exempt"));
  reader.faults.push(...faults);
  return faults.length > 0 ? [] : (value as readonly Exemption[]);
}

const ALLOWANCES: readonly unknown[] = ["shadow", "jobs"] satisfies QuarantineAllowance[];

function readAllowances(reader: ConfigReader): readonly QuarantineAllowance[] {
  const value = reader.value("quarantineAllows");
  const rule = 'a list of any of "shadow" and "jobs", each once';
  if (!Array.isArray(value) || value.length === 0) return reader.refuse("quarantineAllows", value, rule, []);
  const wrong = value.filter((item, index) => !ALLOWANCES.includes(item) || value.indexOf(item) !== index);
  if (wrong.length > 0) return reader.refuse("quarantineAllows", wrong[0], rule, []);
  // Without its shadow a quarantined device could never learn that it is one: it is always open.
  return value.includes("shadow") ? value : ["shadow", ...value];
}
