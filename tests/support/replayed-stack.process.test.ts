import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { startSandbox } from "../../sandbox/start-sandbox";
import { deployStack, type SandboxStack } from "../../tools/sandbox/deploy-stack";
import { replayStack } from "./replayed-stack";
import { ROOT } from "./run-command";

/** What AWS, Pulumi or the machine makes up anew each time. */
const MADE_UP = {
  uuid: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  role: /AROA[A-Z2-7]{17}/g,
  provider: /[0-9a-f]{32}/g,
  suffix: /(?<=-policy[-|:])[0-9a-f]{7}|(?<=-)[0-9a-f]{7}(?=")/g,
  host: /127\.0\.0\.1:\d+/g,
};

/** All that is known of a stack, resource by resource, without what is made up. */
async function known(put: typeof deployStack, times: number) {
  const sandbox = await startSandbox({ port: 0 });
  try {
    const stack: SandboxStack = await put(sandbox, readStackFiles(ROOT, "dev"));
    for (let time = 1; time < times; time++) await sandbox.reset(true);
    const { resources, outputs } = stack.deployed;
    const plain = resources.map(({ inputs: { __defaults: _filledIn, ...inputs }, ...resource }) => ({
      ...resource,
      inputs,
    }));
    let text = JSON.stringify({ outputs, resources: plain });
    for (const [name, pattern] of Object.entries(MADE_UP)) text = text.replaceAll(pattern, `<${name}>`);
    const { resources: all, ...rest } = JSON.parse(text) as {
      resources: { urn: string }[];
      outputs: unknown;
    };
    return { ...rest, resources: Object.fromEntries(all.map((resource) => [resource.urn, resource])) };
  } finally {
    await sandbox.stop();
  }
}

test("a replayed deploy leaves what a real one does", async () => {
  // The first of the two may be what is recorded.
  expect(await known(replayStack, 2)).toEqual(await known(deployStack, 1));
});
