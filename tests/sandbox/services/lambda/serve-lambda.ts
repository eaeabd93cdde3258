import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { lambdaService } from "../../../../sandbox/services/lambda/service";
import { LambdaStore } from "../../../../sandbox/services/lambda/store";
import type { LogLine } from "../../../../sandbox/services/logs/store";
import { SqsStore } from "../../../../sandbox/services/sqs/store";
import { type Served, serve } from "../../support/serve";
import { FakeAuthorizer } from "../sqs/fake-authorizer";

export const ROLE = "arn:aws:iam::123456789012:role/callback-role";

/** A role that does not let Lambda in. */
export const STRANGE_ROLE = "arn:aws:iam::123456789012:role/of-somebody-else";

/** Lambda over HTTP, with real queues, recorded logs and a role that may write logs. */
export interface ServedLambda {
  readonly served: Served;
  readonly client: LambdaClient;
  readonly lambda: LambdaStore;
  readonly sqs: SqsStore;
  readonly authorizer: FakeAuthorizer;
  readonly logs: { readonly group: string; readonly stream: string; readonly lines: readonly LogLine[] }[];
  readonly logged: string[];
  /** Who calls, when not a person. */
  role: string | undefined;
  readonly advance: (seconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function serveLambda(): Promise<ServedLambda> {
  const authorizer = new FakeAuthorizer();
  authorizer.granted.add("logs:CreateLogStream *").add("logs:PutLogEvents *");
  const logs: ServedLambda["logs"] = [];
  const logged: string[] = [];
  const made: { lambda?: LambdaStore; sqs?: SqsStore } = {};
  const state: Pick<ServedLambda, "role"> = { role: undefined };
  let sessions = 0;
  const served = await serve(
    (env) => {
      made.sqs = new SqsStore(env, authorizer);
      made.lambda = new LambdaStore(
        { ...env, log: (line) => logged.push(line) },
        {
          authorizer,
          queues: made.sqs,
          credentials: {
            issue: (roleArn) => ({
              accessKeyId: `ASIA-${++sessions}-${roleArn}`,
              secretAccessKey: "secret",
              sessionToken: "token",
            }),
            canAssume: (roleArn, serviceName) =>
              roleArn !== STRANGE_ROLE && serviceName === "lambda.amazonaws.com",
          },
          logs: { append: (group, stream, lines) => logs.push({ group, stream, lines }) },
        },
      );
      return [lambdaService(made.lambda)];
    },
    { callerOf: () => (state.role ? { kind: "role", roleName: state.role } : { kind: "user" }) },
  );
  const client = new LambdaClient(served.client);
  const { lambda, sqs } = made;
  if (!lambda || !sqs) throw new Error("the services were not made");
  const advance = (seconds: number) => served.environment.clock.advance(seconds * 1000);
  const stop = async () => {
    client.destroy();
    await lambda.close();
    await served.stop();
  };
  return Object.assign(state, { served, client, lambda, sqs, authorizer, logs, logged, advance, stop });
}

export const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));

/** Creates a function of the given code, or files. It may take long: a machine may be busy, and its time is the wall's. */
export function createFunction(
  test: ServedLambda,
  FunctionName: string,
  code: string | Record<string, string>,
  more: Partial<CreateFunctionCommandInput> = {},
) {
  return test.client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Code: { ZipFile: zip(typeof code === "string" ? { "index.js": code } : code) },
      Timeout: 900,
      ...more,
    }),
  );
}

/** Invokes a function and waits for its answer, parsed. */
export async function invoke(
  test: ServedLambda,
  FunctionName: string,
  event: unknown = {},
  more: Partial<InvokeCommandInput> = {},
) {
  const answer = await test.client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  const text = answer.Payload?.transformToString() ?? "";
  return { ...answer, body: text === "" ? undefined : JSON.parse(text) };
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
