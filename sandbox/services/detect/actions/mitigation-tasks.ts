import type * as sdk from "@aws-sdk/client-iot";
import { DEFENDER_PAGE, iotPage } from "../../iot/checks";
import { existing, invalidRequest, taskAlreadyExists } from "../../iot/errors";
import type { MitigationAction, MitigationStore, MitigationTask } from "../mitigation-store";
import { targetedViolations } from "../mitigation-target";
import { isInSpanOf } from "../time-span";

function actionsOf(store: MitigationStore, names: readonly string[] = []): MitigationAction[] {
  return names.map((name) => {
    const action = store.actions.get(name);
    // The action has no ResourceNotFoundException (API Reference).
    if (!action) throw invalidRequest(`Mitigation action ${name} does not exist`);
    return { ...action };
  });
}

/** Begins to apply actions to violations. Source: API Reference, `StartDetectMitigationActionsTask`. */
export function startDetectMitigationActionsTask(
  store: MitigationStore,
  request: sdk.StartDetectMitigationActionsTaskRequest,
) {
  const { taskId = "", clientRequestToken } = request;
  const tasks = [...store.tasks.values()];
  if (
    store.tasks.has(taskId) ||
    tasks.some((task) => task.request.clientRequestToken === clientRequestToken)
  ) {
    throw taskAlreadyExists(`Task ${taskId} or its clientRequestToken already exists`);
  }
  const task: MitigationTask = {
    request,
    startTime: store.detect.env.clock.date(),
    actions: actionsOf(store, request.actions),
    violations: targetedViolations(store.detect, request),
    status: "IN_PROGRESS",
    cancel: () => undefined,
  };
  store.tasks.set(taskId, task);
  store.run(task);
  return { taskId } satisfies sdk.StartDetectMitigationActionsTaskResponse;
}

function summaryOf(store: MitigationStore, task: MitigationTask): sdk.DetectMitigationActionsTaskSummary {
  const { request, actions, status, startTime, endTime } = task;
  const executions = store.executionsOf(task);
  const count = (wanted: sdk.DetectMitigationActionExecutionStatus) =>
    executions.filter((execution) => execution.status === wanted).length;
  return {
    taskId: request.taskId,
    taskStatus: status,
    taskStartTime: startTime,
    ...(endTime && { taskEndTime: endTime }),
    target: request.target,
    violationEventOccurrenceRange: request.violationEventOccurrenceRange,
    onlyActiveViolationsIncluded: request.includeOnlyActiveViolations ?? false,
    suppressedAlertsIncluded: request.includeSuppressedAlerts ?? false,
    actionsDefinition: actions.map(({ name, id, roleArn, params }) => ({
      ...{ name, id, roleArn, actionParams: { addThingsToThingGroupParams: params } },
    })),
    taskStatistics: {
      actionsExecuted: count("SUCCESSFUL"),
      actionsSkipped: count("SKIPPED"),
      actionsFailed: count("FAILED"),
    },
  };
}

const taskOf = ({ tasks }: MitigationStore, taskId = "") => existing(tasks.get(taskId), `Task ${taskId}`);

/** Describes a task with what it has done so far. */
export const describeDetectMitigationActionsTask = (
  store: MitigationStore,
  { taskId }: sdk.DescribeDetectMitigationActionsTaskRequest,
) =>
  ({
    taskSummary: summaryOf(store, taskOf(store, taskId)),
  }) satisfies sdk.DescribeDetectMitigationActionsTaskResponse;

/** Lists the tasks that began in a span of time, both ends included, oldest first (assumed). */
export function listDetectMitigationActionsTasks(
  store: MitigationStore,
  request: sdk.ListDetectMitigationActionsTasksRequest,
) {
  const isInSpan = isInSpanOf(request);
  const found = [...store.tasks.values()].filter(({ startTime }) => isInSpan(startTime.getTime()));
  const page = iotPage(found, request, DEFENDER_PAGE);
  return {
    tasks: page.items.map((task) => summaryOf(store, task)),
    nextToken: page.nextToken,
  } satisfies sdk.ListDetectMitigationActionsTasksResponse;
}

/** Lists what became of each action on each violation: of a task, or of a span of time, oldest first (assumed). */
export function listDetectMitigationActionsExecutions(
  store: MitigationStore,
  request: sdk.ListDetectMitigationActionsExecutionsRequest,
) {
  const { taskId, violationId, thingName, startTime, endTime } = request;
  const hasSpan = startTime !== undefined && endTime !== undefined;
  if (taskId === undefined ? !hasSpan : startTime !== undefined || endTime !== undefined) {
    throw invalidRequest("Either startTime and endTime or taskId must be given, but not both.");
  }
  const isInSpan = hasSpan ? isInSpanOf(request) : () => true;
  const found = store.executions.filter(
    (execution) =>
      execution.taskId === (taskId ?? execution.taskId) &&
      execution.violationId === (violationId ?? execution.violationId) &&
      execution.thingName === (thingName ?? execution.thingName) &&
      isInSpan(execution.executionStartDate.getTime()),
  );
  const page = iotPage(found, request, DEFENDER_PAGE);
  return {
    actionsExecutions: page.items,
    nextToken: page.nextToken,
  } satisfies sdk.ListDetectMitigationActionsExecutionsResponse;
}

/**
 * Keeps a task from going on; what it has done stays done, and one that has ended cannot be canceled.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Mitigation actions", "Apply mitigation actions".
 */
export function cancelDetectMitigationActionsTask(
  store: MitigationStore,
  { taskId }: sdk.CancelDetectMitigationActionsTaskRequest,
) {
  const task = taskOf(store, taskId);
  if (task.status !== "IN_PROGRESS") throw invalidRequest(`Task ${taskId} is ${task.status} already`);
  task.cancel();
  task.status = "CANCELED";
  task.endTime = store.detect.env.clock.date();
  return {};
}
