import type * as sdk from "@aws-sdk/client-iot";
import type { Cancel } from "../../clock/virtual-clock";
import { AwsError } from "../../wire/aws-error";
import type { Tags } from "../../wire/tags";
import type { TargetedViolation } from "./mitigation-target";
import type { DetectStore } from "./store";

/** An action that tasks apply: it adds things to thing groups, the only kind here. */
export interface MitigationAction {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly creationDate: Date;
  readonly tags: Tags;
  lastModifiedDate: Date;
  /** ARN of the role that it is applied with. */
  roleArn: string;
  params: sdk.AddThingsToThingGroupParams;
}

/** A task that applies actions to violations. */
export interface MitigationTask {
  readonly request: sdk.StartDetectMitigationActionsTaskRequest;
  readonly startTime: Date;
  /** As they were when the task began. */
  readonly actions: readonly MitigationAction[];
  readonly violations: readonly TargetedViolation[];
  status: sdk.DetectMitigationActionsTaskStatus;
  endTime?: Date;
  /** Ends its timer. */
  cancel: Cancel;
}

/**
 * Adds a thing to a group as the role of an action.
 *
 * @throws AwsError if the role cannot be taken on, may not do it, or the registry refuses.
 */
export type Mitigator = (
  action: Pick<MitigationAction, "arn" | "roleArn">,
  request: sdk.AddThingToThingGroupRequest,
) => void;

/** Virtual time of each violation: as many a second as `AddThingToThingGroup` is called (General Reference). */
const STEP_MS = 10;

/** Mitigation actions, and the tasks that apply them to violations of Detect, in virtual time. */
export class MitigationStore {
  readonly detect: DetectStore;
  /** By name. */
  readonly actions = new Map<string, MitigationAction>();
  /** By id. */
  readonly tasks = new Map<string, MitigationTask>();
  /** What became of each action on each violation, oldest first. */
  readonly executions: (sdk.DetectMitigationActionExecution & { readonly executionStartDate: Date })[] = [];
  readonly #mitigate: Mitigator;

  constructor(detect: DetectStore, mitigate: Mitigator) {
    this.detect = detect;
    this.#mitigate = mitigate;
  }

  /** Begins a task with the violation at an index, the first one if none is given. */
  run(task: MitigationTask, index = 0): void {
    const { clock } = this.detect.env;
    task.cancel = clock.schedule(clock.now() + STEP_MS, () => {
      const violation = task.violations[index];
      if (violation) this.#apply(task, violation);
      if (index + 1 < task.violations.length) this.run(task, index + 1);
      else this.#end(task);
    });
  }

  #end(task: MitigationTask): void {
    const failed = this.executionsOf(task).some(({ status }) => status === "FAILED");
    task.status = failed ? "FAILED" : "SUCCESSFUL";
    task.endTime = this.detect.env.clock.date();
  }

  /** What a task has done so far. */
  executionsOf({ request }: MitigationTask) {
    return this.executions.filter(({ taskId }) => taskId === request.taskId);
  }

  /** Tags of an action, to be read and changed; `undefined` for any other ARN. */
  tagsOf(arn: string): Tags | undefined {
    return [...this.actions.values()].find((action) => action.arn === arn)?.tags;
  }

  /**
   * In the order given; what comes after one that failed is skipped for this violation.
   *
   * Source: AWS IoT Device Defender Developer Guide, "Mitigation actions", "Apply mitigation actions".
   */
  #apply({ request: { taskId }, actions }: MitigationTask, { violationId, thingName }: TargetedViolation) {
    const now = this.detect.env.clock.date();
    let status: sdk.DetectMitigationActionExecutionStatus = "SUCCESSFUL";
    for (const action of actions) {
      const refusal = status === "SUCCESSFUL" ? this.#refusal(action, thingName) : undefined;
      if (status !== "SUCCESSFUL") status = "SKIPPED";
      else if (refusal) status = "FAILED";
      this.executions.push({
        ...{ taskId, violationId, thingName, status },
        ...{ actionName: action.name, executionStartDate: now, executionEndDate: now },
        ...(refusal && { errorCode: refusal.code, message: refusal.message }),
      });
    }
  }

  #refusal(action: MitigationAction, thingName: string): AwsError | undefined {
    const { thingGroupNames = [], overrideDynamicGroups } = action.params;
    try {
      for (const thingGroupName of thingGroupNames) {
        this.#mitigate(action, { thingName, thingGroupName, overrideDynamicGroups });
      }
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    return undefined;
  }
}
