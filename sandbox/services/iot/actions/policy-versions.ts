import type * as sdk from "@aws-sdk/client-iot";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { checkPolicyDocument } from "../checks";
import { deleteConflict, notFound } from "../errors";
import type { IotStore, Policy, PolicyVersion } from "../store";

/** Versions that a policy can have. Source: AWS General Reference, "AWS IoT Core endpoints and quotas". */
const MAX_VERSIONS = 5;

function versionOf(policy: Policy, id: string | undefined): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (!version) throw notFound(`Policy version ${id} of ${policy.name} does not exist`);
  return version;
}

/** Adds a version, in force at once with `setAsDefault`. */
export function createPolicyVersion(store: IotStore, request: sdk.CreatePolicyVersionRequest, call: Call) {
  const policy = store.policy(request.policyName);
  const document = request.policyDocument ?? "";
  checkPolicyDocument(document);
  if (policy.versions.length >= MAX_VERSIONS) {
    const message = `The policy ${policy.name} already has the maximum number of versions (${MAX_VERSIONS})`;
    throw new AwsError("VersionsLimitExceededException", 409, message);
  }
  const version = { id: String(policy.nextVersion++), document, createDate: call.date };
  policy.versions.push(version);
  policy.lastModifiedDate = call.date;
  if (request.setAsDefault) policy.defaultVersionId = version.id;
  return {
    policyArn: policy.arn,
    policyDocument: document,
    policyVersionId: version.id,
    isDefaultVersion: policy.defaultVersionId === version.id,
  } satisfies sdk.CreatePolicyVersionResponse;
}

/** Returns one version's document. */
export function getPolicyVersion(store: IotStore, request: sdk.GetPolicyVersionRequest) {
  const policy = store.policy(request.policyName);
  const version = versionOf(policy, request.policyVersionId);
  return {
    policyArn: policy.arn,
    policyName: policy.name,
    policyDocument: version.document,
    policyVersionId: version.id,
    isDefaultVersion: version.id === policy.defaultVersionId,
    creationDate: version.createDate,
    lastModifiedDate: version.createDate,
    generationId: version.id,
  } satisfies sdk.GetPolicyVersionResponse;
}

/** Lists a policy's versions, newest first. */
export function listPolicyVersions(store: IotStore, request: sdk.ListPolicyVersionsRequest) {
  const policy = store.policy(request.policyName);
  return {
    policyVersions: [...policy.versions].reverse().map(({ id, createDate }) => ({
      versionId: id,
      isDefaultVersion: id === policy.defaultVersionId,
      createDate,
    })),
  } satisfies sdk.ListPolicyVersionsResponse;
}

/** Puts a version in force. */
export function setDefaultPolicyVersion(
  store: IotStore,
  request: sdk.SetDefaultPolicyVersionRequest,
  call: Call,
) {
  const policy = store.policy(request.policyName);
  policy.defaultVersionId = versionOf(policy, request.policyVersionId).id;
  policy.lastModifiedDate = call.date;
  return {};
}

/** Deletes a version that is not in force. */
export function deletePolicyVersion(store: IotStore, request: sdk.DeletePolicyVersionRequest) {
  const policy = store.policy(request.policyName);
  const version = versionOf(policy, request.policyVersionId);
  if (version.id === policy.defaultVersionId) {
    throw deleteConflict("Cannot delete the default version of a policy");
  }
  policy.versions.splice(policy.versions.indexOf(version), 1);
  return {};
}
