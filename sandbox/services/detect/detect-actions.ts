import { bindActions } from "../../wire/bind-actions";
import * as customMetrics from "./actions/custom-metrics";
import * as dimensions from "./actions/dimensions";
import * as metricValues from "./actions/metric-values";
import * as targets from "./actions/profile-targets";
import * as profiles from "./actions/security-profiles";
import * as violations from "./actions/violations";
import type { DetectStore } from "./store";

/** Device Defender Detect's actions, which are part of the service `iot`. */
export const detectActions = (store: DetectStore) =>
  bindActions(store, profiles, targets, violations, customMetrics, dimensions, metricValues);
