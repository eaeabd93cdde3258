import * as sdk from "@aws-sdk/client-iam";
import { type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";
import { changeTags, liveTagList, tagList } from "./tags";

/** Sessions in seconds. Source: IAM API Reference, "CreateRole". */
const ROLE_DEFAULTS = { description: "", maxSessionDuration: 3600, path: "/", permissionsBoundary: "" };

/** IAM answers documents URL-encoded. Source: IAM API Reference, "GetRole". */
const decoded = (document: string | undefined) => document && decodeURIComponent(document);

/** A role's policies, also those that other resources make. Source: terraform-provider-aws, internal/service/iam/role.go. */
async function policiesOf(iam: sdk.IAMClient, RoleName: string): Promise<Properties> {
  const { PolicyNames = [] } = await iam.send(new sdk.ListRolePoliciesCommand({ RoleName }));
  const inlinePolicies = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new sdk.GetRolePolicyCommand({ RoleName, PolicyName }));
      return { name: PolicyName, policy: decoded(PolicyDocument) };
    }),
  );
  const { AttachedPolicies = [] } = await iam.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName }));
  return { inlinePolicies, managedPolicyArns: AttachedPolicies.map(({ PolicyArn }) => PolicyArn) };
}

/** `aws:iam/role:Role`. */
export const role: ResourceHandler = {
  inputs: [
    "name",
    "assumeRolePolicy",
    "description",
    "maxSessionDuration",
    "path",
    "permissionsBoundary",
    "tags",
  ],
  computedIfAbsent: { inlinePolicies: [], managedPolicyArns: [], namePrefix: "" },
  computed: ["arn", "uniqueId", "createDate", "tagsAll"],
  autoName: "name",
  createOnly: ["name", "path"],
  defaults: ROLE_DEFAULTS,
  async create(inputs, { clients }) {
    await clients.iam.send(
      new sdk.CreateRoleCommand({
        RoleName: text(inputs, "name"),
        AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
        Description: inputs.description as string | undefined,
        MaxSessionDuration: inputs.maxSessionDuration as number | undefined,
        Path: inputs.path as string | undefined,
        PermissionsBoundary: inputs.permissionsBoundary as string | undefined,
        Tags: tagList(inputs),
      }),
    );
    return text(inputs, "name");
  },
  async read(id, _known, { clients }) {
    const { Role } = await clients.iam.send(new sdk.GetRoleCommand({ RoleName: id }));
    if (!Role) return undefined;
    const { tags, tagsAll } = liveTagList(Role.Tags);
    return {
      inputs: {
        name: Role.RoleName,
        assumeRolePolicy: decoded(Role.AssumeRolePolicyDocument),
        description: Role.Description,
        maxSessionDuration: Role.MaxSessionDuration,
        path: Role.Path,
        permissionsBoundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
        tags,
      },
      outputs: {
        arn: Role.Arn,
        uniqueId: Role.RoleId,
        createDate: Role.CreateDate?.toISOString(),
        tagsAll,
        ...(await policiesOf(clients.iam, id)),
      },
    };
  },
  async update(change, { clients }) {
    const { id: RoleName, inputs, changed } = change;
    if (changed.has("assumeRolePolicy")) {
      const PolicyDocument = text(inputs, "assumeRolePolicy");
      await clients.iam.send(new sdk.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    }
    if (changed.has("description") || changed.has("maxSessionDuration")) {
      await clients.iam.send(
        new sdk.UpdateRoleCommand({
          RoleName,
          Description: (inputs.description ?? ROLE_DEFAULTS.description) as string,
          MaxSessionDuration: (inputs.maxSessionDuration ?? ROLE_DEFAULTS.maxSessionDuration) as number,
        }),
      );
    }
    if (changed.has("permissionsBoundary")) {
      const PermissionsBoundary = inputs.permissionsBoundary as string | undefined;
      await (PermissionsBoundary === undefined
        ? clients.iam.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName }))
        : clients.iam.send(new sdk.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
    }
    await changeTags(change, {
      untag: (TagKeys) => clients.iam.send(new sdk.UntagRoleCommand({ RoleName, TagKeys })),
      tag: (Tags) => clients.iam.send(new sdk.TagRoleCommand({ RoleName, Tags })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.iam.send(new sdk.DeleteRoleCommand({ RoleName: id }));
  },
};

/** The provider's id of an inline policy holds both names. */
function inlinePolicyOf(id: string) {
  const [RoleName = "", PolicyName = ""] = id.split(":");
  return { RoleName, PolicyName };
}

/** `aws:iam/rolePolicy:RolePolicy`. */
export const rolePolicy: ResourceHandler = {
  inputs: ["name", "role", "policy"],
  computedIfAbsent: { namePrefix: "" },
  computed: [],
  autoName: "name",
  createOnly: ["name", "role"],
  async create(inputs, { clients }) {
    const id = `${text(inputs, "role")}:${text(inputs, "name")}`;
    const PolicyDocument = text(inputs, "policy");
    await clients.iam.send(new sdk.PutRolePolicyCommand({ ...inlinePolicyOf(id), PolicyDocument }));
    return id;
  },
  async read(id, _known, { clients }) {
    const found = await clients.iam.send(new sdk.GetRolePolicyCommand(inlinePolicyOf(id)));
    const { PolicyName: name, RoleName: roleName, PolicyDocument } = found;
    return { inputs: { name, role: roleName, policy: decoded(PolicyDocument) }, outputs: {} };
  },
  async update({ id, inputs }, { clients }) {
    const PolicyDocument = text(inputs, "policy");
    await clients.iam.send(new sdk.PutRolePolicyCommand({ ...inlinePolicyOf(id), PolicyDocument }));
  },
  async delete(id, _known, { clients }) {
    await clients.iam.send(new sdk.DeleteRolePolicyCommand(inlinePolicyOf(id)));
  },
};
