import { randomBytes } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Random text of the alphabet that AWS's ids are made of. */
export const randomId = (length: number) =>
  Array.from(randomBytes(length), (byte) => BASE32[byte % BASE32.length]).join("");
