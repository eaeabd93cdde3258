// Entry of the pack.
require("../transpile.js");
require("./index.ts");
