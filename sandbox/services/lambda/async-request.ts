import type { Principal } from "../iam/authorizer";

/** An asynchronous invocation that another service asks for. */
export interface AsyncRequest {
  /** ARN of the function. */
  readonly functionArn: string;
  /** The event, JSON. */
  readonly payload: string;
  /** Who asks. */
  readonly principal: Principal;
  /** Condition keys of the call: `aws:SourceArn`, `aws:SourceAccount`. */
  readonly context: Readonly<Record<string, string>>;
}
