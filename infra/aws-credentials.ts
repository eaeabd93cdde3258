import type { ProviderArgs } from "@pulumi/aws-native/provider";
import { Config, RunError, runtime } from "@pulumi/pulumi";
import type { AwsScope } from "../lib/aws/arns";
import { defined } from "../lib/defined";

/** A role that the `aws` provider assumes; an entry of its config `aws:assumeRoles`. */
export interface AssumedRole {
  /** ARN of the role. */
  readonly roleArn?: string;
  /** Length of the session as a Go duration, such as `1h30m`. */
  readonly duration?: string;
  /** External id that the role's trust asks for. */
  readonly externalId?: string;
  /** Policy, as JSON, that limits the session. */
  readonly policy?: string;
  /** ARNs of managed policies that limit the session. */
  readonly policyArns?: string[];
  /** Name of the session. */
  readonly sessionName?: string;
  /** Source identity of the session. */
  readonly sourceIdentity?: string;
  /** Session tags. */
  readonly tags?: Record<string, string>;
  /** Keys of the session tags that are passed on. */
  readonly transitiveTagKeys?: string[];
}

/** An access key, as the AWS SDK takes it. */
export interface StaticKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Settings of the `aws` provider that `aws-native` takes as they are. */
type SharedSettings = Pick<ProviderArgs, "defaultTags" | "ignoreTags" | "insecure" | "maxRetries">;

/** How the `aws` provider is configured to come by its credentials, and to use them. */
export interface AwsCredentials {
  /** `aws:accessKey`, `aws:secretKey` and `aws:token`. For hooks alone: they are shown to no component. */
  readonly keys?: StaticKeys;
  /** `aws:profile`: a named profile. */
  readonly profile?: string;
  /** `aws:assumeRoles`: roles assumed one after the other. */
  readonly assumeRoles?: readonly AssumedRole[];
  /** `aws:defaultTags` and its like. */
  readonly settings?: SharedSettings;
}

/**
 * Settings of the `aws` provider by which it acts elsewhere or as somebody else, which `aws-native` cannot be told, and
 * the variables that say the same to both. `aws-native` has an input `endpoints`, which its plugin cannot read. What is
 * neither here nor passed on says nothing of where or as whom.
 *
 * Source: aws/aws-sdk-go-v2, config/env_config.go; Go's net/http, `ProxyFromEnvironment`; pulumi/pulumi-aws-native,
 * provider/pkg/provider/provider.go, `Configure`.
 */
const BY_ENVIRONMENT: Readonly<Record<string, string>> = {
  assumeRoleWithWebIdentity: "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
  customCaBundle: "AWS_CA_BUNDLE",
  ec2MetadataServiceEndpoint: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  ec2MetadataServiceEndpointMode: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
  endpoints: "AWS_ENDPOINT_URL_IOT, AWS_ENDPOINT_URL_CLOUDCONTROL and their like",
  httpProxy: "HTTP_PROXY",
  httpsProxy: "HTTPS_PROXY",
  noProxy: "NO_PROXY",
  sharedConfigFiles: "AWS_CONFIG_FILE",
  sharedCredentialsFiles: "AWS_SHARED_CREDENTIALS_FILE",
  useDualstackEndpoint: "AWS_USE_DUALSTACK_ENDPOINT",
  useFipsEndpoint: "AWS_USE_FIPS_ENDPOINT",
};

function checkShared(): void {
  const faults = Object.entries(BY_ENVIRONMENT).flatMap(([key, variables]) => {
    const value = runtime.getConfig(`aws:${key}`) ?? "";
    return ["", "false", "[]", "{}"].includes(value)
      ? []
      : [
          `Set ${variables} in the environment instead of \`aws:${key}\`: the aws-native provider, which makes the ` +
            "security profiles, cannot be told that by config, and must act where the aws provider does.",
        ];
  });
  if (faults.length > 0) throw new RunError(faults.join("\n"));
}

function readSettings(config: Config): SharedSettings {
  return defined({
    defaultTags: config.getObject<SharedSettings["defaultTags"]>("defaultTags"),
    ignoreTags: config.getObject<SharedSettings["ignoreTags"]>("ignoreTags"),
    insecure: config.getBoolean("insecure"),
    maxRetries: config.getNumber("maxRetries"),
  });
}

/**
 * Reads from the stack's config how the `aws` provider comes by its credentials, and what it does with them.
 *
 * @throws RunError that names every setting which `aws-native` cannot be told.
 */
export function readAwsCredentials(): AwsCredentials {
  checkShared();
  const config = new Config("aws");
  const settings = readSettings(config);
  return defined({
    settings: Object.keys(settings).length === 0 ? undefined : settings,
    keys: readKeys(),
    profile: config.get("profile"),
    assumeRoles: config.getObject<AssumedRole[]>("assumeRoles"),
  });
}

/** The keys in plain: `Config` would warn of secrets, which these are in any good stack, and leave the program here. */
function readKeys(): StaticKeys | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = ["accessKey", "secretKey", "token"].map((key) =>
    runtime.getConfig(`aws:${key}`),
  );
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/**
 * Arguments of an `aws-native` provider that cannot act elsewhere than the `aws` provider does: in its
 * region, with its credentials and, should those differ after all, in no other account.
 *
 * @throws RunError when `aws-native` cannot come by them in the same way.
 */
export function nativeProviderArgs(scope: AwsScope, credentials: AwsCredentials): ProviderArgs {
  const [role, second] = credentials.assumeRoles ?? [];
  if (second !== undefined || role?.sourceIdentity !== undefined) {
    throw new RunError(
      "Set `aws:assumeRoles` to one role without `sourceIdentity`: the aws-native provider, which makes the " +
        "security profiles, can assume no more than that. Assume the others before, in an `aws:profile`.",
    );
  }
  return {
    ...credentials.settings,
    // Regions that are newer than the package's list are regions too.
    region: scope.region as ProviderArgs["region"] & string,
    allowedAccountIds: [scope.account],
    // By the SDK's default, true, the plugin asks STS nothing, and then holds its account against no list. Source:
    // pulumi/pulumi-aws-native, sdk/nodejs/provider.ts; provider/pkg/provider/provider.go, `Configure`.
    skipCredentialsValidation: false,
    ...defined({ profile: credentials.profile, assumeRole: role && nativeRole(role) }),
  };
}

function nativeRole({ duration, ...role }: AssumedRole): NonNullable<ProviderArgs["assumeRole"]> {
  return duration === undefined ? role : { ...role, durationSeconds: secondsOf(duration) };
}

/**
 * Seconds of a Go duration in hours, minutes and seconds.
 *
 * @param duration - such as `1h30m`.
 * @throws RunError when it has another form.
 */
export function secondsOf(duration: string): number {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  if (total === 0) {
    throw new RunError(
      `Set \`duration\` of \`aws:assumeRoles\` to hours, minutes and seconds, such as 1h30m; it is "${duration}".`,
    );
  }
  return total;
}
