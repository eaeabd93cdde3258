import type * as sdk from "@aws-sdk/client-iot";
import { isAwsMetric } from "../../../../lib/detect/metrics";
import { checkConstraints } from "../../../wire/constraints";
import { iotPage } from "../../iot/checks";
import { invalidRequest } from "../../iot/errors";
import type { DetectStore } from "../store";
import { spanOf } from "../time-span";
import { defined } from "./definitions";

/** Models of a page, and most of them. Source: AWS IoT API Reference, `GetBehaviorModelTrainingSummaries` (maxResults). */
const MODELS = 10;

/** A metric of AWS, or one that is defined (assumed; the action has a ResourceNotFoundException). */
function checkMetric({ customMetrics }: DetectStore, metric: string): void {
  if (isAwsMetric(metric)) return;
  if (metric.startsWith("aws:")) throw invalidRequest(`Invalid metric ${metric}`);
  defined(customMetrics, metric);
}

/**
 * Lists what a metric was for a thing, oldest first (assumed); nothing of a metric that no profile watches or retains.
 *
 * Source: AWS IoT API Reference, `ListMetricValues`.
 */
export function listMetricValues(store: DetectStore, request: sdk.ListMetricValuesRequest) {
  const { thingName = "", metricName = "", dimensionName, dimensionValueOperator: operator } = request;
  const { from, to } = spanOf(request);
  checkMetric(store, metricName);
  if (dimensionName !== undefined) defined(store.dimensions, dimensionName);
  if (dimensionName === undefined && operator !== undefined)
    throw invalidRequest("dimensionValueOperator needs dimensionName.");
  const scope = dimensionName === undefined ? undefined : { dimensionName, operator };
  const { items, nextToken } = iotPage(store.history.of(thingName, metricName, scope, from, to), request);
  return {
    // The SDK's types are the mutable siblings of ours.
    metricDatumList: items.map(({ at, value }) => ({
      timestamp: new Date(at),
      value: value as sdk.MetricValue,
    })),
    nextToken,
  } satisfies sdk.ListMetricValuesResponse;
}

/**
 * Lists the models of ML Detect, one for each of its behaviors. The sandbox trains none: they are always yet to be built.
 *
 * Source: AWS IoT API Reference, `BehaviorModelTrainingSummary`.
 */
export function getBehaviorModelTrainingSummaries(
  store: DetectStore,
  { securityProfileName, maxResults, nextToken }: sdk.GetBehaviorModelTrainingSummariesRequest,
) {
  checkConstraints({ maxResults }, { maxResults: { min: 1, max: MODELS } }, invalidRequest);
  const profiles =
    securityProfileName === undefined ? [...store.profiles.values()] : [store.profile(securityProfileName)];
  const models = profiles.flatMap(({ name, creationDate, settings }): sdk.BehaviorModelTrainingSummary[] =>
    settings.behaviors
      .filter(({ criteria }) => criteria?.mlDetectionConfig)
      .map((behavior) => ({
        securityProfileName: name,
        behaviorName: behavior.name,
        trainingDataCollectionStartDate: creationDate,
        modelStatus: "PENDING_BUILD",
        datapointsCollectionPercentage: 0,
      })),
  );
  const page = iotPage(models, { maxResults, nextToken }, MODELS);
  return {
    summaries: page.items,
    nextToken: page.nextToken,
  } satisfies sdk.GetBehaviorModelTrainingSummariesResponse;
}
