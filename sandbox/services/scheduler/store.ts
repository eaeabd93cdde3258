import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { regionalArn } from "../../../lib/aws/arns";
import type { Cancel } from "../../clock/virtual-clock";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Principal } from "../iam/authorizer";
import type { AsyncRequest } from "../lambda/async-request";
import type { DeliveryOutcome, QueueDelivery } from "../sqs/store";
import { notFound } from "./errors";
import { intervalOf } from "./rate";

/** What a schedule's creator sets, but for its name and group. */
export type ScheduleSettings = Omit<CreateScheduleInput, "Name" | "GroupName" | "ClientToken">;

/** A schedule of the default group, the only one here. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  lastModificationDate: Date;
  settings: ScheduleSettings;
  /** Ends its timer. */
  cancel: Cancel;
}

/** What Scheduler needs of the services around it. */
export interface SchedulerPorts {
  /** Who takes on which role. */
  readonly roles: {
    /** @throws AwsError - the role's trust does not let the service in. */
    assumeRole(roleArn: string, serviceName: string, context: Readonly<Record<string, string>>): Principal;
  };
  /** Where functions are invoked. */
  readonly functions: { invokeAsync(request: AsyncRequest): DeliveryOutcome };
  /** Where what could not be delivered goes. */
  readonly queues: { deliver(delivery: QueueDelivery): DeliveryOutcome };
}

export const DEFAULT_GROUP = "default";
const SERVICE = "scheduler.amazonaws.com";
/** "All schedule types invoke their targets with 60 second precision": here at the last moment, after all that made it. */
const PRECISION_MS = 60_000;

/**
 * Schedules, and what they invoke: Lambda functions, as the schedule's role, in virtual time. A target that refuses is not
 * tried again, as only errors of AWS itself are, which do not happen here; the event goes to the dead-letter queue.
 *
 * Source: EventBridge Scheduler User Guide, "Schedule types", "Configuring a schedule's dead-letter queue".
 */
export class SchedulerStore {
  readonly env: Environment;
  readonly schedules = new Map<string, Schedule>();
  readonly #ports: SchedulerPorts;

  constructor(env: Environment, ports: SchedulerPorts) {
    this.env = env;
    this.#ports = ports;
  }

  /** The schedule of a name. @throws AwsError - `ResourceNotFoundException`. */
  get(name: string | undefined, group = DEFAULT_GROUP): Schedule {
    if (group !== DEFAULT_GROUP) throw notFound(`Schedule group ${group} does not exist.`);
    const schedule = this.schedules.get(name ?? "");
    if (!schedule) throw notFound(`Schedule ${name} does not exist.`);
    return schedule;
  }

  /** Takes on a schedule's role. The source is the group, of all schedules in it. @throws AwsError - it may not. */
  assume(roleArn: string | undefined): Principal {
    const group = regionalArn(this.env, "scheduler", `schedule-group/${DEFAULT_GROUP}`);
    const context = { "aws:SourceAccount": this.env.account, "aws:SourceArn": group };
    return this.#ports.roles.assumeRole(roleArn ?? "", SERVICE, context);
  }

  /** Gives a schedule its settings, and its next invocation, which counts from now or from its start. */
  arm(schedule: Schedule, settings: ScheduleSettings): void {
    schedule.cancel();
    schedule.settings = settings;
    schedule.lastModificationDate = this.env.clock.date();
    const interval = intervalOf(settings.ScheduleExpression ?? "");
    if (interval === undefined || settings.State === "DISABLED") return;
    const start = Math.max(this.env.clock.now(), settings.StartDate?.getTime() ?? 0);
    this.#schedule(schedule, start + PRECISION_MS, interval);
  }

  #schedule(schedule: Schedule, at: number, interval: number): void {
    const end = schedule.settings.EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
    if (at > end) return;
    schedule.cancel = this.env.clock.schedule(at, () => {
      this.#schedule(schedule, at + interval, interval);
      this.#invoke(schedule);
    });
  }

  #invoke({ arn, settings: { Target } }: Schedule): void {
    const payload = Target?.Input ?? "";
    const fault = this.#attempt(Target?.Arn ?? "", Target?.RoleArn, payload);
    if (fault === undefined) return;
    const queueArn = Target?.DeadLetterConfig?.Arn;
    const letters = queueArn === undefined ? "none" : this.#bury(queueArn, Target?.RoleArn, payload);
    this.env.log(`scheduler: ${arn} did not invoke ${Target?.Arn} (${fault}); dead-letter queue: ${letters}`);
  }

  /** Why a function was not invoked; undefined when it was. */
  #attempt(functionArn: string, roleArn: string | undefined, payload: string): string | undefined {
    const principal = this.#principal(roleArn);
    if (principal === undefined) return "the role cannot be assumed";
    const outcome = this.#ports.functions.invokeAsync({ functionArn, payload, principal, context: {} });
    return outcome === "accepted" ? undefined : outcome;
  }

  #bury(queueArn: string, roleArn: string | undefined, body: string): DeliveryOutcome {
    const principal = this.#principal(roleArn);
    return principal === undefined ? "denied" : this.#ports.queues.deliver({ queueArn, body, principal });
  }

  #principal(roleArn: string | undefined): Principal | undefined {
    try {
      return this.assume(roleArn);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }
}
