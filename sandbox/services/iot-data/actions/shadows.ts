import type * as sdk from "@aws-sdk/client-iot-data-plane";
import { REGISTRY_NAME } from "../../../../lib/aws/names";
import { pageOf } from "../../../wire/pagination";
import type { Call } from "../../../wire/service";
import type { DataPlane } from "../data-plane";
import { fromShadowError, invalidRequest } from "../errors";
import { ShadowError } from "../shadow-error";
import type { ShadowId } from "../shadow-store";

// Patterns and the page size: AWS IoT API Reference, the parameters of each action.
const SHADOW_NAME = /^[$a-zA-Z0-9:_-]{1,64}$/;
const LARGEST_PAGE = 100;

function checkName(member: string, value: string, pattern: RegExp): void {
  if (!pattern.test(value)) throw invalidRequest(`Invalid ${member}: '${value}'`);
}

function idOf({ thingName = "", shadowName }: sdk.GetThingShadowRequest): ShadowId {
  checkName("thingName", thingName, REGISTRY_NAME);
  if (shadowName === undefined) return { thingName };
  checkName("shadowName", shadowName, SHADOW_NAME);
  return { thingName, shadowName };
}

function answered(run: () => Uint8Array): { payload: Uint8Array } {
  try {
    return { payload: run() };
  } catch (error) {
    throw error instanceof ShadowError ? fromShadowError(error) : error;
  }
}

/** GetThingShadow. */
export function getThingShadow({ shadows }: DataPlane, request: sdk.GetThingShadowRequest) {
  const id = idOf(request);
  return answered(() => shadows.get(id)) satisfies sdk.GetThingShadowResponse;
}

/** UpdateThingShadow. */
export function updateThingShadow({ shadows }: DataPlane, request: sdk.UpdateThingShadowRequest) {
  const id = idOf(request);
  const payload = request.payload ?? new Uint8Array();
  return answered(() => shadows.update(id, payload)) satisfies sdk.UpdateThingShadowResponse;
}

/** DeleteThingShadow. */
export function deleteThingShadow({ shadows }: DataPlane, request: sdk.DeleteThingShadowRequest) {
  const id = idOf(request);
  return answered(() => shadows.delete(id)) satisfies sdk.DeleteThingShadowResponse;
}

/** ListNamedShadowsForThing. A thing without named shadows, registered or not, has an empty list (assumed). */
export function listNamedShadowsForThing(
  { shadows }: DataPlane,
  request: sdk.ListNamedShadowsForThingRequest,
  call: Call,
) {
  const { thingName } = idOf(request);
  const { items, nextToken } = pageOf(shadows.namesOf(thingName), {
    size: request.pageSize,
    member: "pageSize",
    token: request.nextToken,
    largest: LARGEST_PAGE,
    invalid: invalidRequest,
  });
  return {
    results: items,
    timestamp: Math.floor(call.date.getTime() / 1000),
    ...(nextToken !== undefined && { nextToken }),
  } satisfies sdk.ListNamedShadowsForThingResponse;
}
