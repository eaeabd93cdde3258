import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const BIN = resolve(__dirname, "../../../pulumi-host/provider/bin");

function start(name: string, endpoint: string | undefined): ChildProcess {
  const { IOT_QUARANTINE_SANDBOX_ENDPOINT: _endpoint, ...env } = process.env;
  return spawn(resolve(BIN, name), {
    env: { ...env, ...(endpoint !== undefined && { IOT_QUARANTINE_SANDBOX_ENDPOINT: endpoint }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

describe.each(["pulumi-resource-aws", "pulumi-resource-aws-native"])("%s", (name) => {
  test.each([
    ["no endpoint", undefined],
    ["an endpoint that is not on loopback", "https://sts.us-east-1.amazonaws.com"],
    ["a host that only begins like loopback", "http://127.0.0.1.example.com:80"],
    ["a user name that looks like loopback", "http://127.0.0.1:80@example.com"],
  ])("refuses to start with %s", async (_what, endpoint) => {
    const child = start(name, endpoint);
    const [code, output, errors] = await Promise.all([
      ended(child),
      textOf(child.stdout),
      textOf(child.stderr),
    ]);
    expect(code).toBe(2);
    expect(output).toBe("");
    expect(errors).toMatch(/IOT_QUARANTINE_SANDBOX_ENDPOINT/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("prints its port first, and ends on %s", async (signal) => {
    const child = start(name, "http://127.0.0.1:4566");
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const [line] = (await once(lines, "line")) as [string];
    expect(line).toMatch(/^\d+$/);
    const end = ended(child);
    child.kill(signal);
    expect(await end).toBe(0);
  });
});

test("a provider ends when the engine that started it is gone", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(${JSON.stringify(resolve(BIN, "pulumi-resource-aws"))}, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => { console.log(child.pid); process.exit(0); });
  `;
  const env = { ...process.env, IOT_QUARANTINE_SANDBOX_ENDPOINT: "http://127.0.0.1:4566" };
  const engine = spawn(process.execPath, ["-e", script], { env, stdio: ["ignore", "pipe", "pipe"] });
  const pid = Number(await textOf(engine.stdout));
  expect(pid).toBeGreaterThan(0);
  // The provider holds the other end of this pipe: it closes when the provider has ended.
  await expect(textOf(engine.stderr)).resolves.toBe("");
});
