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

/** A version of a managed policy. */
export interface StoredVersion {
  /** Such as `v1`. */
  readonly id: string;
  readonly document: string;
  readonly createDate: Date;
}

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createDate: Date;
  /** The version in force. */
  defaultVersion: StoredVersion;
  /** All of them, the newest first. */
  versions: readonly StoredVersion[];
  /** How many there have been. */
  versionsMade: number;
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

  /** The document in force of a managed policy; undefined where there is none such. */
  documentOf(arn: string): string | undefined {
    return this.policies.get(arn)?.defaultVersion.document;
  }

  /** The role with an ARN; one that leaves the path out is found too, for the name alone is unique. */
  roleOf(arn: string): Role | undefined {
    const role = this.roles.get(arn.slice(arn.lastIndexOf("/") + 1));
    return role && [role.arn, role.arn.replace(`:role${role.path}`, ":role/")].includes(arn)
      ? role
      : undefined;
  }
}
