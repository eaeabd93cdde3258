import { alertTopicClosedAndEncrypted } from "../../../policy-pack/policies/alert-topic-closed-and-encrypted";
import { ACCOUNT, document, KEY_ARN } from "../support/loop";
import { type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const key = (kmsMasterKeyId: unknown) => set("topic", { kmsMasterKeyId });
const useKey = { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" };
const anybody = (more: object) => set("key", { policy: document({ ...useKey, ...more }) });

const alias = (name: string) => (stack: Stack) => {
  stack.alias = { type: "aws:kms/alias:Alias", props: { name, targetKeyId: KEY_ARN.split("/")[1] } };
};

holdPolicyTo(alertTopicClosedAndEncrypted, {
  level: "mandatory",
  faults: [
    [
      "a key that anybody may use",
      anybody({}),
      "topic",
      /Anybody of any account may do kms:GenerateDataKey, .* with the key "key"/,
    ],
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
      /may do kms:Decrypt with.*policy of "key-policy"/,
    ],
    [
      "a key of which anybody may make grants",
      anybody({ Action: "kms:CreateGrant" }),
      "topic",
      /Anybody of any account may do kms:CreateGrant with the key "key"/,
    ],
    ["no key", key(undefined), "topic", /is not encrypted.*Set kmsMasterKeyId/],
    ["an empty key", key(""), "topic", /is not encrypted/],
    ["AWS's key", key("alias/aws/sns"), "topic", /AWS's key alias\/aws\/sns/],
    ["AWS's key by its ARN", key(`arn:aws:kms:us-east-1:${ACCOUNT}:alias/aws/sns`), "topic", /AWS's key/],
  ],
  unjudged: [
    [
      "a key of another stack",
      key(`arn:aws:kms:us-east-1:${ACCOUNT}:key/other`),
      "topic",
      /who may use its key arn:aws:kms:us-east-1:123456789012:key\/other, which this stack does not make/,
    ],
    ["a key whose policy is not known", unknown("key", "policy", "topic"), "topic", /who may use its key/],
    ["an unknown key that no key of the stack gives", key(UNKNOWN), "topic", /kmsMasterKeyId is not known/],
  ],
  nearMisses: [
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
  ],
});
