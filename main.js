// Entry of the Pulumi program. The sources are transpiled as they are, at every start: no build that could be stale
// after a pull, and no type check, which would take seconds and half a gigabyte; `npm run check` checks types.
require("./infra/colourless-errors");
require("sucrase/register/ts");
module.exports = require("./index.ts");
