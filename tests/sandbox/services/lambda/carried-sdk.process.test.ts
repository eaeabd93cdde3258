import { readdirSync } from "node:fs";
import * as nodeModule from "node:module";
import { join } from "node:path";
import { createFunction, invoke, type ServedLambda, serveLambda } from "./serve-lambda";

const INSTALLED = join(__dirname, "..", "..", "..", "..", "node_modules", "@aws-sdk");

// The oldest Node has no hooks by which a function could find it; sandbox/README.md says so.
const isCarried = "registerHooks" in nodeModule;
if (!isCarried)
  process.stderr.write(
    "Skipped, as this Node has no module.registerHooks: the SDK that functions are given\n",
  );
const itIsCarried = isCarried ? it : it.skip;

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
});
afterEach(() => test.stop());

describe("a function whose archive has no AWS SDK", () => {
  itIsCarried("requires every client that the sandbox has, and calls the sandbox with it", async () => {
    const clients = readdirSync(INSTALLED).filter((name) => name.startsWith("client-"));
    await createFunction(
      test,
      "calling",
      `for (const name of ${JSON.stringify(clients)}) require("@aws-sdk/" + name);
      const { LambdaClient, ListFunctionsCommand } = require("@aws-sdk/client-lambda");
      exports.handler = async () =>
        (await new LambdaClient({}).send(new ListFunctionsCommand({}))).Functions.map((each) => each.FunctionName);`,
      { Timeout: 20, MemorySize: 1024 },
    );
    expect((await invoke(test, "calling")).body).toEqual(["calling"]);
  });

  itIsCarried("imports it as a module", async () => {
    await createFunction(
      test,
      "module",
      {
        "index.mjs": `import { SNSClient } from "@aws-sdk/client-sns";
          export const handler = async () => typeof SNSClient;`,
      },
      { Timeout: 20 },
    );
    expect((await invoke(test, "module")).body).toBe("function");
  });

  it("finds no other package of the sandbox's, and no client that there is none of", async () => {
    const code = `exports.handler = async () => ["aedes", "@aws-sdk/client-none"].map((name) => {
      try { require(name); return "found"; } catch (error) { return error.code; }
    });`;
    await createFunction(test, "strange", code, { Timeout: 20 });
    expect((await invoke(test, "strange")).body).toEqual(["MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);
  });
});

it("a function's own SDK comes before the carried one", async () => {
  await createFunction(
    test,
    "own",
    {
      "index.js": `exports.handler = async () => require("@aws-sdk/client-iot").own;`,
      "node_modules/@aws-sdk/client-iot/index.js": "exports.own = true;",
    },
    { Timeout: 20 },
  );
  expect((await invoke(test, "own")).body).toBe(true);
});
