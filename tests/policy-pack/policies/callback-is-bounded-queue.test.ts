import { callbackIsBounded } from "../../../policy-pack/policies/callback-is-bounded";
import { FUNCTION_ARN, TOPIC_ARN } from "../support/loop";
import { queuedLoop, queuePreviewed } from "../support/queued-loop";
import { one, type Stack, set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const most = (maximumConcurrency: unknown) => set("mapping", { scalingConfig: { maximumConcurrency } });
const reserved = (value: unknown) => set("callback", { reservedConcurrentExecutions: value });
const disabled = set("mapping", { enabled: false });

const direct = (stack: Stack) => {
  stack.direct = {
    type: "aws:sns/topicSubscription:TopicSubscription",
    props: { topic: TOPIC_ARN, protocol: "lambda", endpoint: FUNCTION_ARN },
  };
};

holdPolicyTo(callbackIsBounded, {
  level: "mandatory",
  stack: queuedLoop,
  faults: [
    [
      "a mapping without a bound",
      set("mapping", { scalingConfig: undefined }),
      "callback",
      /no reserved concurrency.*scalingConfig.maximumConcurrency of each/,
    ],
    [
      "a bound that AWS refuses",
      most(1),
      "callback",
      /maximumConcurrency is 1\. Set it to a number from 2 to 1000/,
    ],
    ["a bound above AWS's", most(1001), "callback", /maximumConcurrency is 1001/],
    ["a mapping that is disabled", disabled, "callback", /"mapping" .* is disabled/],
    ["a function that is turned off behind its queue", reserved(0), "callback", /turned off/],
    ["a topic that invokes the function besides the queue", direct, "callback", /no reserved concurrency/],
    [
      "a queue of which one of two mappings has no bound",
      (stack) => {
        stack.second = structuredClone(one(stack, "mapping"));
        Object.assign(one(stack, "second").props, {
          functionName: `${FUNCTION_ARN}:live`,
          scalingConfig: undefined,
        });
      },
      "callback",
      /no reserved concurrency/,
    ],
  ],
  advice: [
    [
      "a mapping that is paused by hand",
      (stack) => {
        disabled(stack);
        one(stack, "mapping").ignoreChanges = ["enabled"];
      },
      "callback",
      /is disabled: alarms wait/,
    ],
    [
      "a bound above what is reserved",
      reserved(5),
      "callback",
      /up to 30 times at once, of which 5 are reserved/,
    ],
  ],
  unjudged: [
    ["an unknown bound", most(UNKNOWN), "callback", /maximumConcurrency of "mapping"/],
    [
      "a mapping of which it is not known whether it is on",
      set("mapping", { enabled: UNKNOWN }),
      "callback",
      /whether "mapping" is enabled/,
    ],
  ],
  nearMisses: [
    ["what a first preview knows", queuePreviewed],
    [
      "reserved concurrency without a bound of the mapping",
      both(set("mapping", { scalingConfig: undefined }), reserved(10)),
    ],
    ["the least bound", most(2)],
    ["the most", most(1000)],
    ["a topic that invokes the function besides, which has reserved concurrency", both(direct, reserved(30))],
  ],
});
