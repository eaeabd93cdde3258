import type { AlarmQueueArgs } from "../alarm-queue";
import type { AlertTopicArgs } from "../alert-topic";
import type { CallbackLambdaArgs } from "../callback-lambda";
import type { LedgerArgs } from "../ledger";
import type { NotificationsArgs } from "../notifications";
import type { QuarantineGroupArgs } from "../quarantine-group";
import type { ReconcileArgs } from "../reconcile";
import type { RestrictivePolicyArgs } from "../restrictive-policy";
import type { SecurityProfileSpec } from "./security-profiles";

/** The stack's config, checked and complete: what each component is to be told. */
export interface ProgramConfig {
  /** The security profiles, at least one, all named. */
  readonly profiles: readonly SecurityProfileSpec[];
  /** Managed policy that bounds the stack's roles, its name or its ARN; absent for none. */
  readonly permissionsBoundary?: string;
  /** For the alert topic. */
  readonly alertTopic: Omit<AlertTopicArgs, "stack" | "scope" | "permissionsBoundaryArn">;
  /** For the queue of alarms. */
  readonly alarmQueue: Omit<AlarmQueueArgs, "stack" | "scope" | "topicArn">;
  /** For the notifications. */
  readonly notifications: Omit<NotificationsArgs, "stack" | "scope">;
  /** For the quarantine group. */
  readonly quarantineGroup: Omit<QuarantineGroupArgs, "stack">;
  /** For the ledger. */
  readonly ledger: Omit<LedgerArgs, "stack">;
  /** For the restrictive policy. */
  readonly restrictivePolicy: Pick<RestrictivePolicyArgs, "policyName" | "allows" | "protect">;
  /** For the callback function. */
  readonly callbackLambda: Omit<
    CallbackLambdaArgs,
    "stack" | "scope" | "permissionsBoundaryArn" | "code" | "alarmQueueArn" | "iotDataEndpoint"
  >;
  /** For the function that reconciles. */
  readonly reconcile: Omit<
    ReconcileArgs,
    "stack" | "scope" | "permissionsBoundaryArn" | "code" | "alarmQueueUrl" | "iotDataEndpoint"
  >;
}
