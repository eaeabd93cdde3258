import type { AwsScope } from "../lib/aws/arns";
import { type AssumedRole, type AwsCredentials, type StaticKeys, secondsOf } from "./aws-credentials";

/** Where a hook of the program asks AWS, and how it comes by its credentials. */
export interface HookAccess {
  /** Partition, region and account that the `aws` provider acts in. */
  readonly scope: AwsScope;
  /** How the `aws` provider comes by its credentials. */
  readonly credentials: AwsCredentials;
}

/** Settings of an AWS SDK client; what is absent is looked for in the environment. */
export interface AwsSession {
  /** Region code. */
  readonly region: string;
  /** A named profile. */
  readonly profile?: string;
  /** An access key. */
  readonly credentials?: StaticKeys;
}

/** A session's name where config gives none; CloudTrail shows it. */
const SESSION_NAME = "iot-quarantine";

/**
 * Opens a session for a hook, which the engine gives no provider to ask: with the keys, the profile or the environment
 * and the roles that the config of the `aws` provider says.
 *
 * Keys win over a profile, and a profile over keys in the environment. Source: hashicorp/aws-sdk-go-base,
 * credentials.go, `getCredentialsProvider`.
 *
 * @throws Error when there are no credentials, a role cannot be assumed, or they are of another account.
 */
export async function openSession({ scope, credentials }: HookAccess): Promise<AwsSession> {
  // The SDK's versions are pinned; its notice that Node 20 nears its end would stand before every output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { keys, profile, assumeRoles = [] } = credentials;
  let session: AwsSession = {
    region: scope.region,
    ...(keys === undefined ? profile !== undefined && { profile } : { credentials: keys }),
  };
  for (const role of assumeRoles) {
    session = { region: scope.region, credentials: await keysOfRole(role, session) };
  }
  await checkAccount(session, scope.account);
  return session;
}

/** Source: AWS STS API Reference, "AssumeRole". */
async function keysOfRole(role: AssumedRole, session: AwsSession): Promise<StaticKeys> {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(session);
  try {
    const { Credentials: keys } = await client.send(
      new AssumeRoleCommand({
        RoleArn: role.roleArn,
        RoleSessionName: role.sessionName ?? SESSION_NAME,
        DurationSeconds: role.duration === undefined ? undefined : secondsOf(role.duration),
        ExternalId: role.externalId,
        Policy: role.policy,
        PolicyArns: role.policyArns?.map((arn) => ({ arn })),
        SourceIdentity: role.sourceIdentity,
        Tags: role.tags && Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
        TransitiveTagKeys: role.transitiveTagKeys,
      }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = keys ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new Error(`the role ${role.roleArn} of \`aws:assumeRoles\` was not given: ${name}: ${message}`, {
      cause,
    });
  } finally {
    client.destroy();
  }
}

/** The provider may have credentials of another account than are found here, such as those of another profile. */
async function checkAccount(session: AwsSession, account: string): Promise<void> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(session);
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    if (Account !== account) throw new Error(`the credentials that were found are of account ${Account}`);
  } finally {
    client.destroy();
  }
}
