import type * as sdk from "@aws-sdk/client-lambda";
import { rootArn } from "../../../../lib/aws/arns";
import { type Constraints, checkConstraints } from "../../../wire/constraints";
import { invalidInput, invalidParameterValue, resourceConflict, resourceNotFound } from "../errors";
import { resourcePolicyOf } from "../function";
import type { LambdaStore } from "../store";

/** Source: the API model of AWS Lambda (2015-03-31). */
const CONSTRAINTS: Constraints = {
  StatementId: { pattern: "([a-zA-Z0-9-_]+)", min: 1, max: 100 },
  Action: { pattern: "(lambda:[*]|lambda:[a-zA-Z]+|[*])" },
  SourceArn: {
    pattern: "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
  },
  SourceAccount: { pattern: "\\d{12}" },
};

function principalElement(lambda: LambdaStore, principal: string): unknown {
  if (principal === "*") return "*";
  if (/^\d{12}$/.test(principal)) return { AWS: rootArn({ ...lambda.env, account: principal }) };
  if (principal.startsWith("arn:")) return { AWS: principal };
  if (/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameterValue(
    `The provided principal was invalid. Please check the principal and try again.`,
  );
}

/** AddPermission: the source's ARN is compared as with ArnLike, its account as it is. */
export function addPermission(
  lambda: LambdaStore,
  input: sdk.AddPermissionRequest,
): sdk.AddPermissionResponse {
  checkConstraints(input, CONSTRAINTS, invalidInput);
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  const { StatementId = "", Action, Principal = "", SourceArn, SourceAccount } = input;
  if (lambdaFunction.permissions.has(StatementId)) {
    throw resourceConflict(
      `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const condition = {
    ...(SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
    ...(SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": SourceArn } }),
  };
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: principalElement(lambda, Principal),
    Action,
    Resource: lambdaFunction.arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
  lambdaFunction.permissions.set(StatementId, statement);
  return { Statement: JSON.stringify(statement) };
}

/** RemovePermission. */
export function removePermission(lambda: LambdaStore, input: sdk.RemovePermissionRequest): void {
  const { permissions } = lambda.functions.get(input.FunctionName, input.Qualifier);
  if (permissions.delete(input.StatementId ?? "")) return;
  throw resourceNotFound(`Statement ${input.StatementId} is not found in resource policy.`);
}

/** GetPolicy. */
export function getPolicy(lambda: LambdaStore, input: sdk.GetPolicyRequest): sdk.GetPolicyResponse {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  const policy = resourcePolicyOf(lambdaFunction);
  if (policy === undefined) throw resourceNotFound("The resource you requested does not exist.");
  return { Policy: policy, RevisionId: lambdaFunction.revisionId };
}
