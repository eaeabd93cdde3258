import type { Environment } from "../../environment";

/** A role. */
export interface Role {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createDate: Date;
  trustPolicy: string;
  description?: string | undefined;
  maxSessionDuration: number;
  /** ARN of the managed policy that bounds what it may do. */
  permissionsBoundary?: string | undefined;
  readonly tags: Map<string, string>;
  /** Inline policies: document by name. */
  readonly inlinePolicies: Map<string, string>;
  /** ARNs of the managed policies attached to it. */
  readonly attachedPolicies: Set<string>;
}

/** A customer managed policy, of which there is one version. */
export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createDate: Date;
  readonly document: string;
  readonly description?: string;
  readonly tags: Map<string, string>;
}

/** Everything that IAM holds. Maps keep the order of creation. */
export class IamStore {
  readonly env: Environment;
  /** Roles by name: a name is unique whatever its path. */
  readonly roles = new Map<string, Role>();
  /** Customer managed policies by ARN. */
  readonly policies = new Map<string, ManagedPolicy>();
  /** ARN of the role that each issued access key stands for. */
  readonly issuedKeys = new Map<string, string>();

  constructor(env: Environment) {
    this.env = env;
  }

  /** The role with an ARN; one that leaves the path out is found too, for the name alone is unique. */
  roleOf(arn: string): Role | undefined {
    const role = this.roles.get(arn.slice(arn.lastIndexOf("/") + 1));
    return role && [role.arn, role.arn.replace(`:role${role.path}`, ":role/")].includes(arn)
      ? role
      : undefined;
  }
}
