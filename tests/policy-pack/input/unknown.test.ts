import { parseJson, plain, UNKNOWN } from "../../../policy-pack/input/unknown";

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test("properties that are nested beyond any document of AWS are unknown, and break no reader", () => {
  let found = plain(JSON.parse(deep(20_000)));
  while (Array.isArray(found)) found = found[0];
  expect(found).toBe(UNKNOWN);
  expect(plain(JSON.parse(deep(50)))).toEqual(JSON.parse(deep(50)));
});

test("JSON that is nested beyond any document of AWS is unknown", () => {
  expect(parseJson(deep(20_000))).toBe(UNKNOWN);
  expect(parseJson(deep(50))).toEqual(JSON.parse(deep(50)));
});
