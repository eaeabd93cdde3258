import { randomUUID } from "node:crypto";
import type { Architecture, FunctionConfiguration, LastUpdateStatusReasonCode } from "@aws-sdk/client-lambda";
import { invalidInput } from "./errors";
import type { LambdaFunction } from "./function";
import type { LambdaStore } from "./store";

/** Changes a function and ends its warm processes, which have the old state. */
export function changeFunction(
  lambda: LambdaStore,
  lambdaFunction: LambdaFunction,
  change: Partial<Pick<LambdaFunction, "settings" | "archive" | "architectures">>,
): void {
  Object.assign(lambdaFunction, change, {
    modifiedAt: lambda.env.clock.date(),
    revisionId: randomUUID(),
  });
  lambda.retire(lambdaFunction);
}

/** The architecture that a request names: one. Code runs on the machine's own whatever it says. */
export function architecturesOf(given: readonly Architecture[] | undefined): readonly Architecture[] {
  const architectures = given ?? ["x86_64"];
  const [only] = architectures;
  if (architectures.length === 1 && (only === "x86_64" || only === "arm64")) return architectures;
  throw invalidInput(
    `1 validation error detected: Value '[${architectures.join(", ")}]' at 'architectures' failed to satisfy constraint: Member must have exactly one of [x86_64, arm64]`,
  );
}

/** A function as Lambda's answers show it once it is ready. */
export function configurationOf(lambdaFunction: LambdaFunction): FunctionConfiguration {
  const { settings, archive } = lambdaFunction;
  return {
    FunctionName: lambdaFunction.name,
    FunctionArn: lambdaFunction.arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: archive.size,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    // Lambda writes the zone as +0000 (API Reference, "FunctionConfiguration", example of `LastModified`).
    LastModified: lambdaFunction.modifiedAt.toISOString().replace("Z", "+0000"),
    CodeSha256: archive.sha256,
    Version: "$LATEST",
    RevisionId: lambdaFunction.revisionId,
    PackageType: "Zip",
    Architectures: [...lambdaFunction.architectures],
    State: "Active",
    LastUpdateStatus: "Successful",
    TracingConfig: { Mode: "PassThrough" },
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: settings.logGroup },
    ...(Object.keys(settings.variables).length > 0 && { Environment: { Variables: settings.variables } }),
    ...(settings.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
  };
}

/** Why a function is not ready, in Lambda's words, which are the same for one that is changed. */
const REASON = { text: "The function is being created.", code: "Creating" } as const;

/** A function as the answer shows it that makes it. From the next one on it is ready, where AWS takes some seconds. */
export function createdOf(lambdaFunction: LambdaFunction): FunctionConfiguration {
  const { LastUpdateStatus: _none, ...configuration } = configurationOf(lambdaFunction);
  const { text: StateReason, code: StateReasonCode } = REASON;
  return { ...configuration, State: "Pending", StateReason, StateReasonCode };
}

/** A function as the answer shows it that changes it, as {@link createdOf}. */
export function changedOf(lambdaFunction: LambdaFunction): FunctionConfiguration {
  return {
    ...configurationOf(lambdaFunction),
    LastUpdateStatus: "InProgress",
    LastUpdateStatusReason: REASON.text,
    // Lambda's own model leaves this one out.
    LastUpdateStatusReasonCode: REASON.code as string as LastUpdateStatusReasonCode,
  };
}
