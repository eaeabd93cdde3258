import * as sdk from "@aws-sdk/client-scheduler";
import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import * as schedules from "./actions/schedules";
import { validation } from "./errors";
import type { SchedulerStore } from "./store";

/** Source: EventBridge Scheduler API Reference, the members of each action. */
const CONSTRAINTS = {
  Name: { pattern: "[0-9a-zA-Z-_.]+", min: 1, max: 64 },
  GroupName: { pattern: "[0-9a-zA-Z-_.]+", min: 1, max: 64 },
  ScheduleExpression: { min: 1, max: 256 },
  Description: { max: 512 },
  State: { oneOf: ["ENABLED", "DISABLED"] },
};

/** Amazon EventBridge Scheduler: schedules of the default group. */
export function schedulerService(store: SchedulerStore): Service {
  return {
    name: "scheduler",
    protocol: "rest-json",
    sdk,
    actions: constrained(bindActions(store, schedules), CONSTRAINTS, validation),
    invalid: validation,
  };
}
