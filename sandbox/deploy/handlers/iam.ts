import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { type ResourceHandler, tagList, text } from "../handler";

/** `aws:iam/role:Role`. */
export const role: ResourceHandler = {
  inputs: ["name", "assumeRolePolicy", "description", "maxSessionDuration", "path", "tags"],
  computed: ["arn", "uniqueId", "createDate", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const { Role } = await clients.iam.send(
      new CreateRoleCommand({
        RoleName: text(inputs, "name"),
        AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
        Description: inputs.description as string | undefined,
        MaxSessionDuration: inputs.maxSessionDuration as number | undefined,
        Path: inputs.path as string | undefined,
        Tags: tagList(inputs),
      }),
    );
    const outputs = {
      arn: Role?.Arn,
      uniqueId: Role?.RoleId,
      createDate: Role?.CreateDate?.toISOString(),
      tagsAll: inputs.tags,
    };
    return { id: text(inputs, "name"), outputs };
  },
};

/** `aws:iam/rolePolicy:RolePolicy`. */
export const rolePolicy: ResourceHandler = {
  inputs: ["name", "role", "policy"],
  computed: [],
  autoName: "name",
  async create(inputs, { clients }) {
    const [RoleName, PolicyName] = [text(inputs, "role"), text(inputs, "name")];
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text(inputs, "policy") }),
    );
    return { id: `${RoleName}:${PolicyName}`, outputs: {} };
  },
};
