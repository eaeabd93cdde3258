// Entry of the Pulumi program. The sources are transpiled as they are, at every start: nothing is built or kept, and
// types are not checked, which would take seconds and half a gigabyte; `npm run check` does it. Node takes a `.js` that
// a compiler left beside a `.ts` before the source: delete such files.
require("sucrase/register/ts");
// Stack traces name the files that run, as sucrase keeps every line. Pulumi's source maps name files that are not
// there, and Node (20.20 and 22.23 at least) takes 20 s and 4 GB to print such a frame in colours, as Pulumi does.
Error.prepareStackTrace = undefined;
module.exports = require("./index.ts");
