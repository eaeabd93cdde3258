import fc from "fast-check";
import { PacketGuard } from "../../../sandbox/mqtt/packet-guard";

/** A packet with a body of so many bytes. */
function packet(bodyBytes: number): Buffer {
  const length: number[] = [];
  for (let rest = bodyBytes; length.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes, 0xff)]);
}

const LARGEST = 146 * 1024;

describe("the packet guard", () => {
  test.each([0, 1, 127, 128, 16_383, 16_384, 131_072, LARGEST])("takes a packet of %i bytes", (bytes) => {
    expect(new PacketGuard().accepts(packet(bytes))).toBe(true);
  });

  test("refuses a packet that is too large by its header alone", () => {
    expect(new PacketGuard().accepts(packet(LARGEST + 1).subarray(0, 4))).toBe(false);
    expect(new PacketGuard().accepts(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))).toBe(false);
  });

  test("finds the packet that is too large behind any others, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
        (sizes, cuts) => {
          const good = Buffer.concat(sizes.map(packet));
          const feed = (bytes: Buffer) => {
            const guard = new PacketGuard();
            let at = 0;
            for (let turn = 0; at < bytes.length; turn++) {
              const end = at + (cuts[turn % cuts.length] ?? 1);
              if (!guard.accepts(bytes.subarray(at, end))) return false;
              at = end;
            }
            return true;
          };
          expect(feed(good)).toBe(true);
          expect(feed(Buffer.concat([good, packet(LARGEST + 1).subarray(0, 4)]))).toBe(false);
        },
      ),
    );
  });
});
