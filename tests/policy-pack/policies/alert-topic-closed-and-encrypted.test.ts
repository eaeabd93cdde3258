import { alertTopicClosedAndEncrypted } from "../../../policy-pack/policies/alert-topic-closed-and-encrypted";
import { ACCOUNT, allowRole, closedLoop, denyOthers, document, ROLE_ARN, TOPIC_ARN } from "../support/loop";
import { changed, judgeStack, remove, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const policy = (...statements: object[]) => set("topic-policy", { policy: document(...statements) });
const unless = (Condition: object) => policy({ ...denyOthers, Condition }, allowRole);
const OPEN = /"topic" is open by its policy "topic-policy": .*Deny sns:Publish/;
const CLOSED = denyOthers.Condition;

holdPolicyTo(alertTopicClosedAndEncrypted, {
  level: "mandatory",
  faults: [
    [
      "a Deny that closes no more than publishing",
      policy(denyOthers, { ...allowRole, Principal: "*", Action: "sns:*" }),
      "topic",
      /Anybody of any account may do sns:SetTopicAttributes.* with alert topic "topic"/,
    ],
    [
      "a topic of which anybody may take permissions away",
      policy(denyOthers, { ...allowRole, Principal: "*", Action: "sns:RemovePermission" }, allowRole),
      "topic",
      /Anybody of any account may do sns:RemovePermission/,
    ],
    [
      "an alert role that nobody lets publish",
      both(policy(denyOthers), remove("alert-role-policy")),
      "topic",
      /Alert role .*prod-alert-role may not publish to alert topic "topic"/,
    ],
    [
      "an alert role that its own policy denies to publish",
      set("alert-role-policy", { policy: document({ Effect: "Deny", Action: "sns:*", Resource: "*" }) }),
      "topic",
      /may not publish/,
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
      "an unknown document",
      unknown("topic-policy", "policy", "alert-role"),
      "topic",
      /document of "topic-policy"/,
    ],
    [
      "an unknown alert role",
      set("profile", { alertTargets: { SNS: { alertTargetArn: TOPIC_ARN, roleArn: UNKNOWN } } }),
      "topic",
      /alert role's/,
    ],
  ],
  nearMisses: [
    [
      "what SNS's default policy lets the account do",
      policy(denyOthers, {
        ...allowRole,
        Principal: { AWS: "*" },
        Action: ["sns:SetTopicAttributes", "sns:Subscribe"],
        Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
      }),
    ],
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
    ["a wide Allow that the Deny closes", policy(denyOthers, { ...allowRole, Principal: "*" })],
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
