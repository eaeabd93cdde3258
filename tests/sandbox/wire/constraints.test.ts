import { AwsError } from "../../../sandbox/wire/aws-error";
import { type Constraint, checkConstraints, constrained } from "../../../sandbox/wire/constraints";
import { mergeTags } from "../../../sandbox/wire/tags";

const invalid = (message: string) => new AwsError("ValidationError", 400, message);

describe("constraints", () => {
  it.each<[string, unknown, Constraint, string]>([
    ["a pattern", "a b", { pattern: "[a-z]+" }, "satisfy regular expression pattern: [a-z]+"],
    ["a pattern, at its end", "ab\n", { pattern: "[a-z]+" }, "satisfy regular expression pattern: [a-z]+"],
    ["a pattern of alternatives", "ax", { pattern: "a|b" }, "satisfy regular expression pattern: a|b"],
    ["the least length", "", { min: 1 }, "have length greater than or equal to 1"],
    ["the greatest length", "abc", { max: 2 }, "have length less than or equal to 2"],
    ["the greatest length of a list", ["a", "b"], { max: 1 }, "have length less than or equal to 1"],
    ["the least number", 6, { min: 7, max: 30 }, "have value greater than or equal to 7"],
    ["the greatest number", 31, { min: 7, max: 30 }, "have value less than or equal to 30"],
    ["the values that there are", 2, { oneOf: [1, 3] }, "satisfy enum value set: [1, 3]"],
  ])("hold an input to %s", (_what, value, constraint, fault) => {
    const shown = Array.isArray(value) ? JSON.stringify(value) : value;
    expect(() => checkConstraints({ RoleName: value }, { RoleName: constraint }, invalid)).toThrow(
      `1 validation error detected: Value '${shown}' at 'roleName' failed to satisfy constraint: Member must ${fault}`,
    );
  });

  it("tell all faults at once", () => {
    const constraints = { a: { pattern: "[a-z]+", max: 2 }, b: { min: 5 } };
    expect(() => checkConstraints({ a: "A-B", b: 1 }, constraints, invalid)).toThrow(
      /^3 validation errors detected: .*'a'.*; .*'a'.*; .*'b'/,
    );
  });

  it("let pass what keeps them, what is absent and what has none", () => {
    const constraints = { a: { pattern: "[a-z]+", min: 2, max: 2 }, b: { oneOf: ["x"] }, c: { min: 1 } };
    const input = { a: "ab", b: "x", c: undefined, d: "anything", constructor: "own" };
    expect(() => checkConstraints(input, constraints, invalid)).not.toThrow();
  });

  it("are checked before the action is run", () => {
    const action = jest.fn(() => "done");
    const { Act } = constrained({ Act: action }, { a: { max: 1 } }, invalid);
    const call = { caller: { kind: "user" }, requestId: "r", date: new Date(0) } as const;
    expect(() => Act?.({ a: "long" }, call)).toThrow("less than or equal to 1");
    expect(action).not.toHaveBeenCalled();
    expect(Act?.({ a: "x" }, call)).toBe("done");
    expect(action).toHaveBeenCalledWith({ a: "x" }, call);
  });
});

describe("tags", () => {
  it("are added to those that are there, which stay as they were", () => {
    const current = new Map([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(mergeTags(current, [["b", "3"]], invalid)).toEqual(
      new Map([
        ["a", "1"],
        ["b", "3"],
      ]),
    );
    expect(current.get("b")).toBe("2");
  });

  it.each<[string, [string, string][], string]>([
    ["more than 50", Array.from({ length: 51 }, (_, index) => [`k${index}`, ""]), "there would be 51"],
    ["a key of AWS's own", [["AWS:x", ""]], "must not begin with aws:"],
    ["an empty key", [["", "v"]], "1 to 128 characters"],
    ["a long key", [["k".repeat(129), "v"]], "1 to 128 characters"],
    ["a long value", [["k", "v".repeat(257)]], "at most 256 characters"],
  ])("are refused: %s", (_what, tags, message) => {
    expect(() => mergeTags(new Map(), tags, invalid)).toThrow(message);
  });
});
