// In place of what Pulumi's SDK serializes closures with, which it loads with every import of it: no code of a function
// is made that way here (infra/bundle.ts).
module.exports = {};
