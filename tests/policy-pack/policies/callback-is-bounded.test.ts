import { callbackIsBounded } from "../../../policy-pack/policies/callback-is-bounded";
import { FUNCTION_ARN } from "../support/loop";
import { set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const reserved = (value: unknown) => set("callback", { reservedConcurrentExecutions: value });

holdPolicyTo(callbackIsBounded, {
  level: "mandatory",
  faults: [
    ["no reserved concurrency", reserved(undefined), "callback", /Set reservedConcurrentExecutions.*not set/],
    ["what AWS answers where there is none", reserved(-1), "callback", /it is -1/],
    ["a function that is turned off", reserved(0), "callback", /turned off/],
    [
      "a function that only its tag makes a callback",
      both(
        reserved(undefined),
        set("subscription", { protocol: "email", endpoint: "soc@example.com" }),
        set("callback", { tags: { "iot-quarantine:component": "CallbackLambda" } }),
      ),
      "callback",
      /no reserved concurrency/,
    ],
    [
      "a version of the function behind the topic",
      both(reserved(undefined), set("subscription", { endpoint: `${FUNCTION_ARN}:live` })),
      "callback",
      /no reserved concurrency/,
    ],
  ],
  unjudged: [["an unknown concurrency", reserved(UNKNOWN), "callback", /reserved concurrency/]],
  nearMisses: [
    ["a single execution", reserved(1)],
    [
      "an unbounded function that no alert topic invokes",
      both(reserved(undefined), set("subscription", { topic: "arn:aws:sns:us-east-1:123456789012:orders" })),
    ],
  ],
});
