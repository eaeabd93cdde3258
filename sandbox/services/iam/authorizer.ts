/** Who wants to do something. */
export type Principal =
  /** A person of the account with any credentials; may do what no policy denies. */
  | { readonly kind: "account" }
  /** A role of the account; may do what its policies, or the resource's, allow. */
  | { readonly kind: "role"; readonly arn: string }
  /** An AWS service acting for itself; may do what the resource's policy allows. */
  | { readonly kind: "service"; readonly name: string };

/** One question to the authorizer. */
export interface AccessRequest {
  /** Who asks. */
  readonly principal: Principal;
  /** For example `sns:Publish`. */
  readonly action: string;
  /** ARN of what is acted upon. */
  readonly resource: string;
  /** Condition keys beside those of the principal, for example `{"aws:SourceArn": "arn:..."}`. */
  readonly context?: Readonly<Record<string, string>>;
  /** The resource's own policy, JSON; absent when it has none. */
  readonly resourcePolicy?: string | undefined;
  /**
   * What an Allow of the resource's policy is to the identity's: one of two that grant (the default), or
   * the one without which nothing is granted, as with KMS keys and trust policies: there an Allow for the
   * account leaves it to the identity's policies.
   */
  readonly resourcePolicyRule?: "grants" | "governs";
}

/**
 * Decides as IAM does within one account: an explicit Deny anywhere wins; else an Allow of the identity's
 * or of the resource's policy grants.
 *
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export interface Authorizer {
  /** Whether the request is allowed. */
  isAllowed(request: AccessRequest): boolean;
}

/** Credentials of a role's session. */
export interface RoleCredentials {
  /** Access key; the sandbox knows which role it stands for. */
  readonly accessKeyId: string;
  /** Secret, never checked. */
  readonly secretAccessKey: string;
  /** Token, never checked. */
  readonly sessionToken: string;
}

/** Whether a request is allowed, and in AWS's words why not. */
export interface Decision {
  readonly allowed: boolean;
  /** For example `because no identity-based policy allows the sqs:SendMessage action`; empty when allowed. */
  readonly reason: string;
}
