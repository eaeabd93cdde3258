import fc from "fast-check";

/**
 * Any text, of any code points but halves of pairs. As `fc.string({ unit: "binary" })` without what that keeps of each
 * code point to shrink texts that it did not make, which takes a second.
 */
export const anyText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map((codePoint) => String.fromCodePoint(codePoint)),
});
