import type { Environment } from "../../../environment";
import type { RoleCredentials } from "../../iam/authorizer";

/** What the environment variables of a function's process are made of. */
export interface VariablesInput {
  readonly functionName: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMib: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly taskRoot: string;
  /** Home of the process, and its temporary folder. */
  readonly home: string;
  readonly tmp: string;
  /** The function's own variables. */
  readonly own: Readonly<Record<string, string>>;
  /** Credentials that stand for the function's role. */
  readonly session: RoleCredentials;
}

/**
 * All environment variables of a function's process: its own, Lambda's, and `AWS_ENDPOINT_URL`, which leads
 * every SDK to the sandbox, without a word about its Node. Nothing of the sandbox's own environment, nor of its user's
 * home.
 *
 * Source: AWS Lambda Developer Guide, "Working with Lambda environment variables", section "Defined runtime
 * environment variables".
 */
export function runtimeVariables(env: Environment, input: VariablesInput): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: input.home,
    TMPDIR: input.tmp,
    TZ: ":UTC",
    AWS_ENDPOINT_URL: env.endpoint,
    // The SDK would warn in the function's log of the Node that runs the sandbox, which is not the runtime's.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...input.own,
    _HANDLER: input.handler,
    LAMBDA_TASK_ROOT: input.taskRoot,
    AWS_REGION: env.region,
    AWS_DEFAULT_REGION: env.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${input.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(input.memoryMib),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: input.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    AWS_ACCESS_KEY_ID: input.session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: input.session.secretAccessKey,
    AWS_SESSION_TOKEN: input.session.sessionToken,
  };
}
