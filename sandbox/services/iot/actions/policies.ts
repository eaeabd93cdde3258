import type * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkPolicyDocument, checkPolicyName, iotPage } from "../checks";
import { alreadyExists, deleteConflict, invalidRequest } from "../errors";
import type { IotStore, Policy } from "../store";

/** Creates a policy with its first version. Unlike a thing, one that exists is always an error. */
export function createPolicy(store: IotStore, request: sdk.CreatePolicyRequest, call: Call) {
  const name = request.policyName ?? "";
  const document = request.policyDocument ?? "";
  checkPolicyName(name);
  const existing = store.policies.get(name);
  if (existing) {
    throw alreadyExists(`Policy cannot be created - name already exists (name=${name})`, name, existing.arn);
  }
  checkPolicyDocument(document);
  const policy: Policy = {
    name,
    arn: regionalArn(store.env, "iot", `policy/${name}`),
    creationDate: call.date,
    lastModifiedDate: call.date,
    versions: [{ id: "1", document, createDate: call.date }],
    defaultVersionId: "1",
    nextVersion: 2,
    tags: mergeTags(new Map(), tagPairs(request.tags), invalidRequest),
  };
  store.policies.set(name, policy);
  return {
    policyName: name,
    policyArn: policy.arn,
    policyDocument: document,
    policyVersionId: "1",
  } satisfies sdk.CreatePolicyResponse;
}

/** Returns a policy with the document in force. */
export function getPolicy(store: IotStore, request: sdk.GetPolicyRequest) {
  const policy = store.policy(request.policyName);
  return {
    policyName: policy.name,
    policyArn: policy.arn,
    policyDocument: policy.versions.find(({ id }) => id === policy.defaultVersionId)?.document,
    defaultVersionId: policy.defaultVersionId,
    creationDate: policy.creationDate,
    lastModifiedDate: policy.lastModifiedDate,
    generationId: policy.defaultVersionId,
  } satisfies sdk.GetPolicyResponse;
}

/** Deletes a policy; attachments and further versions stand in the way. */
export function deletePolicy(store: IotStore, request: sdk.DeletePolicyRequest) {
  const policy = store.policy(request.policyName);
  if (store.targetsOf(policy.name).length > 0) {
    throw deleteConflict(
      `Cannot delete the policy because it is attached to one or more principals (name=${policy.name})`,
    );
  }
  if (policy.versions.length > 1) {
    throw deleteConflict(
      `Cannot delete the policy because it has one or more policy versions (name=${policy.name})`,
    );
  }
  store.policies.delete(policy.name);
  return {};
}

/** Lists policies. */
export function listPolicies(store: IotStore, request: sdk.ListPoliciesRequest) {
  const policies = [...store.policies.values()];
  const page = iotPage(request.ascendingOrder ? policies : policies.reverse(), request);
  return {
    policies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    nextMarker: page.nextToken,
  } satisfies sdk.ListPoliciesResponse;
}
