import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { startSandbox } from "../../sandbox/start-sandbox";
import { deployStack, type SandboxStack } from "../../tools/sandbox/deploy-stack";
import { replayStack } from "./replayed-stack";
import { ROOT } from "./run-command";

/** What AWS or Pulumi makes up anew each time: ids of resources, roles and providers, the ends of names. */
const MADE_UP =
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|AROA[A-Z2-7]{17}|\b[0-9a-f]{32}\b|(?<=-policy-)[0-9a-f]{7}\b/g;

/** All that is known of a stack, resource by resource; what is made up is told by where it first appears. */
async function known(put: typeof deployStack, times: number): Promise<unknown> {
  const sandbox = await startSandbox({ port: 0 });
  try {
    const stack: SandboxStack = await put(sandbox, readStackFiles(ROOT, "dev"));
    for (let time = 1; time < times; time++) await sandbox.reset(true);
    const resources = stack.deployed.resources.map(
      ({
        inputs: { __defaults: _filledIn, ...inputs },
        outputs: { __defaults: _too, ...outputs },
        ...rest
      }) => [rest.urn, { ...rest, inputs, outputs }] as const,
    );
    const all = {
      outputs: stack.deployed.outputs,
      resources: resources.sort(([a], [b]) => (a < b ? -1 : 1)),
    };
    const seen: string[] = [];
    const text = JSON.stringify(all)
      .replaceAll(new URL(sandbox.address.endpoint).host, "<host>")
      .replace(MADE_UP, (made) => {
        if (!seen.includes(made)) seen.push(made);
        return `<${seen.indexOf(made)}>`;
      });
    return JSON.parse(text);
  } finally {
    await sandbox.stop();
  }
}

test("a replayed deploy leaves what a real one does", async () => {
  // The first of the two may be what is recorded.
  expect(await known(replayStack, 2)).toEqual(await known(deployStack, 1));
});
