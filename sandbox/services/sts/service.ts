import * as sdk from "@aws-sdk/client-sts";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Call, Service } from "../../wire/service";
import { SESSION_NAME } from "../iam/call-authorization";
import type { Iam } from "../iam/iam";

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

/** AWS Security Token Service: who am I. */
export function stsService(iam: Iam, env: Environment): Service {
  return {
    name: "sts",
    signingNames: ["sts"],
    protocol: "query",
    version: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    sdk,
    actions: { GetCallerIdentity: (_input: unknown, call: Call) => getCallerIdentity(iam, env, call) },
    invalid: (message) => new AwsError("ValidationError", 400, message),
  };
}
