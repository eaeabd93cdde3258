import { zipSync } from "fflate";
import { readArchive } from "../../../../sandbox/services/lambda/archive";
import { zip } from "./serve-lambda";

describe("a deployment package", () => {
  it("gives its files, without folders' own entries", () => {
    const { files, size } = readArchive(
      zipSync({ "a/": new Uint8Array(), "a/b.js": Buffer.from("1"), "c.js": Buffer.from("2") }),
    );
    expect([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
      ["a/b.js", "1"],
      ["c.js", "2"],
    ]);
    expect(size).toBeGreaterThan(100);
  });

  it.each([
    ["is larger than 50 MB", () => new Uint8Array(52_428_801), "RequestEntityTooLargeException"],
    ["holds more than 250 MB", () => claiming(262_144_001), "InvalidParameterValueException"],
    [
      "is cut off",
      () => zip({ "index.js": "x".repeat(1000) }).subarray(0, 60),
      "InvalidParameterValueException",
    ],
    ["has an absolute path", () => zip({ "/etc/x": "" }), "InvalidParameterValueException"],
    [
      "has a path with backslashes that leads out",
      () => zip({ "a\\..\\..\\x": "" }),
      "InvalidParameterValueException",
    ],
  ])("that %s is refused", (_what, make, code) => {
    expect(() => readArchive(make())).toThrow(expect.objectContaining({ code }));
  });
});

/** A small zip whose directory says that its file is large. */
function claiming(bytes: number): Uint8Array {
  const small = Buffer.from(zip({ "index.js": "x" }));
  const directory = small.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  small.writeUInt32LE(bytes, directory + 24);
  return small;
}
