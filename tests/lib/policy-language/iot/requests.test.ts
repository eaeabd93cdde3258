import type { AwsScope } from "../../../../lib/aws/arns";
import {
  connectChecks,
  publishChecks,
  receiveChecks,
  subscribeChecks,
} from "../../../../lib/policy-language/iot/requests";

const CHINA: AwsScope = { partition: "aws-cn", region: "cn-north-1", account: "210987654321" };
const BASE = "arn:aws-cn:iot:cn-north-1:210987654321:";

describe("what must be allowed", () => {
  it.each([
    ["a CONNECT", connectChecks(CHINA, "dev:1/x"), [["iot:Connect", "client/dev:1/x"]]],
    ["a PUBLISH", publishChecks(CHINA, "a/b", false), [["iot:Publish", "topic/a/b"]]],
    [
      "a PUBLISH with RETAIN",
      publishChecks(CHINA, "a/b", true),
      [
        ["iot:Publish", "topic/a/b"],
        ["iot:RetainPublish", "topic/a/b"],
      ],
    ],
    [
      "a SUBSCRIBE",
      subscribeChecks(CHINA, "$aws/things/+/#"),
      [["iot:Subscribe", "topicfilter/$aws/things/+/#"]],
    ],
    ["a delivery", receiveChecks(CHINA, "a/b"), [["iot:Receive", "topic/a/b"]]],
  ])("for %s", (_, checks, expected) => {
    expect(checks).toEqual(expected.map(([action, name]) => ({ action, resource: `${BASE}${name}` })));
  });
});
