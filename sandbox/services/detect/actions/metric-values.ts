import type {
  GetBehaviorModelTrainingSummariesRequest,
  GetBehaviorModelTrainingSummariesResponse,
  ListMetricValuesRequest,
  ListMetricValuesResponse,
  MetricValue as SdkMetricValue,
} from "@aws-sdk/client-iot";
import { iotPage } from "../../iot/checks";
import { invalidRequest } from "../../iot/errors";
import type { DetectStore } from "../store";

/**
 * Lists what a metric was for a thing, oldest first (assumed); nothing of a metric that no profile watches or retains.
 *
 * Source: AWS IoT API Reference, `ListMetricValues`.
 */
export function listMetricValues(store: DetectStore, request: ListMetricValuesRequest) {
  const { thingName = "", metricName = "", dimensionName, dimensionValueOperator: operator } = request;
  const [from, to] = [request.startTime?.getTime() ?? 0, request.endTime?.getTime() ?? 0];
  if (from > to) throw invalidRequest("startTime must not be after endTime.");
  if (dimensionName === undefined && operator !== undefined)
    throw invalidRequest("dimensionValueOperator needs dimensionName.");
  const scope = dimensionName === undefined ? undefined : { dimensionName, operator };
  const { items, nextToken } = iotPage(store.history.of(thingName, metricName, scope, from, to), request);
  return {
    // The SDK's types are the mutable siblings of ours.
    metricDatumList: items.map(({ at, value }) => ({
      timestamp: new Date(at),
      value: value as SdkMetricValue,
    })),
    nextToken,
  } satisfies ListMetricValuesResponse;
}

/** Lists the models of ML Detect: none, as the sandbox trains none. */
export function getBehaviorModelTrainingSummaries(
  store: DetectStore,
  { securityProfileName }: GetBehaviorModelTrainingSummariesRequest,
) {
  if (securityProfileName !== undefined) store.profile(securityProfileName);
  return { summaries: [] } satisfies GetBehaviorModelTrainingSummariesResponse;
}
