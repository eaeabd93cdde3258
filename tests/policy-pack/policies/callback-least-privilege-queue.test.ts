import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { ACCOUNT, document, TOPIC_ARN } from "../support/loop";
import { queuedLoop, queuePreviewed, snsFeeds } from "../support/queued-loop";
import { remove, set, UNKNOWN } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const letsIn = (...statements: object[]) => set("alarms-policy", { policy: document(...statements) });
const when = (Condition: object | undefined) => letsIn({ ...snsFeeds, Condition });
const sends = (Principal: object) => letsIn(snsFeeds, { ...snsFeeds, Principal, Condition: undefined });

holdPolicyTo(callbackLeastPrivilege, {
  level: "mandatory",
  stack: queuedLoop,
  faults: [
    [
      "a queue that takes messages of any topic",
      when(undefined),
      "callback",
      /sns.amazonaws.com for arn:aws:sns:.*with ArnEquals/,
    ],
    [
      "a queue that takes messages of any topic of the account",
      when({ StringEquals: { "aws:SourceAccount": ACCOUNT } }),
      "callback",
      /"alarms" before function "callback"/,
    ],
    [
      "a queue that takes messages of topics whose name begins alike",
      when({ ArnLike: { "aws:SourceArn": `${TOPIC_ARN}*` } }),
      "callback",
      /can quarantine/,
    ],
    [
      "a queue that another account may write to",
      sends({ AWS: "arn:aws:iam::999999999999:root" }),
      "callback",
      /999999999999/,
    ],
    [
      "a queue that another account may write to, by its number",
      sends({ AWS: "999999999999" }),
      "callback",
      /999999999999/,
    ],
    [
      "a queue that another service may write to for whatever source",
      sends({ Service: "s3.amazonaws.com" }),
      "callback",
      /s3.amazonaws.com for/,
    ],
    [
      "a queue that anybody may write to",
      letsIn({ ...snsFeeds, Principal: "*", Condition: undefined }),
      "callback",
      /anybody|can quarantine/,
    ],
  ],
  unjudged: [
    [
      "a policy that is not known",
      set("alarms-policy", { policy: UNKNOWN }),
      "callback",
      /who may put alarms into queue "alarms"/,
    ],
  ],
  nearMisses: [
    ["what a first preview knows", queuePreviewed],
    [
      "a role of the account that puts missing alarms in",
      sends({ AWS: `arn:aws:iam::${ACCOUNT}:role/reconcile` }),
    ],
    ["no policy", remove("alarms-policy")],
  ],
});
