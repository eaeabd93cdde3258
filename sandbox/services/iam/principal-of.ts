import { roleArn, rootArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import type { Caller } from "../../wire/service";
import type { Principal } from "./authorizer";

/** The principal that a caller of the sandbox's endpoint is to IAM. */
export function principalOf(caller: Caller, env: Environment): Principal {
  if (caller.kind === "user") return { kind: "account" };
  return { kind: "role", arn: roleArn(env, caller.roleName) };
}

/** How AWS names a principal in a refusal: an ARN, or a service's name. */
export function principalName(principal: Principal, env: Environment): string {
  if (principal.kind === "role") return principal.arn;
  if (principal.kind === "service") return principal.name;
  return rootArn(env);
}
