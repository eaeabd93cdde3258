import { randomBytes } from "node:crypto";
import { rootArn } from "../../../lib/aws/arns";
import { MalformedPolicyError } from "../../../lib/policy-language/document";
import type { Verdict } from "../../../lib/policy-language/evaluate";
import type { PolicyKind } from "../../../lib/policy-language/iam/document";
import { judge, type PolicyRequest, unknownOperators } from "../../../lib/policy-language/iam/judge";
import type { PrincipalNames } from "../../../lib/policy-language/iam/principal";
import type { Statement } from "../../../lib/policy-language/statement";
import { variableKey } from "../../../lib/policy-language/variables";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Caller } from "../../wire/service";
import type { AccessRequest, Authorizer, Decision, Principal, RoleCredentials } from "./authorizer";
import { randomId } from "./ids";
import { ParsedPolicies } from "./parsed-policies";
import type { IamStore, Role } from "./store";

/** What only keys of ours begin with: so that a key of a former sandbox is not taken for a person's. */
const KEY_PREFIX = "ASIAIOTQ";

/** Decides by the roles and policies of IAM, and knows whom access keys stand for. */
export class IamAuthorizer implements Authorizer {
  /** Roles and managed policies. */
  readonly store: IamStore;
  readonly #env: Environment;
  readonly #policies = new ParsedPolicies();
  readonly #warned = new Set<string>();

  constructor(store: IamStore) {
    this.store = store;
    this.#env = store.env;
  }

  isAllowed(request: AccessRequest): boolean {
    return this.decide(request).allowed;
  }

  /**
   * Decides as {@link isAllowed}, with the reason. A permissions boundary grants nothing, and nothing is granted
   * beyond it.
   *
   * Source of the words: IAM User Guide, "Troubleshoot access denied error messages".
   */
  decide(request: AccessRequest): Decision {
    const { principal, action, resourcePolicy } = request;
    const role = principal.kind === "role" ? this.store.roleOf(principal.arn) : undefined;
    const allows = `allows the ${action} action`;
    // A role that is gone has nothing, whatever a resource's policy still says of it.
    if (principal.kind === "role" && !role) return denied(`because no identity-based policy ${allows}`);
    const question: PolicyRequest = {
      action,
      resource: request.resource,
      principal: this.#namesOf(principal, role),
      context: this.#contextOf(principal, role, request.context),
    };
    const ofIdentity = this.#identityVerdict(principal, role, question);
    const ofResource =
      resourcePolicy === undefined ? "silent" : this.#verdict([resourcePolicy], "resource", question);
    if (ofIdentity === "deny") return denied("with an explicit deny in an identity-based policy");
    if (ofResource === "deny") return denied("with an explicit deny in a resource-based policy");
    const ofBoundary = this.#boundaryVerdict(role, question);
    if (ofBoundary === "deny") return denied("with an explicit deny in a permissions boundary");
    const granted = isGranted(request.resourcePolicyRule, ofIdentity, ofResource);
    if (granted && ofBoundary === "silent") return denied(`because no permissions boundary ${allows}`);
    if (granted) return { allowed: true, reason: "" };
    const silent = ofIdentity === "allow" || principal.kind === "service" ? "resource" : "identity";
    return denied(`because no ${silent}-based policy ${allows}`);
  }

  /** Whether there is such a role, and its trust policy lets a service take it on without naming a source. */
  canAssume(roleArn: string, serviceName: string): boolean {
    return this.#assumable(roleArn, { kind: "service", name: serviceName }, {}) !== undefined;
  }

  /**
   * The role that a person or another role takes on: its trust policy must name them, or their account, and then their
   * own policies must allow it.
   *
   * Source: IAM User Guide, "Policy evaluation logic"; STS API Reference, "AssumeRole".
   *
   * @param context - what the trust policy may ask of, such as `sts:ExternalId`.
   * @returns nothing when they may not, or there is no such role.
   */
  roleTakenOn(
    roleArn: string,
    principal: Principal,
    context: Readonly<Record<string, string>>,
  ): Role | undefined {
    return this.#assumable(roleArn, principal, context);
  }

  /**
   * A service takes on a role.
   *
   * @param serviceName - for example `iot.amazonaws.com`.
   * @param context - what the trust policy may ask of: `aws:SourceArn`, `aws:SourceAccount`.
   * @throws AwsError AccessDenied 403 when there is no such role or its trust policy does not let the
   * service in; which of the two is not told, as with AWS.
   */
  assumeRole(roleArn: string, serviceName: string, context: Readonly<Record<string, string>>): Principal {
    const role = this.#assumable(roleArn, { kind: "service", name: serviceName }, context);
    if (!role) {
      const what = `is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      throw new AwsError("AccessDenied", 403, `User: ${serviceName} ${what}`);
    }
    return { kind: "role", arn: role.arn };
  }

  /** Makes credentials whose access key stands for a role. Whether the role exists is seen at each call. */
  issue(roleArn: string): RoleCredentials {
    const accessKeyId = `${KEY_PREFIX}${randomId(12)}`;
    this.store.issuedKeys.set(accessKeyId, roleArn);
    return {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(60).toString("base64"),
    };
  }

  /**
   * Who an access key stands for: a role when it was issued here, else a person of the account.
   *
   * @throws AwsError UnrecognizedClientException 403 for a key that a sandbox issued before its reset.
   */
  callerOf(accessKeyId: string | undefined): Caller {
    const roleArn = accessKeyId === undefined ? undefined : this.store.issuedKeys.get(accessKeyId);
    if (roleArn !== undefined) return { kind: "role", roleName: roleArn.slice(roleArn.lastIndexOf("/") + 1) };
    if (accessKeyId?.startsWith(KEY_PREFIX)) {
      const message = "The security token included in the request is invalid.";
      throw new AwsError("UnrecognizedClientException", 403, message);
    }
    return { kind: "user" };
  }

  get #rootArn(): string {
    return rootArn(this.#env);
  }

  #namesOf(principal: Principal, role: Role | undefined): PrincipalNames {
    const account = [this.#env.account, this.#rootArn];
    if (principal.kind === "service") return { own: [], account: [], service: principal.name };
    if (principal.kind === "account") return { own: account, account: [] };
    return { own: role ? [role.arn] : [], account, isBounded: role?.permissionsBoundary !== undefined };
  }

  /**
   * The keys of a request's context.
   *
   * Source: IAM User Guide, "AWS global condition context keys". That every call comes over TLS is assumed
   * (the sandbox speaks plain HTTP).
   */
  #contextOf(principal: Principal, role: Role | undefined, given: AccessRequest["context"]) {
    const keys: Record<string, string> = {
      "aws:SecureTransport": "true",
      "aws:RequestedRegion": this.#env.region,
      "aws:PrincipalIsAWSService": String(principal.kind === "service"),
    };
    if (principal.kind === "service") {
      keys["aws:PrincipalServiceName"] = principal.name;
    } else {
      keys["aws:PrincipalAccount"] = this.#env.account;
      keys["aws:PrincipalArn"] = principal.kind === "account" ? this.#rootArn : (role?.arn ?? principal.arn);
    }
    for (const [key, value] of role?.tags ?? []) keys[`aws:PrincipalTag/${key}`] = value;
    return new Map(Object.entries({ ...keys, ...given }).map(([key, value]) => [variableKey(key), [value]]));
  }

  /** The role, where there is one and its trust policy, and what it leaves to the principal's own, let it be taken on. */
  #assumable(
    roleArn: string,
    principal: Principal,
    context: Readonly<Record<string, string>>,
  ): Role | undefined {
    const role = this.store.roleOf(roleArn);
    const own = principal.kind === "role" ? this.store.roleOf(principal.arn) : undefined;
    const question: PolicyRequest = {
      action: "sts:AssumeRole",
      resource: roleArn,
      principal: this.#namesOf(principal, own),
      context: this.#contextOf(principal, own, context),
    };
    if (!role) return undefined;
    const ofIdentity = this.#identityVerdict(principal, own, question);
    const trust = this.#verdict([role.trustPolicy], "trust", question);
    const isTrusted = trust === "allow" || (trust === "allow-account" && ofIdentity === "allow");
    return isTrusted && ofIdentity !== "deny" ? role : undefined;
  }

  #identityVerdict(principal: Principal, role: Role | undefined, question: PolicyRequest): Verdict {
    if (principal.kind === "account") return "allow";
    if (!role) return "silent";
    const managed = [...role.attachedPolicies].flatMap((arn) => this.store.documentOf(arn) ?? []);
    return this.#verdict([...role.inlinePolicies.values(), ...managed], "identity", question);
  }

  /**
   * What a role's boundary says; `allow` where it has none. It holds for what the role's own policies allow and for
   * what a resource's policy allows to the role's ARN (only a session's ARN escapes it, which no policy here names).
   *
   * Source: IAM User Guide, "Permissions boundaries for IAM entities", "Evaluating effective permissions with
   * boundaries".
   */
  #boundaryVerdict(role: Role | undefined, question: PolicyRequest): Verdict {
    const arn = role?.permissionsBoundary;
    if (arn === undefined) return "allow";
    const document = this.store.documentOf(arn);
    if (document !== undefined) return this.#verdict([document], "identity", question);
    this.#warnOnce(
      arn,
      `iam: the document of ${arn} is not here; as a permissions boundary it allows nothing`,
    );
    return "silent";
  }

  #verdict(documents: readonly string[], kind: PolicyKind, question: PolicyRequest): Verdict {
    try {
      const statements = documents.flatMap((document) => this.#policies.statementsOf(document, kind));
      this.#warnOfUnknown(statements);
      return judge(statements, question);
    } catch (error) {
      if (!(error instanceof MalformedPolicyError)) throw error;
      // Another service may have stored a policy that cannot be read, which keeps all out but the account that mends it.
      this.#env.log(`iam: the policy about ${question.resource} is malformed and denies: ${error.message}`);
      return question.principal.own.includes(this.#rootArn) ? "silent" : "deny";
    }
  }

  #warnOfUnknown(statements: readonly Statement[]): void {
    for (const operator of unknownOperators(statements)) {
      this.#warnOnce(
        operator,
        `iam: the condition operator ${operator} is not known here; such an Allow never grants, such a Deny always refuses`,
      );
    }
  }

  #warnOnce(about: string, line: string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#env.log(line);
  }
}

/** Whether one of the two policies grants, or both where the resource's leaves it to the identity's. */
function isGranted(rule: AccessRequest["resourcePolicyRule"], ofIdentity: Verdict, ofResource: Verdict) {
  if (ofResource === "allow") return true;
  return ofIdentity === "allow" && (rule !== "governs" || ofResource === "allow-account");
}

const denied = (reason: string): Decision => ({ allowed: false, reason });
