import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { document, KEY_ARN, TOPIC_ARN } from "../support/loop";
import { ALARMS_ARN, queuedLoop, queuePreviewed, snsFeeds } from "../support/queued-loop";
import { one, remove, type Stack, set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const letsIn = (...statements: object[]) => set("alarms-policy", { policy: document(...statements) });
const tagged = set("callback", { tags: { "iot-quarantine:component": "CallbackLambda" } });
const otherTopic = { ArnEquals: { "aws:SourceArn": `${TOPIC_ARN}-2` } };

holdPolicyTo(securityProfileTopicIsHeard, {
  level: "mandatory",
  stack: queuedLoop,
  faults: [
    [
      "a queue without a policy",
      remove("alarms-policy"),
      "topic",
      /"alarms" does not let sns.amazonaws.com send/,
    ],
    [
      "a queue policy for another topic",
      letsIn({ ...snsFeeds, Condition: otherTopic }),
      "topic",
      /does not let sns/,
    ],
    [
      "a queue with a key that SNS cannot use",
      set("alarms", { kmsMasterKeyId: KEY_ARN }),
      "topic",
      /or its key/,
    ],
    ["a FIFO queue", set("alarms", { fifoQueue: true }), "topic", /FIFO queue/],
    [
      "a queue that nothing takes to the function",
      both(remove("mapping"), tagged),
      "topic",
      /no event source mapping takes alarms from queue "alarms" to function "callback"/,
    ],
    [
      "a filter that lets no alarm into the queue",
      set("subscription", { filterPolicy: { a: ["b"] } }),
      "topic",
      /message attributes/,
    ],
  ],
  unjudged: [
    [
      "a mapping of nobody knows which queue",
      both(set("mapping", { eventSourceArn: UNKNOWN }), tagged),
      "topic",
      /who reads queue "alarms"/,
    ],
  ],
  nearMisses: [
    ["what a first preview knows", queuePreviewed],
    ["a queue that somebody elsewhere reads", remove("mapping", "callback")],
    ["raw delivery", set("subscription", { rawMessageDelivery: true })],
    [
      "a queue that also an archive reads",
      (stack: Stack) => {
        stack.archive = {
          ...structuredClone(one(stack, "mapping")),
          props: { eventSourceArn: ALARMS_ARN, functionName: "archive" },
        };
      },
    ],
  ],
});
