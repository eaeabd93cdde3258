import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import { invalidRequest } from "../iot/errors";
import * as customMetrics from "./actions/custom-metrics";
import * as dimensions from "./actions/dimensions";
import * as metricValues from "./actions/metric-values";
import * as mitigationActions from "./actions/mitigation-actions";
import * as mitigationTasks from "./actions/mitigation-tasks";
import * as targets from "./actions/profile-targets";
import * as profiles from "./actions/security-profiles";
import * as violations from "./actions/violations";
import { DETECT_CONSTRAINTS } from "./constraints";
import type { MitigationStore } from "./mitigation-store";
import type { DetectStore } from "./store";

/** Device Defender Detect's actions, which are part of the service `iot`. */
export const detectActions = (store: DetectStore) =>
  constrained(
    bindActions(store, profiles, targets, violations, customMetrics, dimensions, metricValues),
    DETECT_CONSTRAINTS,
    invalidRequest,
  );

/** Mitigation of what Detect finds, part of the service `iot` as well. */
export const mitigatingActions = (store: MitigationStore) =>
  constrained(bindActions(store, mitigationActions, mitigationTasks), DETECT_CONSTRAINTS, invalidRequest);
