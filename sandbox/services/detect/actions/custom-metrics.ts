import * as sdk from "@aws-sdk/client-iot";
import { iotPage } from "../../iot/checks";
import { invalidRequest } from "../../iot/errors";
import { checkPlainText } from "../profile-checks";
import type { CustomMetric } from "../records";
import type { DetectStore } from "../store";
import { defined, definitionOf, isUsed } from "./definitions";

const described = (metric: CustomMetric) =>
  ({
    metricName: metric.name,
    metricArn: metric.arn,
    metricType: metric.type,
    displayName: metric.displayName,
    creationDate: metric.creationDate,
    lastModifiedDate: metric.lastModifiedDate,
  }) satisfies sdk.DescribeCustomMetricResponse;

/** Source: AWS IoT API Reference, `CreateCustomMetric` (displayName). */
const checkDisplayName = (displayName: string | undefined) => checkPlainText("displayName", displayName, 128);

/** Defines a metric that devices report. Source: AWS IoT API Reference, `CreateCustomMetric`. */
export function createCustomMetric(store: DetectStore, request: sdk.CreateCustomMetricRequest) {
  const { metricName = "", metricType: type, displayName, clientRequestToken: token, tags } = request;
  if (metricName.startsWith("aws:"))
    throw invalidRequest("The name of a custom metric cannot begin with aws:");
  if (type === undefined || !Object.values(sdk.CustomMetricType).includes(type)) {
    throw invalidRequest(`Invalid metric type ${type}`);
  }
  checkDisplayName(displayName);
  const there = store.customMetrics;
  const { existing, definition } = definitionOf(store, there, {
    ...{ kind: "custommetric", name: metricName, token, tags },
  });
  const metric = existing ?? { ...definition, type, displayName };
  there.set(metricName, metric);
  return { metricName, metricArn: metric.arn } satisfies sdk.CreateCustomMetricResponse;
}

/** Describes a custom metric. */
export const describeCustomMetric = (store: DetectStore, { metricName }: sdk.DescribeCustomMetricRequest) =>
  described(defined(store.customMetrics, metricName));

/** Gives a custom metric another display name; nothing else of it can change. */
export function updateCustomMetric(store: DetectStore, request: sdk.UpdateCustomMetricRequest) {
  checkDisplayName(request.displayName);
  const metric = defined(store.customMetrics, request.metricName);
  metric.displayName = request.displayName;
  metric.lastModifiedDate = store.env.clock.date();
  return described(metric);
}

/**
 * Deletes a custom metric that no profile watches or retains.
 *
 * Source: AWS IoT API Reference, `DeleteCustomMetric`: it must first be removed from all security profiles.
 */
export function deleteCustomMetric(store: DetectStore, { metricName = "" }: sdk.DeleteCustomMetricRequest) {
  if (isUsed(store, (use) => use.metric === metricName)) {
    throw invalidRequest(`Custom metric ${metricName} is used by a security profile`);
  }
  store.customMetrics.delete(metricName);
  return {};
}

/** Lists the names of custom metrics. */
export function listCustomMetrics(store: DetectStore, request: sdk.ListCustomMetricsRequest) {
  const { items, nextToken } = iotPage([...store.customMetrics.keys()], request);
  return { metricNames: items, nextToken } satisfies sdk.ListCustomMetricsResponse;
}
