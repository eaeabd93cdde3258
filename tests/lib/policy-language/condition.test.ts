import fc from "fast-check";
import {
  type ConditionOutcome,
  evaluateCondition,
  parseCondition,
} from "../../../lib/policy-language/condition";

/** The request's values; keys in lower case. */
const CONTEXT = new Map([
  ["aws:sourcearn", ["arn:aws:iot:us-east-1:123456789012:securityprofile/p"]],
  ["aws:sourceaccount", ["123456789012"]],
  ["aws:securetransport", ["true"]],
  ["many", ["a", "b"]],
  ["empty", []],
  ["size", ["10"]],
  ["word", ["Word*"]],
  ["long", ["arn:aws:s:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"]],
]);

const outcome = (operator: string, key: string, ...values: string[]): ConditionOutcome =>
  evaluateCondition(parseCondition(operator, key, values, { variables: "variables" }), CONTEXT);

describe("a condition", () => {
  it.each<[ConditionOutcome, string, string, ...string[]]>([
    // strings
    ["met", "StringEquals", "aws:SourceAccount", "123456789012"],
    ["met", "StringEquals", "AWS:SOURCEACCOUNT", "1", "123456789012"],
    ["unmet", "StringEquals", "aws:SourceAccount", "12345678901*"],
    ["unmet", "StringEquals", "aws:SourceAccount", "1"],
    ["unmet", "StringEquals", "absent", "1"],
    ["met", "StringEquals", "word", "Word*"],
    ["met", "StringNotEquals", "aws:SourceAccount", "1", "2"],
    ["unmet", "StringNotEquals", "aws:SourceAccount", "1", "123456789012"],
    ["met", "StringNotEquals", "absent", "1"],
    ["met", "StringEqualsIgnoreCase", "word", "wORD*"],
    ["unmet", "StringEqualsIgnoreCase", "word", "wORDs"],
    ["unmet", "StringNotEqualsIgnoreCase", "word", "wORD*"],
    ["met", "StringLike", "aws:SourceAccount", "12345678901?"],
    ["met", "StringLike", "aws:SourceAccount", "1*2"],
    ["unmet", "StringLike", "aws:SourceAccount", "1*1"],
    ["unmet", "StringNotLike", "aws:SourceAccount", "1*"],
    ["met", "StringNotLike", "absent", "*"],
    // ARNs: all four take wildcards
    ["met", "ArnEquals", "aws:SourceArn", "arn:aws:iot:us-east-1:123456789012:securityprofile/p"],
    ["met", "ArnEquals", "aws:SourceArn", "arn:aws:iot:*:123456789012:securityprofile/*"],
    ["met", "ArnLike", "aws:SourceArn", "arn:aws:iot:us-east-?:123456789012:*"],
    ["unmet", "ArnLike", "aws:SourceArn", "arn:aws:iot:us-east-1:123456789012:securityprofile/q"],
    ["unmet", "ArnLike", "absent", "*"],
    ["met", "ArnNotEquals", "aws:SourceArn", "arn:aws:iot:us-east-1:123456789012:securityprofile/q"],
    ["unmet", "ArnNotEquals", "aws:SourceArn", "arn:aws:iot:*:*:securityprofile/p"],
    ["met", "ArnNotEquals", "absent", "arn:aws:iot:us-east-1:123456789012:x"],
    ["met", "ArnNotLike", "absent", "*"],
    // each of the six components by itself: no wildcard crosses a colon, but in the last
    ["met", "StringLike", "long", "arn:aws:s:*:111122223333:finance/*"],
    ["unmet", "ArnLike", "long", "arn:aws:s:*:111122223333:finance/*"],
    ["unmet", "ArnEquals", "long", "arn:aws:s:*:111122223333:finance/*"],
    ["met", "ArnNotLike", "long", "arn:aws:s:*:111122223333:finance/*"],
    ["met", "ArnNotEquals", "long", "arn:aws:s:*:111122223333:finance/*"],
    ["met", "ArnLike", "long", "arn:aws:s:*:*:store/*"],
    ["unmet", "ArnLike", "aws:SourceArn", "*"],
    ["unmet", "ArnLike", "aws:SourceArn", "arn:aws:iot:*"],
    ["unmet", "ArnLike", "aws:SourceArn", "arn:aws:iot:*:*"],
    ["met", "ArnNotLike", "aws:SourceArn", "arn:aws:iot:*"],
    ["unmet", "ArnLike", "aws:SourceArn", "arn:aws:iot:us-east-1?123456789012:*:*"],
    ["met", "ArnLike", "aws:SourceArn", "arn:*:*:*:*:*"],
    ["met", "ArnEquals", "aws:SourceArn", "${aws:SourceArn}"],
    ["unmet", "ArnLike", "word", "*:*:*:*:*:*"],
    // truth values
    ["met", "Bool", "aws:SecureTransport", "true"],
    ["met", "Bool", "aws:SecureTransport", "TRUE"],
    ["unmet", "Bool", "aws:SecureTransport", "false"],
    ["unmet", "Bool", "absent", "false"],
    // numbers
    ["met", "NumericEquals", "size", "10.0"],
    ["unmet", "NumericEquals", "size", "11"],
    ["met", "NumericNotEquals", "size", "11"],
    ["met", "NumericLessThan", "size", "11"],
    ["unmet", "NumericLessThan", "size", "10"],
    ["met", "NumericLessThanEquals", "size", "10"],
    ["met", "NumericGreaterThan", "size", "9"],
    ["unmet", "NumericGreaterThan", "size", "10"],
    ["met", "NumericGreaterThanEquals", "size", "10"],
    ["unmet", "NumericLessThan", "word", "11"],
    ["unmet", "NumericLessThan", "absent", "11"],
    // presence
    ["met", "Null", "absent", "true"],
    ["unmet", "Null", "absent", "false"],
    ["met", "Null", "size", "false"],
    ["unmet", "Null", "size", "true"],
    ["met", "StringEqualsIfExists", "absent", "x"],
    ["unmet", "StringEqualsIfExists", "size", "x"],
    ["met", "StringEqualsIfExists", "size", "10"],
    ["met", "BoolIfExists", "absent", "false"],
    // several values
    ["met", "ForAnyValue:StringEquals", "many", "b", "c"],
    ["unmet", "ForAnyValue:StringEquals", "many", "c"],
    ["unmet", "ForAnyValue:StringEquals", "absent", "c"],
    ["met", "ForAllValues:StringEquals", "many", "a", "b", "c"],
    ["unmet", "ForAllValues:StringEquals", "many", "a", "c"],
    ["met", "ForAllValues:StringEquals", "absent", "c"],
    ["met", "ForAllValues:StringLike", "empty", "c"],
    ["met", "ForAnyValue:StringNotEquals", "many", "a"],
    ["unmet", "ForAllValues:StringNotEquals", "many", "a"],
    ["unmet", "ForAnyValue:StringNotEquals", "absent", "a"],
    // variables
    ["met", "StringEquals", "aws:SourceAccount", "${aws:SourceAccount}"],
    ["met", "ArnLike", "aws:SourceArn", "arn:aws:iot:*:${aws:SourceAccount}:securityprofile/*"],
    ["met", "StringEquals", "word", "Word${*}"],
    ["met", "StringEqualsIgnoreCase", "word", "${WORD}"],
    ["met", "StringEqualsIgnoreCase", "word", "x", "${caps, 'WORD*'}"],
    ["unmet", "StringNotEqualsIgnoreCase", "word", "${Word}"],
    // a variable without a value equals nothing, and is like nothing
    ["unmet", "StringEquals", "aws:SourceAccount", "${absent}"],
    ["met", "StringEquals", "aws:SourceAccount", "123456789012", "${absent}"],
    ["met", "StringNotEquals", "aws:SourceAccount", "${absent}"],
    ["unmet", "StringLike", "aws:SourceAccount", "*${absent}"],
    ["met", "StringNotLike", "aws:SourceAccount", "*${absent}"],
    ["unmet", "ArnLike", "aws:SourceArn", "arn:aws:iot:*:${absent}:*"],
    ["unmet", "ForAllValues:StringEquals", "many", "a", "${absent}"],
    ["met", "ForAnyValue:StringEquals", "many", "a", "${absent}"],
    // its default
    ["met", "StringEquals", "aws:SourceAccount", "${absent, '123456789012'}"],
    ["unmet", "StringEquals", "aws:SourceAccount", "${aws:SourceAccount, 'other'}x"],
    ["met", "StringEquals", "aws:SourceAccount", "${aws:SourceAccount, 'other'}"],
    ["unmet", "StringLike", "aws:SourceAccount", "${absent, '*'}"],
    // an empty list matches nothing
    ["unmet", "StringEquals", "word"],
    ["met", "StringNotEquals", "word"],
    ["unmet", "Null", "absent"],
    ["unmet", "Null", "size"],
    // what is not known
    ["unknown", "IpAddress", "aws:SourceIp", "10.0.0.0/8"],
    ["unknown", "DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"],
    ["unknown", "ForSomeValue:StringEquals", "many", "a"],
    ["unknown", "NullIfExists", "many", "true"],
    ["unknown", "ForAllValues:Null", "many", "true"],
    ["unknown", "ForAnyValue:Null", "absent", "true"],
  ])("is %s: %s of %s against %j", (expected, operator, key, ...values) => {
    expect(outcome(operator, key, ...values)).toBe(expected);
  });

  it("has no variables in the language's first version", () => {
    const condition = parseCondition("StringEquals", "word", ["${word}"], { variables: "no-variables" });
    expect(evaluateCondition(condition, CONTEXT)).toBe("unmet");
    expect(evaluateCondition(condition, new Map([["word", ["${word}"]]]))).toBe("met");
  });

  it.each(["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "NumericEquals"])(
    "%s and its negation never agree, whatever the value",
    (operator) => {
      const negation = operator.replace(/(Equals|Like)/, "Not$1");
      fc.assert(
        fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), fc.string(), (values, actual) => {
          const context = new Map([["k", [actual]]]);
          const judge = (name: string) =>
            evaluateCondition(parseCondition(name, "k", values, { variables: "no-variables" }), context);
          return judge(operator) !== judge(negation);
        }),
      );
    },
  );
});
