import type { ThingPrincipalType } from "@aws-sdk/client-iot";
import type { Environment } from "../../environment";
import type { Tags } from "../../wire/tags";
import { existing } from "./errors";

/** A thing of the registry. */
export interface Thing {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  attributes: Readonly<Record<string, string>>;
  version: number;
  /** Names of the static groups it was added to, in order. */
  readonly groups: Set<string>;
  /** How certificates are attached to it, by their ARNs, in order. */
  readonly principals: Map<string, ThingPrincipalType>;
}

/** A static thing group. */
export interface ThingGroup {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly parentName?: string;
  readonly creationDate: Date;
  description?: string;
  attributes: Readonly<Record<string, string>>;
  version: number;
  readonly tags: Tags;
}

/** One version of a policy's document. */
export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createDate: Date;
}

/** An IoT policy with its versions, oldest first. */
export interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  lastModifiedDate: Date;
  readonly versions: PolicyVersion[];
  defaultVersionId: string;
  nextVersion: number;
  readonly tags: Tags;
}

/** A device certificate. */
export interface Certificate {
  readonly id: string;
  readonly arn: string;
  readonly pem: string;
  readonly creationDate: Date;
  readonly notBefore: Date;
  readonly notAfter: Date;
  lastModifiedDate: Date;
  /** `SNI_ONLY` of one that was registered without its CA. */
  readonly mode: "DEFAULT" | "SNI_ONLY";
  /** Unlike that of any other, as AWS shows one. */
  readonly generationId: string;
  status: string;
  customerVersion: number;
}

/** Everything that the AWS IoT registry holds. Maps keep the order of creation. */
export class IotStore {
  readonly env: Environment;
  readonly things = new Map<string, Thing>();
  readonly groups = new Map<string, ThingGroup>();
  readonly policies = new Map<string, Policy>();
  readonly certificates = new Map<string, Certificate>();
  /** Names of the policies attached to a certificate's or a group's ARN. */
  readonly attachments = new Map<string, Set<string>>();
  /** Told of the id of a certificate that is not active any more, and whose connections are to end. */
  onDeactivated: (certificateId: string) => void = () => undefined;

  constructor(env: Environment) {
    this.env = env;
  }

  /** The thing of a name. @throws AwsError - `ResourceNotFoundException`. */
  thing(name: string | undefined): Thing {
    return existing(this.things.get(name ?? ""), `Thing ${name}`);
  }

  /** The group of a name. @throws AwsError - `ResourceNotFoundException`. */
  group(name: string | undefined): ThingGroup {
    return existing(this.groups.get(name ?? ""), `Thing group ${name}`);
  }

  /** The policy of a name. @throws AwsError - `ResourceNotFoundException`. */
  policy(name: string | undefined): Policy {
    return existing(this.policies.get(name ?? ""), `Policy ${name}`);
  }

  /** Tags of what can have some, to be read and changed; `undefined` for any other ARN. */
  tagsOf(arn: string): Tags | undefined {
    return [...this.groups.values(), ...this.policies.values()].find((item) => item.arn === arn)?.tags;
  }

  /** ARNs that a policy is attached to. */
  targetsOf(policyName: string): string[] {
    return [...this.attachments].filter(([, names]) => names.has(policyName)).map(([arn]) => arn);
  }

  /** The things that a certificate is attached to, and how. */
  thingsOf(principalArn: string): { readonly thing: Thing; readonly kind: ThingPrincipalType }[] {
    return [...this.things.values()].flatMap((thing) => {
      const kind = thing.principals.get(principalArn);
      return kind ? [{ thing, kind }] : [];
    });
  }

  /** The group and its ancestors, the group first. */
  lineageOf(groupName: string): ThingGroup[] {
    const lineage: ThingGroup[] = [];
    for (let group = this.groups.get(groupName); group; group = this.groups.get(group.parentName ?? "")) {
      lineage.push(group);
    }
    return lineage;
  }

  /** Groups whose parent this is. */
  childrenOf(groupName: string): ThingGroup[] {
    return [...this.groups.values()].filter((group) => group.parentName === groupName);
  }

  /** The group's descendants, nearest first. */
  descendantsOf(groupName: string): ThingGroup[] {
    return this.childrenOf(groupName).flatMap((child) => [child, ...this.descendantsOf(child.name)]);
  }

  /** The document in force of each policy attached to an ARN. */
  documentsAttachedTo(arn: string): { readonly name: string; readonly document: string }[] {
    return [...(this.attachments.get(arn) ?? [])].flatMap((name) => {
      const policy = this.policies.get(name);
      const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId);
      return version ? [{ name, document: version.document }] : [];
    });
  }

  /** Policies of every group that the thing is in, and of those groups' ancestors. */
  groupDocumentsOf(thingName: string): { readonly name: string; readonly document: string }[] {
    const groups = [...(this.things.get(thingName)?.groups ?? [])].flatMap((name) => this.lineageOf(name));
    const arns = new Set(groups.map((group) => group.arn));
    return [...arns].flatMap((arn) => this.documentsAttachedTo(arn));
  }
}
