import { sandboxCommand } from "../../../tools/sandbox/main";
import { runCommand } from "../../support/run-command";

const EMPTY = ["--mqtt-port", "0", "--no-deploy"];

it.each([
  [["--port", "65536"], 'Set --port to a whole number from 0 to 65535; it is "65536".'],
  [["--mqtt-port", ""], 'Set --mqtt-port to a whole number from 0 to 65535; it is "".'],
  [["--speed", "10001"], 'Set --speed to a number from 0 to 10000; it is "10001".'],
  [["--stack", "../x"], 'Set --stack to a stack\'s name; it is "../x".'],
  [["--prot", "1"], "Unknown option '--prot'. Did you mean --port? Try --help."],
  [["--stack", "nobody"], "There is no stack nobody"],
])("ends with 2 for %j and says what to set", async (args, message) => {
  const { code, output, errors } = await runCommand(sandboxCommand, args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toContain(message);
});

/** Serves until what is to be done with the address is done, as an interrupt ends it. */
async function serving(args: readonly string[], work: (address: { endpoint: string }) => Promise<void>) {
  const interrupt = new AbortController();
  let working: Promise<void> | undefined;
  const stdout = {
    write: (line: string) => {
      working = work(JSON.parse(line.replace(/^ready /, ""))).finally(() => interrupt.abort());
    },
  };
  const { code } = await runCommand(sandboxCommand, args, { stdout, signal: interrupt.signal });
  await working;
  return code;
}

it("serves with the speed that it is told, and an interrupt, with 0, leaves no port open", async () => {
  let served = "";
  const code = await serving(["--port", "0", "--speed", "2.5", ...EMPTY], async ({ endpoint }) => {
    served = endpoint;
    expect(await (await fetch(`${endpoint}/_sandbox/clock`)).json()).toMatchObject({ speed: 2.5 });
    expect(await (await fetch(`${endpoint}/thing-groups`)).json()).toMatchObject({ thingGroups: [] });
  });
  expect(code).toBe(0);
  await expect(fetch(served)).rejects.toThrow();
});

it("ends with 2 when the port is taken, and says what to set", async () => {
  await serving(["--port", "0", ...EMPTY], async ({ endpoint }) => {
    const second = await runCommand(sandboxCommand, ["--port", new URL(endpoint).port, ...EMPTY]);
    expect(second).toMatchObject({ code: 2, errors: expect.stringMatching(/EADDRINUSE.*Set --port/) });
  });
});
