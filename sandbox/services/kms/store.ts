import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Authorizer, Principal } from "../iam/authorizer";
import { principalName } from "../iam/principal-of";
import { notFound } from "./errors";

/** A customer managed key: symmetric, for encryption, its material made by KMS. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly creationDate: Date;
  readonly multiRegion: boolean;
  description: string;
  policy: string;
  enabled: boolean;
  /** When and after how many days of waiting it will be deleted. */
  deletion?: { readonly date: Date; readonly days: number; readonly cancel: () => void } | undefined;
  /** Automatic rotation, and since when. */
  rotation?: { readonly days: number; readonly since: Date } | undefined;
  readonly tags: Map<string, string>;
}

/** A name of a key. */
export interface Alias {
  /** With its prefix, for example `alias/alerts`. */
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  targetKeyId: string;
  lastUpdatedDate: Date;
}

/** What a publisher to an encrypted topic needs. */
const PUBLISHER_ACTIONS = ["kms:GenerateDataKey", "kms:Decrypt"] as const;
/** The key that AWS itself keeps for SNS: the account's principals may use it through SNS, services may not. */
const AWS_MANAGED_ALIAS = "alias/aws/sns";

/** Keys and their aliases. Maps keep the order of creation. */
export class KmsStore {
  readonly keys = new Map<string, Key>();
  /** By name with its prefix. */
  readonly aliases = new Map<string, Alias>();
  readonly env: Environment;
  readonly #authorizer: Authorizer;

  constructor(env: Environment, authorizer: Authorizer) {
    this.env = env;
    this.#authorizer = authorizer;
  }

  /**
   * The key of an id or an ARN.
   *
   * @throws AwsError NotFoundException 400
   */
  key(name: string | undefined): Key {
    const key = this.keys.get(idOf(name ?? "", "key/"));
    if (key && (name === key.id || name === key.arn)) return key;
    const shown = name?.startsWith("arn:") ? name : regionalArn(this.env, "kms", `key/${name}`);
    throw notFound(`Key '${shown}' does not exist`);
  }

  /**
   * The key of an id, an ARN, an alias or an alias's ARN.
   *
   * @throws AwsError NotFoundException 400
   */
  keyOrAlias(name: string | undefined): Key {
    const aliasName = name?.includes("alias/") ? name.slice(name.indexOf("alias/")) : undefined;
    if (aliasName === undefined) return this.key(name);
    return this.key(this.alias(aliasName).targetKeyId);
  }

  /**
   * The alias of a name.
   *
   * @throws AwsError NotFoundException 400
   */
  alias(name: string): Alias {
    const alias = this.aliases.get(name);
    if (!alias) throw notFound(`Alias ${regionalArn(this.env, "kms", name)} is not found.`);
    return alias;
  }

  /** Whether a key's policy, and behind it the principal's, allows something. */
  allows(
    key: Key,
    principal: Principal,
    action: string,
    policy = key.policy,
    context: Readonly<Record<string, string>> = {},
  ): boolean {
    const request = { principal, action, resource: key.arn, resourcePolicy: policy, context };
    return this.#authorizer.isAllowed({ ...request, resourcePolicyRule: "governs" });
  }

  /**
   * Refuses, with the errors of SNS, a principal that may not use a key for a topic.
   *
   * Source: SNS API Reference, "Publish", section "Errors"; Amazon SNS Developer Guide, "Managing Amazon
   * SNS encryption keys and costs"; AWS KMS Developer Guide, "Key policies in AWS KMS".
   *
   * @param name - the key's id, ARN, alias name or alias ARN.
   * @throws AwsError `KMSNotFoundException`, `KMSDisabledException`, `KMSInvalidStateException` or
   * `KMSAccessDeniedException`, all 400.
   */
  check(name: string, principal: Principal): void {
    const user = principalName(principal, this.env);
    if (name.endsWith(AWS_MANAGED_ALIAS)) {
      if (principal.kind === "service") throw accessDenied(user, PUBLISHER_ACTIONS[0], name);
      return;
    }
    const key = this.#keyForSns(name);
    if (key.deletion) throw new AwsError("KMSInvalidStateException", 400, `${key.arn} is pending deletion.`);
    if (!key.enabled) throw new AwsError("KMSDisabledException", 400, `${key.arn} is disabled.`);
    // SNS asks for the publisher (AWS KMS Developer Guide, "AWS KMS condition keys", `kms:ViaService`).
    const context = { "kms:ViaService": `sns.${this.env.region}.amazonaws.com` };
    for (const action of PUBLISHER_ACTIONS) {
      if (!this.allows(key, principal, action, key.policy, context))
        throw accessDenied(user, action, key.arn);
    }
  }

  #keyForSns(name: string): Key {
    try {
      return this.keyOrAlias(name);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError("KMSNotFoundException", 400, error.message);
    }
  }
}

const idOf = (name: string, prefix: string) =>
  name.startsWith("arn:") ? name.slice(name.indexOf(prefix) + prefix.length) : name;

const accessDenied = (user: string, action: string, arn: string) =>
  new AwsError(
    "KMSAccessDeniedException",
    400,
    `User: ${user} is not authorized to perform: ${action} on resource: ${arn}`,
  );
