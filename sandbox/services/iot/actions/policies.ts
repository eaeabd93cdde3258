import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from "@aws-sdk/client-iot";
import { MalformedPolicyError } from "../../../../lib/policy-language/document";
import { parseIotPolicy } from "../../../../lib/policy-language/iot/document";
import { arnOf, type Environment } from "../../../environment";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { checkPolicyName, iotPage } from "../checks";
import { alreadyExists, deleteConflict, notFound } from "../errors";
import type { IotStore, Policy } from "../store";
import { tagsFrom } from "./tags";

/** Refuses a document that AWS would call malformed; 400. */
export function checkPolicyDocument(document: string): void {
  try {
    parseIotPolicy(document);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw new AwsError("MalformedPolicyException", 400, `Policy document is Malformed: ${error.message}`);
  }
}

/** Finds a policy or answers as AWS does. */
export function policyNamed(store: IotStore, name: string): Policy {
  const policy = store.policies.get(name);
  if (!policy) throw notFound(`Policy ${name} does not exist`);
  return policy;
}

/** ARNs that a policy is attached to. */
export const targetsOf = (store: IotStore, policyName: string) =>
  [...store.attachments].filter(([, names]) => names.has(policyName)).map(([arn]) => arn);

/** Creates a policy with its first version. Unlike a thing, one that exists is always an error. */
export function createPolicy(store: IotStore, env: Environment, request: CreatePolicyRequest, call: Call) {
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
    arn: arnOf(env, "iot", `policy/${name}`),
    creationDate: call.date,
    lastModifiedDate: call.date,
    versions: [{ id: "1", document, createDate: call.date }],
    defaultVersionId: "1",
    nextVersion: 2,
  };
  store.policies.set(name, policy);
  if (request.tags) store.tags.set(policy.arn, tagsFrom(request.tags));
  return {
    policyName: name,
    policyArn: policy.arn,
    policyDocument: document,
    policyVersionId: "1",
  } satisfies CreatePolicyResponse;
}

/** Returns a policy with the document in force. */
export function getPolicy(store: IotStore, request: GetPolicyRequest) {
  const policy = policyNamed(store, request.policyName ?? "");
  return {
    policyName: policy.name,
    policyArn: policy.arn,
    policyDocument: policy.versions.find(({ id }) => id === policy.defaultVersionId)?.document,
    defaultVersionId: policy.defaultVersionId,
    creationDate: policy.creationDate,
    lastModifiedDate: policy.lastModifiedDate,
    generationId: policy.defaultVersionId,
  } satisfies GetPolicyResponse;
}

/** Deletes a policy; attachments and further versions stand in the way. */
export function deletePolicy(store: IotStore, request: DeletePolicyRequest) {
  const policy = policyNamed(store, request.policyName ?? "");
  if (targetsOf(store, policy.name).length > 0) {
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
  store.tags.delete(policy.arn);
  return {};
}

/** Lists policies. */
export function listPolicies(store: IotStore, request: ListPoliciesRequest) {
  const policies = [...store.policies.values()];
  const page = iotPage(request.ascendingOrder ? policies : policies.reverse(), request);
  return {
    policies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    nextMarker: page.nextToken,
  } satisfies ListPoliciesResponse;
}
