import { formatFault } from "../../../lib/detect/fault";

describe("formatFault", () => {
  test.each([
    [60, "60"],
    ["60", '"60"'],
    [undefined, "not set"],
    [null, "null"],
    [true, "true"],
    [[1, 2], "a list of 2"],
    [{ secret: "x" }, "an object"],
    ["x".repeat(61), `"${"x".repeat(60)}"... (61 characters)`],
  ])("says of %j that it is %s", (value, shown) => {
    const fault = { path: "a.b", rule: "one of 1, 2", value, remedy: "Set `b` of the behavior to" };
    expect(formatFault(fault)).toBe(`a.b: Set \`b\` of the behavior to one of 1, 2; it is ${shown}.`);
  });
});
