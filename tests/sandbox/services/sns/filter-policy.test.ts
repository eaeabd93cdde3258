import { checkFilterPolicy, passesFilter } from "../../../../sandbox/services/sns/filter-policy";

const body = { type: "in-alarm", behavior: { name: "Sent" }, count: 30, tags: ["a", "b"], none: null };

describe("a filter policy on the body", () => {
  it.each([
    [{ type: ["in-alarm"] }, true],
    [{ type: ["alarm-cleared", "in-alarm"] }, true],
    [{ type: ["alarm-cleared"] }, false],
    [{ type: ["in-alarm"], count: [31] }, false],
    [{ count: [30] }, true],
    [{ count: ["30"] }, false],
    [{ none: [null] }, true],
    [{ behavior: { name: ["Sent"] } }, true],
    [{ behavior: { name: ["Received"] } }, false],
    [{ type: { name: ["Sent"] } }, false],
    [{ tags: ["b"] }, true],
    [{ type: [{ prefix: "in-" }] }, true],
    [{ count: [{ prefix: "3" }] }, false],
    [{ type: [{ suffix: "-alarm" }] }, true],
    [{ type: [{ "equals-ignore-case": "IN-ALARM" }] }, true],
    [{ type: [{ "anything-but": "in-alarm" }] }, false],
    [{ type: [{ "anything-but": ["x", "y"] }] }, true],
    [{ type: [{ "anything-but": { prefix: "in" } }] }, false],
    [{ missing: [{ "anything-but": "x" }] }, false],
    [{ missing: [{ exists: false }] }, true],
    [{ missing: [{ exists: true }] }, false],
    [{ type: [{ exists: true }] }, true],
    [{ count: [{ numeric: [">", 10, "<=", 30] }] }, true],
    [{ count: [{ numeric: [">=", 31] }] }, false],
    [{ count: [{ numeric: [">=", 30] }] }, true],
    [{ count: [{ numeric: ["<=", 30] }] }, true],
    [{ count: [{ numeric: ["=", 30] }] }, true],
    [{ count: [{ numeric: ["<", 30] }] }, false],
    [{ type: [{ numeric: ["=", 30] }] }, false],
  ])("%j passes the message: %s", (policy, passes) => {
    const text = JSON.stringify(policy);
    checkFilterPolicy(text, "MessageBody");
    expect(passesFilter(text, "MessageBody", { body: JSON.stringify(body), attributes: {} })).toBe(passes);
  });

  it.each(["no json", "[1]", "7"])("lets no message pass whose body is %s", (text) => {
    const policy = '{"a":[{"exists":false}]}';
    expect(passesFilter(policy, "MessageBody", { body: text, attributes: {} })).toBe(false);
  });
});

describe("a filter policy on the attributes", () => {
  const attributes = {
    kind: { DataType: "String", StringValue: "alarm" },
    size: { DataType: "Number", StringValue: "7" },
    list: { DataType: "String.Array", StringValue: '["a","b"]' },
    broken: { DataType: "String.Array", StringValue: "a" },
  };
  it.each([
    [{ kind: ["alarm"] }, true],
    [{ kind: ["news"] }, false],
    [{ size: [7] }, true],
    [{ size: [{ numeric: ["<", 7] }] }, false],
    [{ list: ["b"] }, true],
    [{ broken: ["a"] }, true],
    [{ other: ["x"] }, false],
  ])("%j passes: %s", (policy, passes) => {
    const text = JSON.stringify(policy);
    expect(passesFilter(text, "MessageAttributes", { body: "", attributes })).toBe(passes);
  });
});

describe("a filter policy is refused", () => {
  it.each([
    ["no JSON", "{", "MessageBody"],
    ["no object", "[]", "MessageBody"],
    ["a value that is no list", '{"a":"b"}', "MessageBody"],
    ["an empty list", '{"a":[]}', "MessageBody"],
    ["nested keys outside the body", '{"a":{"b":["c"]}}', "MessageAttributes"],
    ["an operator that is unknown", '{"a":[{"like":"x"}]}', "MessageBody"],
    ["two operators in one rule", '{"a":[{"prefix":"x","suffix":"y"}]}', "MessageBody"],
    ["$or, which the sandbox does not judge", '{"$or":[{"a":["b"]}]}', "MessageBody"],
    ["more than five keys", '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', "MessageBody"],
  ] as const)("with %s", (_why, policy, scope) => {
    expect(() => checkFilterPolicy(policy, scope)).toThrow("FilterPolicy");
  });
});
