// Has Node run the TypeScript sources as they are: transpiled at every start, nothing built or kept. Types are not
// checked, which would take seconds and half a gigabyte; `npm run check` does it.
const { addHook } = require("sucrase/dist/register");

const { extensions } = require;
// The engine gives every policy pack a loader of its own that checks them, and later versions of Node have one, too.
delete extensions[".ts"];
// What every supported Node can do itself stays as it is: `?.` and `??` as functions take twice the time in hot loops.
addHook(".ts", { transforms: ["imports", "typescript"], disableESTransforms: true });
// A source comes before a `.js` of the same name: what a compiler left beside it may be older.
for (const [extension, load] of Object.entries(extensions)) {
  if (extension === ".ts") continue;
  delete extensions[extension];
  extensions[extension] = load;
}
