// The engine type-checks a pack whose entry is TypeScript each time that it loads it (12 s and 1.6 GB); this entry
// has the sources transpiled alone, as they are: there is no build that could be stale. `npm run check` type-checks.
require("tsx/cjs");
require("./index.ts");
