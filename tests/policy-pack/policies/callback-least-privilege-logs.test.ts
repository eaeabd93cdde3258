import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { ACCOUNT, callbackStatements, closedLoop, document, REGION } from "../support/loop";
import { changed, judgeStack, set } from "../support/stack";
import { holdPolicyTo } from "../support/table";

// Writing the logs of other functions is more than a callback needs, but touches no device.

const managed = (name: string) =>
  set("callback-role", { managedPolicyArns: [`arn:aws:iam::aws:policy/service-role/${name}`] });
const mayWrite = (statement: object) =>
  set("callback-role-policy", {
    policy: document(...callbackStatements, { Effect: "Allow", Action: "logs:PutLogEvents", ...statement }),
  });
const ADVICE =
  /allows logs:.* on .*: with it the function can write into the log of any function.*own log group/;

holdPolicyTo(callbackLeastPrivilege, {
  level: "mandatory",
  faults: [
    ["all actions of logs", mayWrite({ Action: "logs:*", Resource: "*" }), "callback", /allows logs:\*/],
    [
      "deleting any log",
      mayWrite({ Action: "logs:DeleteLogGroup", Resource: "*" }),
      "callback",
      /allows logs:DeleteLogGroup on \*/,
    ],
  ],
  advice: [
    ...["AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole"].map(
      (name) => [`AWS's policy ${name}`, managed(name), "callback", ADVICE] as const,
    ),
    ...[`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*`, "arn:aws:logs:*:*:*", "*"].map(
      (Resource) => [`logs of ${Resource}`, mayWrite({ Resource }), "callback", ADVICE] as const,
    ),
    [
      "all resources but some",
      mayWrite({ NotResource: "arn:aws:logs:us-east-1:123456789012:log-group:audit:*" }),
      "callback",
      ADVICE,
    ],
  ],
  nearMisses: [
    [
      "tracing alone",
      set("callback-role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"] }),
    ],
  ],
});

test("AWS's policy for queues is refused for the queues of others, and not for the logs", () => {
  const stack = changed(closedLoop, managed("AWSLambdaSQSQueueExecutionRole"));
  expect(judgeStack(callbackLeastPrivilege, stack)).toEqual([
    {
      level: "own",
      name: "callback",
      message: expect.stringMatching(/allows sqs:[^:]*, sqs:[^:]*, sqs:\w+ on \*/),
    },
    { level: "advisory", name: "callback", message: expect.stringMatching(ADVICE) },
  ]);
});
