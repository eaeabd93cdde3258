import fc from "fast-check";
import { ShadowError } from "../../../../sandbox/services/iot-data/shadow-error";
import { readClientToken, readUpdate } from "../../../../sandbox/services/iot-data/shadow-request";

const bytes = (text: string) => new TextEncoder().encode(text);

/** `{"k1": {"k2": ...}}` of so many levels. */
const nested = (levels: number): string => (levels === 1 ? '{"k":1}' : `{"k":${nested(levels - 1)}}`);

describe("the body of an update", () => {
  test("is read with its version and token", () => {
    const body = '{"state":{"desired":{"a":1},"reported":null},"version":7,"clientToken":"t","more":1}';
    expect(readUpdate(bytes(body))).toEqual({
      state: { desired: { a: 1 }, reported: null },
      version: 7,
      clientToken: "t",
    });
  });

  test("may remove the whole state", () => {
    expect(readUpdate(bytes('{"state":null}'))).toEqual({ state: null });
  });

  test.each([
    ["", 400, "Invalid JSON"],
    ["{", 400, "Invalid JSON"],
    ["[]", 400, "Invalid JSON"],
    ["null", 400, "Invalid JSON"],
    ["{}", 400, "Missing required node: state"],
    ['{"state":1}', 400, "State node must be an object"],
    ['{"state":[]}', 400, "State node must be an object"],
    ['{"state":{"delta":{}}}', 400, "State contains an invalid node"],
    ['{"state":{"__proto__":{}}}', 400, "State contains an invalid node"],
    ['{"state":{"desired":1}}', 400, "Desired node must be an object"],
    ['{"state":{"reported":[]}}', 400, "Reported node must be an object"],
    ['{"state":{"desired":{"a":[1,null]}}}', 400, "State contains an invalid node"],
    ['{"state":{"desired":{"a":[{"b":[null]}]}}}', 400, "State contains an invalid node"],
    ['{"state":{},"version":"1"}', 400, "Invalid version"],
    ['{"state":{},"version":-1}', 400, "Invalid version"],
    ['{"state":{},"version":1.5}', 400, "Invalid version"],
    ['{"state":{},"clientToken":1}', 400, "Invalid clientToken"],
    [`{"state":{},"clientToken":"${"ü".repeat(33)}"}`, 400, "Invalid clientToken"],
  ])("%s is refused with %i %s", (body, code, message) => {
    expect(() => readUpdate(bytes(body))).toThrow(expect.objectContaining({ code, message }));
  });

  test("is refused with its token where that can be read", () => {
    const body = bytes('{"state":{"desired":1},"clientToken":"t"}');
    expect(() => readUpdate(body)).toThrow(expect.objectContaining({ code: 400, clientToken: "t" }));
  });

  test("must be UTF-8", () => {
    const latin1 = Uint8Array.from(Buffer.from('{"state":{"desired":{"a":"ü"}}}', "latin1"));
    expect(() => readUpdate(latin1)).toThrow(expect.objectContaining({ code: 415 }));
  });

  test("may nest 8 levels, and is refused at 9 or at a depth that no recursion survives", () => {
    const body = (section: string) => bytes(`{"state":{"desired":${section}}}`);
    const refused = expect.objectContaining({
      code: 400,
      message: "JSON contains too many levels of nesting; maximum is 8",
    });
    expect(readUpdate(body(nested(8)))).toBeDefined();
    expect(() => readUpdate(body(nested(9)))).toThrow(refused);
    expect(() => readUpdate(body(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`))).toThrow(refused);
  });

  test("is read or refused, whatever its bytes are", () => {
    const outcome = (body: Uint8Array) => {
      try {
        readUpdate(body);
      } catch (error) {
        expect(error).toBeInstanceOf(ShadowError);
      }
    };
    fc.assert(fc.property(fc.uint8Array(), outcome));
    fc.assert(fc.property(fc.json(), (text) => outcome(bytes(text))));
    fc.assert(fc.property(fc.json(), (text) => outcome(bytes(`{"state":{"desired":${text}}}`))));
  });
});

describe("the token of a get or a delete", () => {
  test.each([
    ['{"clientToken":"t"}', "t"],
    ["", undefined],
    ["no JSON", undefined],
    ["[]", undefined],
    ['{"clientToken":1}', undefined],
  ])("of %j is %s", (body, expected) => {
    expect(readClientToken(bytes(body))).toBe(expected);
  });

  test("of bytes that are no text is none", () => {
    expect(readClientToken(Uint8Array.of(0xff))).toBeUndefined();
  });
});
