// Entry of the pack. The engine gives every pack a loader of TypeScript that checks types (12 s and 1.6 GB); this one
// transpiles the sources as they are, as that of the program does (../main.js). `npm run check` checks types.
delete require.extensions[".ts"];
require("sucrase/register/ts");
require("./index.ts");
