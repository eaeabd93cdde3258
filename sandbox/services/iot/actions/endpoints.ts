import type { DescribeEndpointRequest, DescribeEndpointResponse } from "@aws-sdk/client-iot";
import { invalidRequest } from "../errors";
import type { IotStore } from "../store";

/** Hosts that DescribeEndpoint may be asked for. Source: API Reference, "DescribeEndpoint". */
const ENDPOINT_TYPES: readonly string[] = ["iot:Data", "iot:Data-ATS", "iot:CredentialProvider", "iot:Jobs"];

/** The sandbox's own host and port stand for every kind of endpoint. */
export function describeEndpoint({ env }: IotStore, request: DescribeEndpointRequest) {
  const { endpointType = "iot:Data" } = request;
  if (!ENDPOINT_TYPES.includes(endpointType)) throw invalidRequest(`Invalid endpoint type ${endpointType}`);
  return { endpointAddress: new URL(env.endpoint).host } satisfies DescribeEndpointResponse;
}
