import { alertTopicClosedAndEncrypted } from "../../../policy-pack/policies/alert-topic-closed-and-encrypted";
import {
  ACCOUNT,
  allowRole,
  closedLoop,
  denyOthers,
  document,
  KEY_ARN,
  ROLE_ARN,
  TOPIC_ARN,
} from "../support/loop";
import { changed, judgeStack, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const policy = (...statements: object[]) => set("topic-policy", { policy: document(...statements) });
const key = (kmsMasterKeyId: unknown) => set("topic", { kmsMasterKeyId });
const unless = (Condition: object) => policy({ ...denyOthers, Condition }, allowRole);
const OPEN = /"topic" is open by its policy "topic-policy": .*Deny sns:Publish/;
const CLOSED = denyOthers.Condition;

const alias = (name: string) => (stack: Stack) => {
  stack.alias = { type: "aws:kms/alias:Alias", props: { name, targetKeyId: KEY_ARN.split("/")[1] } };
};

const useKey = { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" };
const anybody = (more: object) => set("key", { policy: document({ ...useKey, ...more }) });

holdPolicyTo(alertTopicClosedAndEncrypted, {
  level: "mandatory",
  faults: [
    ["a key that anybody may use", anybody({}), "topic", /Anybody of any account may use the key "key"/],
    [
      "a key that anybody may use by way of SNS",
      anybody({ Condition: { StringLike: { "kms:ViaService": "sns.*.amazonaws.com" } } }),
      "topic",
      /Anybody of any account/,
    ],
    [
      "a key that its attached policy opens",
      (stack) => {
        stack["key-policy"] = {
          type: "aws:kms/keyPolicy:KeyPolicy",
          props: { keyId: KEY_ARN, policy: document({ ...useKey, Action: "kms:Decrypt" }) },
        };
      },
      "topic",
      /\(kms:Decrypt\).*policy of "key-policy"/,
    ],
    [
      "a NotPrincipal of the alert role and a session of another",
      policy(
        {
          ...denyOthers,
          Principal: undefined,
          NotPrincipal: { AWS: [ROLE_ARN, `arn:aws:sts::${ACCOUNT}:assumed-role/admin/me`] },
          Condition: {},
        },
        allowRole,
      ),
      "topic",
      /role\/admin may publish/,
    ],
    [
      "an Allow for a unique id",
      policy({ ...allowRole, Principal: { AWS: "AIDAJQABLZS4A3QDU576Q" } }, allowRole),
      "topic",
      OPEN,
    ],
    [
      "a policy that is longer than AWS takes, without judging it",
      set("topic-policy", {
        policy: document(
          ...Array.from({ length: 2_000 }, (_, index) => ({
            ...denyOthers,
            Sid: `S${index}`,
            Condition: { ArnNotLike: { "aws:PrincipalArn": `${ROLE_ARN}*${index}` } },
          })),
        ),
      }),
      "topic",
      /no policy of more than 32768 characters.*shorten it/,
    ],
    ["no key", key(undefined), "topic", /is not encrypted.*Set kmsMasterKeyId/],
    ["an empty key", key(""), "topic", /is not encrypted/],
    ["AWS's key", key("alias/aws/sns"), "topic", /AWS's key alias\/aws\/sns/],
    ["AWS's key by its ARN", key(`arn:aws:kms:us-east-1:${ACCOUNT}:alias/aws/sns`), "topic", /AWS's key/],
    ["no policy", remove("topic-policy"), "topic", /is open by SNS's default policy/],
    ["an Allow alone", policy(allowRole), "topic", OPEN],
    [
      "a Deny of another action",
      policy({ ...denyOthers, Action: "sns:Subscribe" }, allowRole),
      "topic",
      OPEN,
    ],
    [
      "a Deny on another topic",
      policy({ ...denyOthers, Resource: `${TOPIC_ARN}-2` }, allowRole),
      "topic",
      OPEN,
    ],
    [
      "a Deny for one role",
      policy(
        { ...denyOthers, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/x` }, Condition: {} },
        allowRole,
      ),
      "topic",
      OPEN,
    ],
    [
      "two policies of one topic, of which AWS keeps one",
      (stack) => {
        stack["second-policy"] = structuredClone(stack["topic-policy"]) as NonNullable<
          (typeof stack)[string]
        >;
      },
      "topic",
      /"topic-policy", "second-policy".*one/,
    ],
    [
      "a Deny that spares a second role",
      unless({ ArnNotEquals: { "aws:PrincipalArn": [ROLE_ARN, `arn:aws:iam::${ACCOUNT}:role/admin`] } }),
      "topic",
      /role\/admin may publish/,
    ],
    [
      "a Deny that spares roles that begin alike",
      unless({ ArnNotLike: { "aws:PrincipalArn": `${ROLE_ARN}*` } }),
      "topic",
      /alert-roleq-7/,
    ],
    [
      "a Deny that spares roles of any account",
      unless({ ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/prod-*" } }),
      "topic",
      /role\/prod-q-7/,
    ],
    [
      "a Deny narrowed to insecure transport",
      unless({ ...CLOSED, Bool: { "aws:SecureTransport": "false" } }),
      "topic",
      OPEN,
    ],
    [
      "a Deny narrowed to other organizations",
      unless({ ...CLOSED, StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }),
      "topic",
      OPEN,
    ],
    [
      "a Deny narrowed to a network",
      unless({ ...CLOSED, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }),
      "topic",
      OPEN,
    ],
    [
      "a Deny narrowed to the account's outside",
      policy(
        { ...denyOthers, Condition: { StringNotEquals: { "aws:PrincipalAccount": ACCOUNT } } },
        allowRole,
      ),
      "topic",
      OPEN,
    ],
    [
      "a Deny for users alone",
      unless({ ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/*` } }),
      "topic",
      OPEN,
    ],
    [
      "a Deny that spares services, and an Allow for one",
      policy(
        { ...denyOthers, Condition: { ...CLOSED, Bool: { "aws:PrincipalIsAWSService": "false" } } },
        allowRole,
        { ...allowRole, Principal: { Service: "events.amazonaws.com" } },
      ),
      "topic",
      /the service events\.amazonaws\.com may publish/,
    ],
    [
      "a Deny that spares services, and an Allow for everybody",
      policy(
        { ...denyOthers, Condition: { ...CLOSED, Bool: { "aws:PrincipalIsAWSService": "false" } } },
        { ...allowRole, Principal: "*" },
      ),
      "topic",
      /the service/,
    ],
    [
      "a NotPrincipal that spares the account",
      policy(
        { ...denyOthers, Principal: undefined, NotPrincipal: { AWS: [ROLE_ARN, ACCOUNT] }, Condition: {} },
        allowRole,
      ),
      "topic",
      OPEN,
    ],
    [
      "the alert role denied too",
      policy({ ...denyOthers, Condition: {} }, allowRole),
      "topic",
      /denies sns:Publish even to the alert role/,
    ],
    ["a document that cannot be read", set("topic-policy", { policy: "{}" }), "topic", /is none: Syntax/],
    [
      "a policy in the topic itself that closes nothing",
      both(remove("topic-policy"), set("topic", { policy: document(allowRole) })),
      "topic",
      /is open by its policy "topic"/,
    ],
    [
      "a topic that only its tag makes an alert topic",
      both(
        remove("profile"),
        policy(allowRole),
        set("topic", { tags: { "iot-quarantine:component": "AlertTopic" } }),
      ),
      "topic",
      OPEN,
    ],
    [
      "a Deny that the attached policy has replaced",
      both(policy(allowRole), set("topic", { policy: document(denyOthers) })),
      "topic",
      OPEN,
    ],
    [
      "an Allow for everybody without encryption",
      policy(
        { ...denyOthers, Condition: { ...CLOSED, Bool: { "aws:SecureTransport": "true" } } },
        { ...allowRole, Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ),
      "topic",
      OPEN,
    ],
  ],
  unjudged: [
    [
      "a key of another stack",
      key(`arn:aws:kms:us-east-1:${ACCOUNT}:key/other`),
      "topic",
      /who may use its key arn:aws:kms:us-east-1:123456789012:key\/other, which this stack does not make/,
    ],
    ["a key whose policy is not known", unknown("key", "policy", "topic"), "topic", /who may use its key/],
    [
      "an unknown document",
      unknown("topic-policy", "policy", "alert-role"),
      "topic",
      /document of "topic-policy"/,
    ],
    ["an unknown key that no key of the stack gives", key(UNKNOWN), "topic", /kmsMasterKeyId is not known/],
    [
      "an unknown alert role",
      set("profile", { alertTargets: { SNS: { alertTargetArn: TOPIC_ARN, roleArn: UNKNOWN } } }),
      "topic",
      /alert role's/,
    ],
  ],
  nearMisses: [
    [
      "a Deny narrowed to calls that no service makes for another, where no service is let in",
      unless({ ...CLOSED, Null: { "aws:SourceArn": "true" } }),
    ],
    [
      "a profile whose targets are not known yet, but where they come from",
      both(
        set("profile", { alertTargets: { SNS: { alertTargetArn: UNKNOWN, roleArn: UNKNOWN } } }),
        set("topic", { arn: UNKNOWN }),
        set("alert-role", { arn: UNKNOWN }),
        (stack) => {
          Object.assign(stack.profile ?? {}, { sources: { alertTargets: ["topic", "alert-role"] } });
        },
      ),
    ],
    [
      "keys in another order, lists for texts",
      policy(
        {
          Condition: { ArnNotEquals: { "AWS:PrincipalArn": [ROLE_ARN] } },
          Resource: [TOPIC_ARN],
          Action: ["SNS:Publish"],
          Principal: { AWS: "*" },
          Effect: "Deny",
        },
        allowRole,
      ),
    ],
    [
      "a Deny of everything but reading",
      policy({ ...denyOthers, Action: undefined, NotAction: ["sns:GetTopicAttributes"] }, allowRole),
    ],
    ["a Deny of all actions on everything", policy({ ...denyOthers, Action: "*", Resource: "*" }, allowRole)],
    ["the ARN compared as a text", unless({ StringNotEquals: { "aws:PrincipalArn": ROLE_ARN } })],
    ["no Allow: the role's own policy is enough", policy(denyOthers)],
    [
      "a wide Allow that the Deny closes",
      policy(denyOthers, { ...allowRole, Principal: "*", Action: "sns:*" }),
    ],
    [
      "a second Deny, for insecure transport",
      policy(denyOthers, allowRole, {
        ...denyOthers,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ],
    [
      "a NotPrincipal of the alert role alone",
      policy(
        { ...denyOthers, Principal: undefined, NotPrincipal: { AWS: ROLE_ARN }, Condition: {} },
        allowRole,
      ),
    ],
    [
      "services spared, and none let in",
      policy(
        { ...denyOthers, Condition: { ...CLOSED, Bool: { "aws:PrincipalIsAWSService": "false" } } },
        allowRole,
      ),
    ],
    ["a key by its alias", both(key("alias/alarms"), alias("alias/alarms"))],
    ["a key of AWS's own default policy", set("key", { policy: undefined })],
    ...[
      { StringEquals: { "kms:CallerAccount": ACCOUNT } },
      { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      { StringEquals: { "aws:SourceVpce": "vpce-1" } },
    ].map(
      (Condition) =>
        [`a key that everybody may use, where ${JSON.stringify(Condition)}`, anybody({ Condition })] as const,
    ),
    [
      "a key that everybody may use, but for a Deny",
      set("key", {
        policy: document(useKey, {
          ...useKey,
          Effect: "Deny",
          Condition: { StringNotEquals: { "aws:PrincipalAccount": ACCOUNT } },
        }),
      }),
    ],
    [
      "a NotPrincipal of the alert role and a session of it",
      policy(
        {
          ...denyOthers,
          Principal: undefined,
          NotPrincipal: { AWS: [ROLE_ARN, `arn:aws:sts::${ACCOUNT}:assumed-role/prod-alert-role/defender`] },
          Condition: {},
        },
        allowRole,
      ),
    ],
    [
      "an Allow for a session of the alert role",
      policy(denyOthers, {
        ...allowRole,
        Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/prod-alert-role/defender` },
      }),
    ],
    [
      "an Allow for a unique id that the Deny closes",
      policy(denyOthers, { ...allowRole, Principal: { AWS: "AIDAJQABLZS4A3QDU576Q" } }),
    ],
    [
      "what a first preview knows",
      both(
        set("topic", { arn: UNKNOWN, policy: UNKNOWN }),
        unknown("topic", "kmsMasterKeyId", "key"),
        unknown("topic-policy", "arn", "topic"),
        set("alert-role", { arn: UNKNOWN }),
      ),
    ],
    [
      "what AWS had before the policy, after a deploy",
      set("topic", { policy: document({ ...allowRole, Principal: "*" }) }),
    ],
    [
      "an open topic that gets no alarms",
      (stack) => {
        stack.orders = { type: "aws:sns/topic:Topic", props: { name: "orders" } };
      },
    ],
    [
      "the policy in the topic itself",
      both(remove("topic-policy"), set("topic", { policy: document(denyOthers, allowRole) })),
    ],
  ],
});

test("a Deny that spares another role than the alert role lets the one in and keeps the other out", () => {
  const other = unless({ ArnNotEquals: { "aws:PrincipalArn": `${ROLE_ARN}-2` } });
  expect(judgeStack(alertTopicClosedAndEncrypted, changed(closedLoop, other))).toEqual([
    { level: "own", name: "topic", message: expect.stringMatching(/role\/prod-alert-role-2 may publish/) },
    { level: "own", name: "topic", message: expect.stringMatching(/even to the alert role/) },
  ]);
});
