import * as sdk from "@aws-sdk/client-sts";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Call, Service } from "../../wire/service";
import { SESSION_NAME } from "../iam/call-authorization";
import type { Iam } from "../iam/iam";
import { principalName, principalOf } from "../iam/principal-of";

/**
 * Tells who calls: for a person, the account's root, as whom the policies judge it; for a role, its session.
 *
 * Source: STS API Reference, "GetCallerIdentity".
 */
function getCallerIdentity(iam: Iam, env: Environment, { caller }: Call) {
  const { account: Account, partition } = env;
  if (caller.kind === "user") {
    const Arn = `arn:${partition}:iam::${Account}:root`;
    return { UserId: Account, Account, Arn } satisfies sdk.GetCallerIdentityResponse;
  }
  const session = `${caller.roleName}/${SESSION_NAME}`;
  return {
    UserId: `${iam.store.roles.get(caller.roleName)?.id ?? "AROA"}:${SESSION_NAME}`,
    Account,
    Arn: `arn:${partition}:sts::${Account}:assumed-role/${session}`,
  } satisfies sdk.GetCallerIdentityResponse;
}

/** Length of a role's session in seconds, where the caller asks for none. Source: STS API Reference, "AssumeRole". */
const SESSION_SECONDS = 3600;

/**
 * Gives credentials whose access key stands for a role. What limits the session beside the role (`Policy`, `PolicyArns`,
 * session tags) is not honoured, and it does not end.
 *
 * Source: STS API Reference, "AssumeRole".
 */
function assumeRole(iam: Iam, env: Environment, input: sdk.AssumeRoleRequest, { caller, date }: Call) {
  const { RoleArn = "", RoleSessionName = "", DurationSeconds = SESSION_SECONDS, ExternalId } = input;
  const principal = principalOf(caller, env);
  const role = iam.roleTakenOn(RoleArn, principal, {
    ...(ExternalId !== undefined && { "sts:ExternalId": ExternalId }),
    "sts:RoleSessionName": RoleSessionName,
  });
  if (!role) {
    const what = `is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;
    throw new AwsError("AccessDenied", 403, `User: ${principalName(principal, env)} ${what}`);
  }
  const { accessKeyId, secretAccessKey, sessionToken } = iam.issue(role.arn);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(date.getTime() + DurationSeconds * 1000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${RoleSessionName}`,
      Arn: `arn:${env.partition}:sts::${env.account}:assumed-role/${role.name}/${RoleSessionName}`,
    },
  } satisfies sdk.AssumeRoleResponse;
}

/** AWS Security Token Service: who am I, and being a role. */
export function stsService(iam: Iam, env: Environment): Service {
  return {
    name: "sts",
    signingNames: ["sts"],
    protocol: "query",
    version: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    sdk,
    actions: {
      AssumeRole: (input: sdk.AssumeRoleRequest, call: Call) => assumeRole(iam, env, input, call),
      GetCallerIdentity: (_input: unknown, call: Call) => getCallerIdentity(iam, env, call),
    },
    invalid: (message) => new AwsError("ValidationError", 400, message),
  };
}
