import type * as sdk from "@aws-sdk/client-iot";
import { iotPage } from "../../iot/checks";
import { alreadyExists, invalidRequest } from "../../iot/errors";
import type { Dimension } from "../records";
import type { DetectStore } from "../store";
import { defined, definitionOf, isUsed } from "./definitions";

/** Source: AWS IoT API Reference, `CreateDimension` (stringValues). */
function checkValues(values: readonly string[] = []): readonly string[] {
  const isOne = (value: string) => value.length >= 1 && value.length <= 256;
  if (values.length >= 1 && values.length <= 100 && values.every(isOne)) return values;
  throw invalidRequest("A dimension has 1 to 100 values of 1 to 256 characters each");
}

const described = (dimension: Dimension) =>
  ({
    name: dimension.name,
    arn: dimension.arn,
    type: dimension.type,
    stringValues: [...dimension.values],
    creationDate: dimension.creationDate,
    lastModifiedDate: dimension.lastModifiedDate,
  }) satisfies sdk.DescribeDimensionResponse;

/** Defines a set of topics. Source: AWS IoT API Reference, `CreateDimension`. */
export function createDimension(store: DetectStore, request: sdk.CreateDimensionRequest) {
  const { name = "", type, stringValues, clientRequestToken: token, tags } = request;
  if (type !== "TOPIC_FILTER") throw invalidRequest(`Invalid dimension type ${type}`);
  const values = checkValues(stringValues);
  const there = store.dimensions;
  const { existing, definition } = definitionOf(store, there, { kind: "dimension", name, token, tags });
  // A token serves one dimension (API Reference, `CreateDimension`, clientRequestToken).
  const other = [...there.values()].find((one) => one.token === token);
  if (other && !existing)
    throw alreadyExists(`The token of dimension ${other.name} is given`, other.name, other.arn);
  const dimension = existing ?? { ...definition, type, values };
  there.set(name, dimension);
  return { name, arn: dimension.arn } satisfies sdk.CreateDimensionResponse;
}

/** Describes a dimension. */
export const describeDimension = (store: DetectStore, { name }: sdk.DescribeDimensionRequest) =>
  described(defined(store.dimensions, name));

/** Gives a dimension other values. */
export function updateDimension(store: DetectStore, request: sdk.UpdateDimensionRequest) {
  const dimension = defined(store.dimensions, request.name);
  dimension.values = checkValues(request.stringValues);
  dimension.lastModifiedDate = store.env.clock.date();
  return described(dimension);
}

/** Deletes a dimension; one that is not there is no error. One that a profile uses stays (assumed). */
export function deleteDimension(store: DetectStore, { name = "" }: sdk.DeleteDimensionRequest) {
  if (isUsed(store, (use) => use.metricDimension?.dimensionName === name)) {
    throw invalidRequest(`Dimension ${name} is used by a security profile`);
  }
  store.dimensions.delete(name);
  return {};
}

/** Lists the names of dimensions. */
export function listDimensions(store: DetectStore, request: sdk.ListDimensionsRequest) {
  const { items, nextToken } = iotPage([...store.dimensions.keys()], request);
  return { dimensionNames: items, nextToken } satisfies sdk.ListDimensionsResponse;
}
