import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { type AwsScope, partitionOf, roleArn } from "../../lib/aws/arns";
import {
  type BoundaryDocument,
  BoundaryError,
  boundaryDocument,
} from "../../lib/policy-language/iam/boundary";
import { destroyClients, makeClients } from "../resources/clients";
import { type Properties, UNKNOWN } from "../resources/property-values";
import { type DeployRequest, deploy } from "./deploy";
import { DeployError } from "./deploy-error";

/** A resource that the program registers. */
interface Registered {
  /** Type token. */
  readonly type: string;
  readonly inputs: Properties;
}

function textsOf(resources: readonly Registered[], type: string, key: string): string[] {
  return resources.flatMap((resource) => {
    const value = resource.type === type ? resource.inputs[key] : undefined;
    if (value === UNKNOWN)
      throw new BoundaryError(`The ${key} of a resource ${type} is unknown before a deploy.`);
    return typeof value === "string" ? [value] : [];
  });
}

const ROLE = "aws:iam/role:Role";

/**
 * ARN of the policy that bounds a stack's roles; absent where none has one.
 *
 * @throws BoundaryError when the roles differ in it.
 */
export function boundaryArnOf(resources: readonly Registered[]): string | undefined {
  const roles = resources.filter(({ type }) => type === ROLE);
  const [arn, ...others] = new Set(textsOf(roles, ROLE, "permissionsBoundary"));
  if (arn === undefined) return undefined;
  if (others.length > 0 || roles.some(({ inputs }) => inputs.permissionsBoundary === undefined)) {
    throw new BoundaryError("Give every role of the stack the same permissions boundary.");
  }
  return arn;
}

/**
 * The document of the permissions boundary of a stack's roles.
 *
 * @throws BoundaryError when a role may do what no boundary allows.
 */
export function stackBoundary(resources: readonly Registered[], scope: AwsScope): BoundaryDocument {
  return boundaryDocument(
    {
      roleArns: textsOf(resources, ROLE, "name").map((name) => roleArn(scope, name)),
      rolePolicies: textsOf(resources, "aws:iam/rolePolicy:RolePolicy", "policy"),
      keyPolicies: textsOf(resources, "aws:kms/key:Key", "policy"),
    },
    scope,
  );
}

/** Path and name of a policy of the account; of another account there is none here. */
function policyOf(arn: string, account: string) {
  const [, , , , owner, resource = ""] = arn.split(":");
  if (owner !== account) {
    throw new DeployError(
      `The permissions boundary ${arn} is of another account than the sandbox's, ${account}. Name it in the config by its name alone, which holds in every account.`,
    );
  }
  const path = resource.slice("policy".length);
  return {
    Path: path.slice(0, path.lastIndexOf("/") + 1),
    PolicyName: path.slice(path.lastIndexOf("/") + 1),
  };
}

/**
 * Does what an administrator does before a stack whose config names a permissions boundary is deployed: makes that
 * policy, of the document that is made for the stack. The program is run once more for it, without making anything.
 *
 * @throws DeployError when the policy could not be made.
 */
export async function makeStackBoundary(
  request: DeployRequest & { readonly endpoint: string },
): Promise<void> {
  const { endpoint, ...preview } = request;
  const { account, region, log } = request;
  const isNamed = Object.entries(request.files.config).some(
    ([key, value]) => key.endsWith(":permissionsBoundary") && value !== "",
  );
  if (!isNamed) return;
  const { resources } = await deploy({ ...preview, log: () => undefined });
  const arn = boundaryArnOf(resources);
  if (arn === undefined) return;
  const named = policyOf(arn, account);
  const document = stackBoundary(resources, { partition: partitionOf(region), region, account });
  const clients = makeClients(endpoint, region);
  try {
    const PolicyDocument = JSON.stringify(document);
    await clients.iam.send(new CreatePolicyCommand({ ...named, PolicyDocument }));
    log(`made ${arn}, as an administrator does before the stack`);
  } finally {
    destroyClients(clients);
  }
}
