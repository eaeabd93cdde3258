import {
  isDelivered,
  isPublishable,
  isSubscribable,
  shadowRequestOf,
} from "../../../sandbox/mqtt/reserved-topics";

describe("reserved topics", () => {
  // topic, whether devices may publish there, whether subscribers get what is published there
  test.each([
    ["a/b", true, true],
    ["$aws/things/dev-1/shadow/get", true, true],
    ["$aws/things/dev-1/shadow/update", true, true],
    ["$aws/things/dev-1/shadow/delete", true, true],
    ["$aws/things/dev-1/shadow/name/n/update", true, true],
    ["$aws/things/dev-1/shadow/update/accepted", false, true],
    ["$aws/things/dev-1/shadow/update/delta", false, true],
    ["$aws/things/dev 1/shadow/get", false, false],
    [`$aws/things/${"x".repeat(129)}/shadow/get`, false, true],
    ["$aws/rules/my_rule", true, false],
    ["$aws/rules/my_rule/a/b", true, false],
    ["$aws/rules/", false, false],
    ["$aws/things/dev-1/defender/metrics/json", true, false],
    ["$aws/things/dev-1/defender/metrics/json/accepted", false, true],
    ["$aws/things/dev-1/defender/metrics/xml", false, false],
    ["$aws/things/dev-1/jobs/get", true, false],
    ["$aws/things/dev-1/jobs/job-1/update", true, false],
    ["$aws/things/dev-1/jobs/notify", false, false],
    ["$aws/things/dev-1/streams/s/get/cbor", true, false],
    ["$aws/certificates/create/json", true, false],
    ["$aws/certificates/create-from-csr/cbor", true, false],
    ["$aws/provisioning-templates/t/provision/json", true, false],
    ["$aws/events/presence/connected/dev-1", false, true],
    ["$aws/anything", false, false],
    ["$SYS/broker/heartbeat", false, false],
    ["$other", false, false],
  ])("%s: publish %s, delivered %s", (topic, publishable, delivered) => {
    expect(isPublishable(topic)).toBe(publishable);
    expect(isDelivered(topic)).toBe(delivered);
  });

  test.each([
    ["#", true],
    ["a/+", true],
    ["$aws/#", true],
    ["$aws/things/+/shadow/#", true],
    ["$aws/events/presence/+/dev-1", true],
    ["$aws/rules/my_rule", false],
    ["$aws/rules/#", false],
    ["$aws", false],
    ["$SYS/#", false],
    ["$share/group/a", false],
  ])("filter %s: subscribe %s", (filter, subscribable) => {
    expect(isSubscribable(filter)).toBe(subscribable);
  });

  test.each([
    ["$aws/things/dev-1/shadow/get", { thingName: "dev-1", operation: "get" }],
    [
      "$aws/things/a:b_c/shadow/name/$main/delete",
      { thingName: "a:b_c", shadowName: "$main", operation: "delete" },
    ],
    ["$aws/things/dev-1/shadow/get/accepted", undefined],
    ["$aws/things/dev-1/shadow/put", undefined],
    ["x/$aws/things/dev-1/shadow/get", undefined],
  ])("%s asks the shadow service for %j", (topic, expected) => {
    expect(shadowRequestOf(topic)).toEqual(expected);
  });
});
