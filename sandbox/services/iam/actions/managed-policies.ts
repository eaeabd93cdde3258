import type * as sdk from "@aws-sdk/client-iam";
import { globalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagItems, tagPairs } from "../../../wire/tags";
import { checkManagedDocument, iamPage, managedPolicyOf, wholeSeconds } from "../checks";
import { alreadyExists, deleteConflict, invalidInput } from "../errors";
import { randomId } from "../ids";
import type { IamStore, ManagedPolicy } from "../store";

const attachmentsOf = (store: IamStore, arn: string) =>
  [...store.roles.values()].filter(({ attachedPolicies }) => attachedPolicies.has(arn)).length;

const boundedBy = (store: IamStore, arn: string) =>
  [...store.roles.values()].filter(({ permissionsBoundary }) => permissionsBoundary === arn).length;

/** A policy as listings have it. */
const summaryOf = (store: IamStore, policy: ManagedPolicy) =>
  ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion.id,
    AttachmentCount: attachmentsOf(store, policy.arn),
    PermissionsBoundaryUsageCount: boundedBy(store, policy.arn),
    IsAttachable: true,
    CreateDate: policy.createDate,
    UpdateDate: policy.versions[0]?.createDate ?? policy.createDate,
  }) satisfies sdk.Policy;

const detailOf = (store: IamStore, policy: ManagedPolicy) =>
  ({
    ...summaryOf(store, policy),
    ...(policy.description !== undefined && { Description: policy.description }),
    Tags: tagItems(policy.tags),
  }) satisfies sdk.Policy;

/** Makes a customer managed policy. */
export function createPolicy(store: IamStore, request: sdk.CreatePolicyRequest, call: Call) {
  const { PolicyName: name = "", Path: path = "/", PolicyDocument: document = "" } = request;
  if ([...store.policies.values()].some((policy) => policy.name === name)) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  checkManagedDocument(document);
  const createDate = wholeSeconds(call.date);
  const version = { id: "v1", document, createDate };
  const policy: ManagedPolicy = {
    name,
    path,
    id: `ANPA${randomId(17)}`,
    arn: globalArn(store.env, "iam", `policy${path}${name}`),
    createDate,
    defaultVersion: version,
    versions: [version],
    versionsMade: 1,
    ...(request.Description !== undefined && { description: request.Description }),
    tags: mergeTags(new Map(), tagPairs(request.Tags), invalidInput),
  };
  store.policies.set(policy.arn, policy);
  return { Policy: detailOf(store, policy) } satisfies sdk.CreatePolicyResponse;
}

/** Shows a managed policy. */
export function getPolicy(store: IamStore, request: sdk.GetPolicyRequest) {
  return {
    Policy: detailOf(store, managedPolicyOf(store, request.PolicyArn)),
  } satisfies sdk.GetPolicyResponse;
}

/** Lists managed policies; of AWS's own there are none. */
export function listPolicies(store: IamStore, request: sdk.ListPoliciesRequest) {
  const { OnlyAttached = false, PathPrefix = "/", PolicyUsageFilter: usage, Scope = "All" } = request;
  const isUsed = {
    PermissionsPolicy: ({ arn }: ManagedPolicy) => attachmentsOf(store, arn) > 0,
    PermissionsBoundary: ({ arn }: ManagedPolicy) => boundedBy(store, arn) > 0,
  };
  const wanted = [...store.policies.values()].filter(
    (policy) =>
      Scope !== "AWS" &&
      policy.path.startsWith(PathPrefix) &&
      (!OnlyAttached || isUsed.PermissionsPolicy(policy)) &&
      (usage === undefined || isUsed[usage](policy)),
  );
  const { items, rest } = iamPage(wanted, request);
  return {
    Policies: items.map((policy) => summaryOf(store, policy)),
    ...rest,
  } satisfies sdk.ListPoliciesResponse;
}

/** Deletes a managed policy that is attached to nothing, and bounds nothing. */
export function deletePolicy(store: IamStore, request: sdk.DeletePolicyRequest): void {
  const { arn, versions } = managedPolicyOf(store, request.PolicyArn);
  if (attachmentsOf(store, arn) + boundedBy(store, arn) > 0) {
    throw deleteConflict("Cannot delete a policy attached to entities.");
  }
  if (versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  store.policies.delete(arn);
}
