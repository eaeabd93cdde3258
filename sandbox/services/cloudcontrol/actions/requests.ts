import type * as sdk from "@aws-sdk/client-cloudcontrol";
import { cloudControlPage } from "../page";
import type { CloudControlStore } from "../store";

/** GetResourceRequestStatus. */
export function getResourceRequestStatus(
  { requests }: CloudControlStore,
  input: sdk.GetResourceRequestStatusInput,
) {
  const ProgressEvent = requests.status(input.RequestToken ?? "");
  return { ProgressEvent } satisfies sdk.GetResourceRequestStatusOutput;
}

/** ListResourceRequests. */
export function listResourceRequests({ requests }: CloudControlStore, input: sdk.ListResourceRequestsInput) {
  const { Operations, OperationStatuses } = input.ResourceRequestStatusFilter ?? {};
  const found = requests
    .list()
    .filter(
      ({ Operation, OperationStatus }) =>
        (!Operations || (Operation && Operations.includes(Operation))) &&
        (!OperationStatuses || (OperationStatus && OperationStatuses.includes(OperationStatus))),
    );
  const { items, rest } = cloudControlPage(found, input);
  return { ResourceRequestStatusSummaries: items, ...rest } satisfies sdk.ListResourceRequestsOutput;
}
