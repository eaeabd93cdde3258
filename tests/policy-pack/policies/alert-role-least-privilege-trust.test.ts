import { alertRoleLeastPrivilege } from "../../../policy-pack/policies/alert-role-least-privilege";
import { ACCOUNT, document, PROFILE_ARN, trustStatement } from "../support/loop";
import { set, UNKNOWN } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const trust = (...statements: object[]) => set("alert-role", { assumeRolePolicy: document(...statements) });
const when = (Condition: unknown, more: object = {}) => trust({ ...trustStatement, Condition, ...more });
const ACCOUNT_IS = { "aws:SourceAccount": ACCOUNT };
const ARN_IS = { "aws:SourceArn": PROFILE_ARN };
const NOBODY = /does not let Device Defender assume it.*stray colons/;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;

holdPolicyTo(alertRoleLeastPrivilege, {
  level: "mandatory",
  faults: [
    ...[`arn:aws:iot:*:${ACCOUNT}:*`, `arn:aws:iot:us-east-1:${ACCOUNT}:*`].map(
      (source) =>
        [
          `anything of AWS IoT in the account, by ${source}`,
          when({ StringEquals: ACCOUNT_IS, ArnLike: { "aws:SourceArn": source } }),
          "alert-role",
          /whatever aws:SourceArn is in the account/,
        ] as const,
    ),
    ...["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"].map(
      (Action) =>
        [
          `users of an identity provider, by ${Action}`,
          trust(trustStatement, { Effect: "Allow", Principal: { Federated: [PROVIDER] }, Action }),
          "alert-role",
          /lets users of the identity provider arn:aws:iam::123456789012:oidc-provider.*assume it/,
        ] as const,
    ),
    ...["AIDAJQABLZS4A3QDU576Q", "AROAJQABLZS4A3QDU576Q"].map(
      (AWS) =>
        [
          `a principal by its unique id ${AWS}`,
          trust(trustStatement, { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }),
          "alert-role",
          /lets the principal with the id A/,
        ] as const,
    ),
    ...[
      [`arn:aws:iot:us-east-1:${ACCOUNT}:rule/q`, ACCOUNT],
      ["arn:aws:iot:us-east-1:999999999999:securityprofile/prod-watch", "999999999999"],
    ].map(
      ([source, account]) =>
        [
          `another source beside the profile, ${source}`,
          when({
            StringEquals: { "aws:SourceAccount": [ACCOUNT, account] },
            ArnEquals: { "aws:SourceArn": [PROFILE_ARN, source] },
          }),
          "alert-role",
          /lets (?:Device Defender assume it for arn:aws:iot:.* as well|AWS IoT assume it for whatever|Device Defender assume it whatever)/,
        ] as const,
    ),
    ["no conditions", when(undefined), "alert-role", /whatever aws:SourceArn and aws:SourceAccount are/],
    ["no source ARN", when({ StringEquals: ACCOUNT_IS }), "alert-role", /whatever aws:SourceArn is/],
    ["no source account", when({ ArnEquals: ARN_IS }), "alert-role", /whatever aws:SourceAccount is/],
    [
      "AWS's example with a double colon",
      when({ StringEquals: ACCOUNT_IS, ArnLike: { "aws:SourceArn": `arn:aws:iot:*:${ACCOUNT}::*` } }),
      "alert-role",
      NOBODY,
    ],
    [
      "AWS's example with a trailing colon",
      when({ StringEquals: { "aws:SourceAccount": `${ACCOUNT}:` }, ArnEquals: ARN_IS }),
      "alert-role",
      NOBODY,
    ],
    [
      "a source that may be missing",
      when({ StringEqualsIfExists: ACCOUNT_IS, ArnEqualsIfExists: ARN_IS }),
      "alert-role",
      /whatever aws:SourceArn and aws:SourceAccount are/,
    ],
    [
      "a profile of any account",
      when({
        StringLike: { "aws:SourceAccount": "*" },
        ArnLike: { "aws:SourceArn": "arn:aws:iot:*:*:securityprofile/*" },
      }),
      "alert-role",
      /whatever/,
    ],
    [
      "another profile",
      when({ StringEquals: ACCOUNT_IS, ArnEquals: { "aws:SourceArn": `${PROFILE_ARN}-2` } }),
      "alert-role",
      NOBODY,
    ],
    [
      "an open Allow beside the closed one",
      trust(trustStatement, { ...trustStatement, Condition: {} }),
      "alert-role",
      /whatever/,
    ],
    [
      "a Deny for the service",
      trust(trustStatement, { Effect: "Deny", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:*" }),
      "alert-role",
      NOBODY,
    ],
    [
      "another service besides",
      when(trustStatement.Condition, {
        Principal: { Service: ["iot.amazonaws.com", "lambda.amazonaws.com"] },
      }),
      "alert-role",
      /lets the service lambda\.amazonaws\.com assume it/,
    ],
    [
      "the account besides",
      trust(trustStatement, { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }),
      "alert-role",
      /lets arn:aws:iam::123456789012:root/,
    ],
    ["everybody", when(trustStatement.Condition, { Principal: { AWS: "*" } }), "alert-role", /assume it/],
    [
      "a trust policy that cannot be read",
      set("alert-role", { assumeRolePolicy: "{" }),
      "alert-role",
      /trust policy .* cannot be read/,
    ],
  ],
  unjudged: [
    [
      "an unknown trust policy",
      set("alert-role", { assumeRolePolicy: UNKNOWN }),
      "alert-role",
      /trust policy of role "alert-role"/,
    ],
    [
      "an unknown profile name",
      set("profile", { securityProfileName: UNKNOWN }),
      "alert-role",
      /profile's ARN/,
    ],
  ],
  nearMisses: [
    [
      "two profiles of the account",
      when({ StringEquals: ACCOUNT_IS, ArnEquals: { "aws:SourceArn": [PROFILE_ARN, `${PROFILE_ARN}-2`] } }),
    ],
    [
      "conditions in another order and letters",
      when({ ArnLike: { "AWS:SourceArn": [PROFILE_ARN] }, StringEquals: { "AWS:SourceAccount": [ACCOUNT] } }),
    ],
    [
      "all profiles of the account",
      when({
        StringEquals: ACCOUNT_IS,
        ArnLike: { "aws:SourceArn": `arn:aws:iot:us-east-1:${ACCOUNT}:securityprofile/*` },
      }),
    ],
    ["the ARN compared as a text", when({ StringEquals: { ...ACCOUNT_IS, ...ARN_IS } })],
    [
      "an open Allow that a Deny closes",
      trust(
        { ...trustStatement, Condition: {} },
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
          Condition: { StringNotEquals: ACCOUNT_IS },
        },
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
          Condition: { ArnNotEquals: ARN_IS },
        },
      ),
    ],
  ],
});
