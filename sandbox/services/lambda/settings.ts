import * as sdk from "@aws-sdk/client-lambda";
import { type Constraints, checkConstraints } from "../../wire/constraints";
import { invalidInput, invalidParameterValue } from "./errors";
import type { FunctionSettings } from "./function";
import type { LambdaStore } from "./store";

/** Source: the API model of AWS Lambda (2015-03-31), its shapes' patterns and limits. */
const CONSTRAINTS: Constraints = {
  FunctionName: {
    pattern:
      "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
    max: 140,
  },
  Role: { pattern: "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+" },
  Handler: { pattern: "[^\\s]+", max: 128 },
  Description: { max: 256 },
  Timeout: { min: 1, max: 900 },
  MemorySize: { min: 128, max: 10_240 },
};

/** Variables that Lambda sets itself. Source: AWS Lambda Developer Guide, "Defined runtime environment variables", the reserved ones. */
const RESERVED_VARIABLES = new Set([
  ...["_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"],
  ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"],
  ...["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"],
  ...["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ...["AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"],
]);
/** All variables together, bytes. Source: AWS Lambda Developer Guide, "Lambda quotas". */
const MAX_VARIABLES_BYTES = 4096;

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameterValue(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const strange = Object.keys(variables).find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (strange !== undefined) {
    throw invalidInput(
      `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+] (it has ${strange})`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_VARIABLES_BYTES) {
    throw invalidParameterValue(
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    );
  }
}

function checkRuntime(runtime: sdk.Runtime | undefined): void {
  if (runtime === undefined)
    throw invalidParameterValue("Runtime is mandatory for functions created with deployment packages.");
  if (!Object.values(sdk.Runtime).includes(runtime)) {
    throw invalidParameterValue(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set.`,
    );
  }
  if (!/^nodejs\d+\.x$/.test(runtime)) {
    throw invalidParameterValue(`The sandbox runs Node.js functions only; the runtime is ${runtime}.`);
  }
}

function checkDeadLetters(lambda: LambdaStore, role: string, target: string | undefined): void {
  if (target === undefined) return;
  if (!target.includes(":sqs:")) {
    throw invalidParameterValue(`The sandbox takes SQS queues as dead-letter targets only; it is ${target}.`);
  }
  if (!lambda.maySend(role, target)) {
    throw invalidParameterValue(
      "The provided execution role does not have permissions to call SendMessage on SQS",
    );
  }
}

/** Source of the message: reports, such as boto/boto3#2976 (docs/aws-facts.md). */
function checkRole(lambda: LambdaStore, role: string): void {
  if (lambda.canRunAs(role)) return;
  throw invalidParameterValue("The role defined for the function cannot be assumed by Lambda.");
}

type Input = Omit<sdk.CreateFunctionRequest, "FunctionName" | "Code"> &
  sdk.UpdateFunctionConfigurationRequest;

/**
 * The settings that a request asks for, over those there are (or Lambda's defaults).
 *
 * @throws AwsError - `ValidationException` or `InvalidParameterValueException`. Layers, file systems and
 * images change what runs, and the sandbox has none of them: it says so instead of running something else.
 */
export function settingsFrom(
  lambda: LambdaStore,
  name: string,
  input: Partial<Input>,
  current?: FunctionSettings,
): FunctionSettings {
  checkConstraints(input, CONSTRAINTS, invalidInput);
  if (input.Layers?.length || input.FileSystemConfigs?.length || input.ImageConfig) {
    throw invalidParameterValue("The sandbox has no layers, file systems or images for functions.");
  }
  const runtime = input.Runtime ?? current?.runtime;
  checkRuntime(runtime);
  const variables = input.Environment?.Variables ?? (input.Environment ? {} : current?.variables) ?? {};
  checkVariables(variables);
  const role = input.Role ?? current?.role ?? "";
  if (input.Role !== undefined) checkRole(lambda, role);
  const target = input.DeadLetterConfig?.TargetArn;
  const deadLetterArn = (input.DeadLetterConfig ? target : current?.deadLetterArn) || undefined;
  checkDeadLetters(lambda, role, deadLetterArn);
  return {
    runtime: runtime as sdk.Runtime,
    role,
    handler: input.Handler ?? current?.handler ?? "",
    description: input.Description ?? current?.description ?? "",
    timeout: input.Timeout ?? current?.timeout ?? 3,
    memorySize: input.MemorySize ?? current?.memorySize ?? 128,
    variables,
    deadLetterArn,
    logGroup: input.LoggingConfig?.LogGroup ?? current?.logGroup ?? `/aws/lambda/${name}`,
  };
}
