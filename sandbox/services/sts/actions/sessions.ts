import type * as sdk from "@aws-sdk/client-sts";
import { rootArn } from "../../../../lib/aws/arns";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { SESSION_NAME, sessionArn } from "../../iam/call-authorization";
import type { IamAuthorizer } from "../../iam/iam-authorizer";
import { principalName, principalOf } from "../../iam/principal-of";

/**
 * Tells who calls: for a person, the account's root, as whom the policies judge it; for a role, its session.
 *
 * Source: STS API Reference, "GetCallerIdentity".
 */
export function getCallerIdentity(
  { store }: IamAuthorizer,
  _request: sdk.GetCallerIdentityRequest,
  { caller }: Call,
) {
  const { env, roles } = store;
  const { account: Account } = env;
  if (caller.kind === "user") {
    return { UserId: Account, Account, Arn: rootArn(env) } satisfies sdk.GetCallerIdentityResponse;
  }
  return {
    UserId: `${roles.get(caller.roleName)?.id ?? "AROA"}:${SESSION_NAME}`,
    Account,
    Arn: sessionArn(env, caller.roleName, SESSION_NAME),
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
export function assumeRole(iam: IamAuthorizer, input: sdk.AssumeRoleRequest, { caller, date }: Call) {
  const { env } = iam.store;
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
      Arn: sessionArn(env, role.name, RoleSessionName),
    },
  } satisfies sdk.AssumeRoleResponse;
}
