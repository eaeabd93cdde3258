import type * as sdk from "@aws-sdk/client-iam";
import type { Call } from "../../../wire/service";
import { checkManagedDocument, encodeDocument, iamPage, managedPolicyOf, wholeSeconds } from "../checks";
import { deleteConflict, limitExceeded, noSuchEntity } from "../errors";
import type { IamStore, ManagedPolicy, StoredVersion } from "../store";

/** Source: IAM User Guide, "Versioning IAM policies", section "Version limits". */
const MAX_VERSIONS = 5;

const versionOf = (policy: ManagedPolicy, version: StoredVersion) =>
  ({
    VersionId: version.id,
    IsDefaultVersion: version === policy.defaultVersion,
    CreateDate: version.createDate,
  }) satisfies sdk.PolicyVersion;

function versionWith(policy: ManagedPolicy, id: string | undefined): StoredVersion {
  const version = policy.versions.find((each) => each.id === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

/** Makes a further version of a managed policy; it is in force if that is asked for. */
export function createPolicyVersion(store: IamStore, request: sdk.CreatePolicyVersionRequest, call: Call) {
  const policy = managedPolicyOf(store, request.PolicyArn);
  const { PolicyDocument: document = "", SetAsDefault = false } = request;
  checkManagedDocument(document);
  if (policy.versions.length >= MAX_VERSIONS) {
    throw limitExceeded(
      `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  // A number is never given twice.
  policy.versionsMade++;
  const version = { id: `v${policy.versionsMade}`, document, createDate: wholeSeconds(call.date) };
  policy.versions = [version, ...policy.versions];
  if (SetAsDefault) policy.defaultVersion = version;
  return { PolicyVersion: versionOf(policy, version) } satisfies sdk.CreatePolicyVersionResponse;
}

/** Shows a version of a managed policy with its document. */
export function getPolicyVersion(store: IamStore, request: sdk.GetPolicyVersionRequest) {
  const policy = managedPolicyOf(store, request.PolicyArn);
  const version = versionWith(policy, request.VersionId);
  const Document = encodeDocument(version.document);
  return {
    PolicyVersion: { ...versionOf(policy, version), Document },
  } satisfies sdk.GetPolicyVersionResponse;
}

/** Lists the versions of a managed policy. */
export function listPolicyVersions(store: IamStore, request: sdk.ListPolicyVersionsRequest) {
  const policy = managedPolicyOf(store, request.PolicyArn);
  const { items, rest } = iamPage(
    policy.versions.map((version) => versionOf(policy, version)),
    request,
  );
  return { Versions: items, ...rest } satisfies sdk.ListPolicyVersionsResponse;
}

/** Puts a version of a managed policy in force. */
export function setDefaultPolicyVersion(store: IamStore, request: sdk.SetDefaultPolicyVersionRequest): void {
  const policy = managedPolicyOf(store, request.PolicyArn);
  policy.defaultVersion = versionWith(policy, request.VersionId);
}

/** Deletes a version of a managed policy that is not in force. */
export function deletePolicyVersion(store: IamStore, request: sdk.DeletePolicyVersionRequest): void {
  const policy = managedPolicyOf(store, request.PolicyArn);
  const version = versionWith(policy, request.VersionId);
  if (version === policy.defaultVersion)
    throw deleteConflict("Cannot delete the default version of a policy.");
  policy.versions = policy.versions.filter((each) => each !== version);
}
