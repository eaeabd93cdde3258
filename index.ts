import * as pulumi from "@pulumi/pulumi";
import { AlarmQueue } from "./infra/alarm-queue";
import { AlertTopic } from "./infra/alert-topic";
import { readAwsCredentials } from "./infra/aws-credentials";
import { lookUpSurroundings } from "./infra/aws-scope";
import { buildFunctionCode } from "./infra/callback-code";
import { CallbackLambda } from "./infra/callback-lambda";
import { readConfig } from "./infra/config/config";
import { DefenderProfile } from "./infra/defender-profile";
import { groupRenameHook } from "./infra/group-rename";
import { Ledger } from "./infra/ledger";
import { nameTakenHook } from "./infra/name-taken";
import { Notifications } from "./infra/notifications";
import { boundaryOf } from "./infra/permissions-boundary";
import { QuarantineGroup } from "./infra/quarantine-group";
import { Reconcile } from "./infra/reconcile";
import { RestrictivePolicy } from "./infra/restrictive-policy";
import { regionalArn, roleArn } from "./lib/aws/arns";

/** Whether a config value is encrypted. The SDK has the function, but keeps it out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/** Makes the loop of detection, alarm and quarantine, and answers the stack's outputs. */
export = async () => {
  const stack = pulumi.getStack();
  const identity = { project: pulumi.getProject(), stack };
  const config = readConfig(pulumi.runtime.allConfig(), identity, isConfigSecret);
  const [{ scope, iotDataEndpoint }, code] = await Promise.all([lookUpSurroundings(), buildFunctionCode()]);
  const common = { stack, scope };
  const roles = { ...common, ...boundaryOf(scope, config.permissionsBoundary) };
  const access = { scope, credentials: readAwsCredentials() };
  const hooks = { beforeCreate: [nameTakenHook(stack, access)] };

  const group = new QuarantineGroup(
    "quarantine-group",
    { stack, ...config.quarantineGroup },
    { hooks: { ...hooks, beforeUpdate: [groupRenameHook(access)] } },
  );
  // Where the group is somebody else's, nothing at all is made.
  const afterGroup = { hooks, dependsOn: group };
  const alerts = new AlertTopic("alert-topic", { ...roles, ...config.alertTopic }, afterGroup);
  const alarmArgs = { ...common, ...config.alarmQueue, topicArn: alerts.topicArn };
  const alarms = new AlarmQueue("alarm-queue", alarmArgs, afterGroup);
  const noticeArgs = { ...common, ...config.notifications };
  const notifications = new Notifications("notifications", noticeArgs, afterGroup);
  const ledger = new Ledger("ledger", { stack, ...config.ledger }, { dependsOn: group });
  const args = { ...common, ...config.restrictivePolicy, groupArn: group.groupArn };
  const policy = new RestrictivePolicy("restrictive-policy", args);
  // The queue hides messages for long enough, and the ledger is there, before the first alarm. A group of another name is
  // there, and fenced off, before the functions may and do use it; one that must not get it leaves them as they are.
  const afterAll = { dependsOn: [group, policy, ledger, alarms] };
  const acting = { ...roles, iotDataEndpoint };
  const callbackArgs = { ...acting, ...config.callbackLambda, alarmQueueArn: alarms.queueArn };
  const callback = new CallbackLambda("callback-lambda", { ...callbackArgs, code: code.callback }, afterAll);
  const reconcileArgs = { ...acting, ...config.reconcile, alarmQueueUrl: alarms.queueUrl };
  const reconcile = new Reconcile("reconcile", { ...reconcileArgs, code: code.reconcile }, afterAll);
  const detection = new DefenderProfile(
    "defender-profile",
    {
      ...common,
      credentials: access.credentials,
      profiles: config.profiles,
      alertTopicArn: regionalArn(scope, "sns", config.alertTopic.topicName),
      alertRoleArn: roleArn(scope, config.alertTopic.roleName),
    },
    { hooks, dependsOn: [alerts, alarms, group, ledger, policy, callback, reconcile, notifications] },
  );

  return {
    securityProfiles: detection.securityProfiles,
    alertTopicArn: alerts.topicArn,
    quarantineGroupName: group.groupName,
    quarantineGroupArn: group.groupArn,
    restrictivePolicyName: policy.policyName,
    callbackFunctionName: callback.functionName,
    callbackLogGroupName: callback.logGroupName,
    reconcileFunctionName: reconcile.functionName,
    alarmsQueueUrl: alarms.queueUrl,
    alarmsDeadLetterQueueUrl: alarms.deadLetterQueueUrl,
    alarmsMappingId: callback.mappingId,
    ledgerTableName: ledger.tableName,
    notificationTopicArn: notifications.topicArn,
    responses: config.callbackLambda.responses,
    iotDataEndpoint,
  };
};
