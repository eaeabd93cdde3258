import { isObject, parseObject } from "../../lib/json";

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [null, false],
  [undefined, false],
  [[], false],
  ["{}", false],
  [1, false],
])("of %j it says whether it is an object: %s", (value, expected) => {
  expect(isObject(value)).toBe(expected);
});

test.each([
  ['{"a":[1]}', { a: [1] }],
  ["[]", undefined],
  ["null", undefined],
  ['"{}"', undefined],
  ["{", undefined],
  ["", undefined],
])("the text %j says the object %j", (text, expected) => {
  expect(parseObject(text)).toEqual(expected);
});
