// Turns TypeScript and ES modules into CommonJS for jest, some twenty times as fast as the TypeScript compiler
// does; types are checked by `npm run typecheck`.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { transformSync, version } = require("esbuild");

const OPTIONS = {
  format: "cjs",
  target: "node20",
  sourcemap: "inline",
  sourcesContent: true,
  // jest has no import(): it becomes a require that answers later.
  supported: { "dynamic-import": false },
};
const SELF = readFileSync(__filename);

module.exports = {
  // Without the Node's version: what comes out is the same for each, so that one makes it for the others.
  getCacheKey: (source, path) =>
    createHash("sha256").update(SELF).update(version).update(path).update(source).digest("hex"),
  process: (source, path) =>
    transformSync(source, { ...OPTIONS, loader: path.endsWith(".ts") ? "ts" : "js", sourcefile: path }),
};
