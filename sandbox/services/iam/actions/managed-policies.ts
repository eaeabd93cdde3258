import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy,
  PolicyVersion,
} from "@aws-sdk/client-iam";
import { globalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagItems, tagPairs } from "../../../wire/tags";
import { checkPolicyDocument, encodeDocument, iamPage, wholeSeconds } from "../checks";
import { alreadyExists, deleteConflict, invalidInput, limitExceeded, noSuchEntity } from "../errors";
import { randomId } from "../ids";
import type { IamStore, ManagedPolicy } from "../store";

/** Source: IAM User Guide, "IAM and AWS STS quotas"; white space is not counted. */
const MAX_POLICY_CHARACTERS = 6144;
/** A policy has no version but its first here. */
const ONLY_VERSION = "v1";

function policyWith(store: IamStore, arn = ""): ManagedPolicy {
  const policy = store.policies.get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

const attachmentsOf = (store: IamStore, arn: string) =>
  [...store.roles.values()].filter(({ attachedPolicies }) => attachedPolicies.has(arn)).length;

const boundedBy = (store: IamStore, arn: string) =>
  [...store.roles.values()].filter(({ permissionsBoundary }) => permissionsBoundary === arn).length;

const detailOf = (store: IamStore, policy: ManagedPolicy) =>
  ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: ONLY_VERSION,
    AttachmentCount: attachmentsOf(store, policy.arn),
    PermissionsBoundaryUsageCount: boundedBy(store, policy.arn),
    IsAttachable: true,
    CreateDate: policy.createDate,
    UpdateDate: policy.createDate,
    ...(policy.description !== undefined && { Description: policy.description }),
    Tags: tagItems(policy.tags),
  }) satisfies Policy;

const versionOf = (policy: ManagedPolicy) =>
  ({
    VersionId: ONLY_VERSION,
    IsDefaultVersion: true,
    CreateDate: policy.createDate,
  }) satisfies PolicyVersion;

/** Makes a customer managed policy. */
export function createPolicy(store: IamStore, request: CreatePolicyRequest, call: Call) {
  const { PolicyName: name = "", Path: path = "/", PolicyDocument: document = "" } = request;
  if ([...store.policies.values()].some((policy) => policy.name === name)) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  checkPolicyDocument(document, "identity");
  if (document.replace(/\s/g, "").length > MAX_POLICY_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MAX_POLICY_CHARACTERS}`);
  }
  const policy: ManagedPolicy = {
    name,
    path,
    id: `ANPA${randomId(17)}`,
    arn: globalArn(store.env, "iam", `policy${path}${name}`),
    createDate: wholeSeconds(call.date),
    document,
    ...(request.Description !== undefined && { description: request.Description }),
    tags: mergeTags(new Map(), tagPairs(request.Tags), invalidInput),
  };
  store.policies.set(policy.arn, policy);
  return { Policy: detailOf(store, policy) } satisfies CreatePolicyResponse;
}

/** Shows a managed policy. */
export function getPolicy(store: IamStore, request: GetPolicyRequest) {
  return { Policy: detailOf(store, policyWith(store, request.PolicyArn)) } satisfies GetPolicyResponse;
}

/** Shows the document of a managed policy. */
export function getPolicyVersion(store: IamStore, request: GetPolicyVersionRequest) {
  const policy = policyWith(store, request.PolicyArn);
  if (request.VersionId !== ONLY_VERSION) {
    throw noSuchEntity(
      `Policy ${policy.arn} version ${request.VersionId} does not exist or is not attachable.`,
    );
  }
  const version = { ...versionOf(policy), Document: encodeDocument(policy.document) };
  return { PolicyVersion: version } satisfies GetPolicyVersionResponse;
}

/** Lists the versions of a managed policy. */
export function listPolicyVersions(store: IamStore, request: ListPolicyVersionsRequest) {
  const { items, rest } = iamPage([versionOf(policyWith(store, request.PolicyArn))], request);
  return { Versions: items, ...rest } satisfies ListPolicyVersionsResponse;
}

/** Deletes a managed policy that is attached to nothing, and bounds nothing. */
export function deletePolicy(store: IamStore, request: DeletePolicyRequest): void {
  const { arn } = policyWith(store, request.PolicyArn);
  if (attachmentsOf(store, arn) + boundedBy(store, arn) > 0) {
    throw deleteConflict("Cannot delete a policy attached to entities.");
  }
  store.policies.delete(arn);
}
