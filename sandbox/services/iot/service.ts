import * as sdk from "@aws-sdk/client-iot";
import type { Environment } from "../../environment";
import type { Action, Service } from "../../wire/service";
import * as certificates from "./actions/certificates";
import * as membership from "./actions/group-membership";
import * as policies from "./actions/policies";
import * as attachments from "./actions/policy-attachments";
import * as versions from "./actions/policy-versions";
import * as tags from "./actions/tags";
import * as groups from "./actions/thing-groups";
import * as principals from "./actions/thing-principals";
import * as things from "./actions/things";
import { invalidRequest } from "./errors";
import type { IotStore } from "./store";

/** Hosts that DescribeEndpoint may be asked for. Source: API Reference, "DescribeEndpoint". */
const ENDPOINT_TYPES: readonly string[] = ["iot:Data", "iot:Data-ATS", "iot:CredentialProvider", "iot:Jobs"];

/** The sandbox's own host and port stand for every kind of endpoint. */
function describeEndpoint(env: Environment, request: sdk.DescribeEndpointRequest) {
  const { endpointType = "iot:Data" } = request;
  if (!ENDPOINT_TYPES.includes(endpointType)) throw invalidRequest(`Invalid endpoint type ${endpointType}`);
  return { endpointAddress: new URL(env.endpoint).host } satisfies sdk.DescribeEndpointResponse;
}

function thingActions(store: IotStore, env: Environment): Record<string, Action> {
  return {
    CreateThing: (request) => things.createThing(store, env, request),
    DescribeThing: (request) => things.describeThing(store, request),
    UpdateThing: (request) => things.updateThing(store, request),
    DeleteThing: (request) => things.deleteThing(store, request),
    ListThings: (request) => things.listThings(store, request),
    CreateThingGroup: (request, call) => groups.createThingGroup(store, env, request, call),
    DescribeThingGroup: (request) => groups.describeThingGroup(store, request),
    UpdateThingGroup: (request) => groups.updateThingGroup(store, request),
    DeleteThingGroup: (request) => groups.deleteThingGroup(store, request),
    ListThingGroups: (request) => groups.listThingGroups(store, request),
    AddThingToThingGroup: (request) => membership.addThingToThingGroup(store, request),
    RemoveThingFromThingGroup: (request) => membership.removeThingFromThingGroup(store, request),
    UpdateThingGroupsForThing: (request) => membership.updateThingGroupsForThing(store, request),
    ListThingGroupsForThing: (request) => membership.listThingGroupsForThing(store, request),
    ListThingsInThingGroup: (request) => membership.listThingsInThingGroup(store, request),
  };
}

function policyActions(store: IotStore, env: Environment): Record<string, Action> {
  return {
    CreatePolicy: (request, call) => policies.createPolicy(store, env, request, call),
    GetPolicy: (request) => policies.getPolicy(store, request),
    DeletePolicy: (request) => policies.deletePolicy(store, request),
    ListPolicies: (request) => policies.listPolicies(store, request),
    CreatePolicyVersion: (request, call) => versions.createPolicyVersion(store, request, call),
    GetPolicyVersion: (request) => versions.getPolicyVersion(store, request),
    ListPolicyVersions: (request) => versions.listPolicyVersions(store, request),
    SetDefaultPolicyVersion: (request, call) => versions.setDefaultPolicyVersion(store, request, call),
    DeletePolicyVersion: (request) => versions.deletePolicyVersion(store, request),
    AttachPolicy: (request) => attachments.attachPolicy(store, request),
    DetachPolicy: (request) => attachments.detachPolicy(store, request),
    ListAttachedPolicies: (request) => attachments.listAttachedPolicies(store, request),
    ListTargetsForPolicy: (request) => attachments.listTargetsForPolicy(store, request),
    GetEffectivePolicies: (request) => attachments.getEffectivePolicies(store, request),
  };
}

function certificateActions(store: IotStore, env: Environment): Record<string, Action> {
  return {
    CreateKeysAndCertificate: (request, call) =>
      certificates.createKeysAndCertificate(store, env, request, call),
    RegisterCertificateWithoutCA: (request, call) =>
      certificates.registerCertificateWithoutCA(store, env, request, call),
    DescribeCertificate: (request) => certificates.describeCertificate(store, env, request),
    UpdateCertificate: (request, call) => certificates.updateCertificate(store, request, call),
    DeleteCertificate: (request) => certificates.deleteCertificate(store, request),
    ListCertificates: (request) => certificates.listCertificates(store, request),
    AttachThingPrincipal: (request) => principals.attachThingPrincipal(store, request),
    DetachThingPrincipal: (request) => principals.detachThingPrincipal(store, request),
    ListThingPrincipals: (request) => principals.listThingPrincipals(store, request),
    ListThingPrincipalsV2: (request) => principals.listThingPrincipalsV2(store, request),
    ListPrincipalThingsV2: (request) => principals.listPrincipalThingsV2(store, request),
    ListPrincipalThings: (request) => principals.listPrincipalThings(store, request),
  };
}

/** What another part of the sandbox adds to the service `iot`. */
export interface IotExtension {
  /** Further actions, for example those of security profiles. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Tags of an ARN that the extension knows. */
  readonly tagsOf: tags.TagsOf;
}

/** The tags of any resource of the service; groups and policies can always be tagged. */
function tagsIn(store: IotStore, extension: IotExtension): tags.TagsOf {
  return (arn) => {
    const taggable = [...store.groups.values(), ...store.policies.values()].some((item) => item.arn === arn);
    if (!taggable) return extension.tagsOf(arn);
    const kept = store.tags.get(arn) ?? new Map<string, string>();
    store.tags.set(arn, kept);
    return kept;
  };
}

/** The service `iot`: registry, groups, policies, certificates, and what the extension adds. */
export function iotService(store: IotStore, env: Environment, extension: IotExtension): Service {
  const tagsOf = tagsIn(store, extension);
  return {
    name: "iot",
    signingNames: ["iot"],
    protocol: "rest-json",
    sdk,
    invalid: invalidRequest,
    actions: {
      ...thingActions(store, env),
      ...policyActions(store, env),
      ...certificateActions(store, env),
      DescribeEndpoint: (request) => describeEndpoint(env, request),
      TagResource: (request) => tags.tagResource(tagsOf, request),
      UntagResource: (request) => tags.untagResource(tagsOf, request),
      ListTagsForResource: (request) => tags.listTagsForResource(tagsOf, request),
      ...extension.actions,
    },
  };
}
