// Entry of the Pulumi program.
require("./transpile.js");
// Stack traces name the files that run, as sucrase keeps every line. Pulumi's source maps name files that are not
// there, and Node (20.20 and 22.23 at least) takes 20 s and 4 GB to print such a frame in colours, as Pulumi does.
Error.prepareStackTrace = undefined;
module.exports = require("./index.ts");
