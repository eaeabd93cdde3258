// Loaded by the program's entry. Pulumi's runner renders every error by util.inspect with colours, and Node
// (20.20 and 22.23 at least) never gets past a stack frame in `node_modules/@scope/file.ts` then: its search for the
// end of the module's name starts anew, and fills 4 GB in 20 s before it gives up. Pulumi's source maps make such
// frames.
const util = require("node:util");

const { inspect } = util;

function inspectWithoutColours(value, options, ...rest) {
  const plain = typeof options === "object" ? { ...options, colors: false } : options;
  return inspect(value, plain, ...rest);
}

// `custom` and `defaultOptions` stay where they are looked for.
util.inspect = Object.setPrototypeOf(inspectWithoutColours, inspect);
