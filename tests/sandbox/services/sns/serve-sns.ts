import { SNSClient } from "@aws-sdk/client-sns";
import type { Principal } from "../../../../sandbox/services/iam/authorizer";
import type { AsyncRequest } from "../../../../sandbox/services/lambda/async-request";
import { snsService } from "../../../../sandbox/services/sns/service";
import { SnsStore } from "../../../../sandbox/services/sns/store";
import { type DeliveryOutcome, SqsStore } from "../../../../sandbox/services/sqs/store";
import { type Served, serve } from "../../support/serve";
import { FakeAuthorizer } from "../sqs/fake-authorizer";

/** SNS over HTTP, with real queues, recorded functions and a key gate that a test sets. */
export interface ServedSns {
  readonly served: Served;
  readonly client: SNSClient;
  readonly sns: SnsStore;
  readonly sqs: SqsStore;
  readonly authorizer: FakeAuthorizer;
  readonly invoked: AsyncRequest[];
  readonly logged: string[];
  /** Who calls, when not a person. */
  role: string | undefined;
  /** What a function answers to being invoked. */
  functionOutcome: DeliveryOutcome;
  checkKey: (key: string, principal: Principal) => void;
  readonly stop: () => Promise<void>;
}

export async function serveSns(): Promise<ServedSns> {
  const authorizer = new FakeAuthorizer();
  const invoked: AsyncRequest[] = [];
  const logged: string[] = [];
  const made: { sns?: SnsStore; sqs?: SqsStore } = {};
  const state: Pick<ServedSns, "role" | "functionOutcome" | "checkKey"> = {
    role: undefined,
    functionOutcome: "accepted",
    checkKey: () => undefined,
  };
  const served = await serve(
    (env) => {
      made.sqs = new SqsStore(env, authorizer);
      made.sns = new SnsStore(
        { ...env, log: (line) => logged.push(line) },
        {
          authorizer,
          queues: made.sqs,
          keys: { check: (key, principal) => state.checkKey(key, principal) },
          functions: {
            invokeAsync(request) {
              invoked.push(request);
              return state.functionOutcome;
            },
          },
        },
      );
      return [snsService(made.sns)];
    },
    { callerOf: () => (state.role ? { kind: "role", roleName: state.role } : { kind: "user" }) },
  );
  const client = new SNSClient(served.client);
  const { sns, sqs } = made;
  if (!sns || !sqs) throw new Error("the services were not made");
  const stop = async () => {
    client.destroy();
    await served.stop();
  };
  return Object.assign(state, { served, client, sns, sqs, authorizer, invoked, logged, stop });
}
