import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { engineEnvironment, pulumiFault } from "../../../pulumi-host/cli/pulumi";
import { PROJECT_FOLDER } from "../../sandbox/support/dev-sandbox";

const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-pulumi-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An engine that says when it is ready, and ends with how many signals it was given by a moment after the first. */
const ENGINE = `#!${process.execPath}
let given = 0;
const count = () => {
  if (++given === 1) setTimeout(() => process.exit(given), 500);
};
process.on("SIGINT", count).on("SIGTERM", count);
setInterval(() => undefined, 1000);
console.log("ready");
`;

/** Runs the engine as the commands do, in a process group of its own, as a terminal would have it. */
async function start(): Promise<ChildProcess> {
  writeFileSync(join(folder, "pulumi"), ENGINE, { mode: 0o755 });
  const program = `require("./pulumi-host/cli/pulumi").runPulumi([], ".", process.env).then((code) => process.exit(code))`;
  const { NODE_OPTIONS: _options, PATH, ...env } = process.env;
  const child = spawn(process.execPath, ["-r", "./transpile.js", "-e", program], {
    cwd: PROJECT_FOLDER,
    env: { ...env, PATH: `${folder}${delimiter}${PATH}` },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

it("lets a terminal's ^C reach the engine once: at a second one it would give up at once", async () => {
  const child = await start();
  process.kill(-(child.pid ?? Number.NaN), "SIGINT");
  expect(await once(child, "close")).toEqual([1, null]);
});

it("hands a SIGTERM on, which reaches this process alone", async () => {
  const child = await start();
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([1, null]);
});

it("gives the engine, and the program in it, nothing of the user's own AWS but the keys that sign", () => {
  const env = {
    PATH: "/bin",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL_IOT: "https://iot.eu-west-1.amazonaws.com",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    AWS_PROFILE: "fleet",
    AWS_DEFAULT_PROFILE: "fleet",
  };
  const settings = { state: join(folder, "state"), providers: "aws:1", endpoint: "http://127.0.0.1:4566" };
  const aws = (made: NodeJS.ProcessEnv) =>
    Object.fromEntries(Object.entries(made).filter(([name]) => name.startsWith("AWS_")));
  expect(aws(engineEnvironment(env, settings))).toEqual({
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
  });
  const keys = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" };
  expect(aws(engineEnvironment({ ...env, ...keys }, settings))).toMatchObject(keys);
});

describe("the CLI on PATH", () => {
  const bin = join(folder, "bin");
  const faultOf = (version: string) => {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "pulumi"), `#!${process.execPath}\nconsole.log(${JSON.stringify(version)});\n`, {
      mode: 0o755,
    });
    return pulumiFault({ PATH: bin });
  };

  it.each(["v3.259.0", "v3.270.1", "v4.0.0", "3.300.0-dev.0", "a build of my own"])(
    "%s can be used",
    (version) => {
      expect(faultOf(version)).toBeUndefined();
    },
  );

  it.each(["v3.258.9", "v3.99.0", "v2.259.0"])("%s is too old, and what to do is told", (version) => {
    expect(faultOf(version)).toBe(
      `The \`pulumi\` on PATH is ${version}: install the Pulumi CLI (https://www.pulumi.com/docs/install/), ` +
        "version 3.259 or newer.",
    );
  });

  it("that is missing is told", () => {
    expect(pulumiFault({ PATH: join(folder, "none") })).toMatch(
      /^There is no `pulumi` on PATH: install .*3\.259/,
    );
  });
});
