import { BlockList } from "node:net";
import fc from "fast-check";
import { contains, overlaps, parseBlock } from "../../../lib/detect/cidr";

describe("parseBlock", () => {
  test.each([
    ["10.1.2.3", { version: 4, address: 0x0a010203n, prefix: 32 }],
    ["255.255.255.255/0", { version: 4, address: 0xffffffffn, prefix: 0 }],
    ["::", { version: 6, address: 0n, prefix: 128 }],
    ["::1/64", { version: 6, address: 1n, prefix: 64 }],
    ["1::", { version: 6, address: 1n << 112n, prefix: 128 }],
    ["1:2:3:4:5:6:7:8", { version: 6, address: 0x00010002000300040005000600070008n, prefix: 128 }],
    ["64:ff9b::10.1.2.3", { version: 6, address: 0x0064ff9b00000000000000000a010203n, prefix: 128 }],
    ["::ffff:10.1.2.3", { version: 4, address: 0x0a010203n, prefix: 32 }],
    ["::ffff:10.0.0.0/104", { version: 4, address: 0x0a000000n, prefix: 8 }],
    ["::ffff:0:0/95", { version: 6, address: 0xffff00000000n, prefix: 95 }],
  ])("reads %s", (text, block) => {
    expect(parseBlock(text)).toEqual(block);
  });

  test.each([
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/8/8",
    "10.0.0",
    "::/129",
    "fe80::1%eth0",
    "localhost",
    "10.0.0.0/ 8",
  ])("reads nothing from %j", (text) => {
    expect(parseBlock(text)).toBeUndefined();
  });

  test("agrees with Node's own block list on every address and CIDR", () => {
    const plain = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((text) => !/^[0:]*:ffff:/i.test(text)),
    );
    fc.assert(
      fc.property(plain, plain, fc.nat(128), (address, network, bits) => {
        const [inner, base] = [parseBlock(address), parseBlock(network)];
        fc.pre(inner !== undefined && base !== undefined);
        const prefix = base.version === 4 ? bits % 33 : bits;
        const list = new BlockList();
        list.addSubnet(network, prefix, base.version === 4 ? "ipv4" : "ipv6");
        const expected =
          inner.version === base.version && list.check(address, inner.version === 4 ? "ipv4" : "ipv6");
        const outer = { ...base, prefix };
        expect([contains(outer, inner), overlaps(outer, inner)]).toEqual([expected, expected]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("contains and overlaps", () => {
  test.each([
    ["10.0.0.0/8", "10.1.0.0/16", true, true],
    ["10.1.0.0/16", "10.0.0.0/8", false, true],
    ["10.0.0.0/8", "10.0.0.0/8", true, true],
    ["10.0.0.0/16", "10.0.0.0/8", false, true],
    ["10.0.0.0/9", "10.128.0.0/9", false, false],
    ["0.0.0.0/0", "::/0", false, false],
  ])("%s and %s: %j and %j", (a, b, contained, shared) => {
    const [outer, inner] = [parseBlock(a), parseBlock(b)];
    expect(
      outer && inner && [contains(outer, inner), overlaps(outer, inner), overlaps(inner, outer)],
    ).toEqual([contained, shared, shared]);
  });
});
