import { defineCommand, showsColours } from "../../../lib/command/command";
import { ExpectedError } from "../../../lib/command/expected-error";
import { choice, flag, number, operand, optional, preset, text } from "../../../lib/command/option";
import { runCommand } from "../../support/run-command";

const seen = jest.fn();
beforeEach(() => seen.mockReset().mockReturnValue(0));

const LINE = {
  usage: "npm run try -- <verb> [options]",
  about: "Tries the kit.",
  options: {
    verb: operand(choice(["up", "down"], "what to do")),
    stack: preset(text("name", "stack", "a stack's name", /^\w+$/), "dev"),
    mqttPort: preset(number("port", { from: 0, to: 99 }), 7),
    speed: preset(number("speed", { from: 0, to: 10, isWhole: false }), 1),
    output: preset(choice(["text", "json", "sarif"], "form"), "text"),
    account: text("id", "account", "digits", /^\d+$/),
    config: optional(text("file", "config", "a file")),
    noDeploy: flag("start empty"),
    verbose: flag("say more"),
  },
  notes: "It is only tried.",
  exits: { 0: "fine" },
};
const command = defineCommand({ ...LINE, run: (values, _io, rest) => seen(values, rest) });
const passing = defineCommand({ ...LINE, passesOn: true, run: (values, _io, rest) => seen(values, rest) });

const DEFAULTS = {
  ...{ verb: "up", stack: "dev", mqttPort: 7, speed: 1, output: "text", account: "1", config: undefined },
  ...{ noDeploy: false, verbose: false },
};

test.each([
  ["what it must, and has defaults for the rest", "up --account 1", {}],
  [
    "every option",
    "--stack prod --mqtt-port 0 --speed 2.5 --output=sarif --account 1 --config c --no-deploy --verbose down",
    {
      ...{ verb: "down", stack: "prod", mqttPort: 0, speed: 2.5, output: "sarif", config: "c" },
      ...{ noDeploy: true, verbose: true },
    },
  ],
])("a command is given %s", async (_title, line, values) => {
  expect(await runCommand(command, line.split(" "))).toEqual({ code: 0, output: "", errors: "" });
  expect(seen).toHaveBeenCalledWith({ ...DEFAULTS, ...values }, []);
});

test("what stands behind -- is handed on as it is, by a command that does", async () => {
  const args = ["up", "--account", "1", "--", "--diff", "--help", "--account"];
  await runCommand(passing, args);
  expect(seen).toHaveBeenCalledWith(DEFAULTS, ["--diff", "--help", "--account"]);
  const { code, errors } = await runCommand(command, args);
  expect(code).toBe(2);
  expect(errors).toContain("Unexpected argument '--diff'. Try --help.");
});

test.each([
  ["--stakc dev", "Unknown option '--stakc'. Did you mean --stack? Try --help."],
  ["--frobnicate", "Unknown option '--frobnicate'. Try --help."],
  ["--ouptut json", "Unknown option '--ouptut'. Did you mean --output? Try --help."],
  ["--account 1 -x", "Unknown option '-x'. Try --help."],
  ["--output jsno", 'Set --output to one of text, json, sarif; it is "jsno". Did you mean json?'],
  ["--output xml", /^Set --output to one of text, json, sarif; it is "xml"\.$/m],
  ["--mqtt-port 100", 'Set --mqtt-port to a whole number from 0 to 99; it is "100".'],
  ["--mqtt-port 1.5", 'Set --mqtt-port to a whole number from 0 to 99; it is "1.5".'],
  ["--mqtt-port -1", 'Set --mqtt-port to a whole number from 0 to 99; it is "-1".'],
  ["--mqtt-port=", 'Set --mqtt-port to a whole number from 0 to 99; it is "".'],
  ["--speed fast", 'Set --speed to a number from 0 to 10; it is "fast".'],
  ["--speed 11", 'Set --speed to a number from 0 to 10; it is "11".'],
  ["--stack ../x", 'Set --stack to a stack\'s name; it is "../x".'],
  ["--config=", 'Set --config to a file; it is "".'],
  ["--config", "Option '--config <file>' argument missing. Try --help."],
  ["--config --verbose", 'Set --config to a file; it is "--verbose".'],
  ["stray", "Unexpected argument 'stray'. Try --help."],
  ["", "Set --account to digits; it is not given."],
])("the line %j is refused, and what to set is told", async (line, message) => {
  const { code, output, errors } = await runCommand(command, ["up", ...line.split(" ").filter(Boolean)]);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toMatch(message);
  expect(seen).not.toHaveBeenCalled();
});

test("all faults of a line are told at once", async () => {
  const line = "upp --stack a/b --speed x --output y extra";
  expect((await runCommand(command, line.split(" "))).errors.trimEnd().split("\n")).toEqual([
    'Set verb to up or down; it is "upp". Did you mean up?',
    'Set --stack to a stack\'s name; it is "a/b".',
    'Set --speed to a number from 0 to 10; it is "x".',
    'Set --output to one of text, json, sarif; it is "y".',
    "Set --account to digits; it is not given.",
    "Unexpected argument 'extra'. Try --help.",
  ]);
});

test.each(["--help", "-h", "up --nope -h"])("%s prints the help, and nothing runs", async (line) => {
  const { code, output, errors } = await runCommand(command, line.split(" "));
  expect([code, errors]).toEqual([0, ""]);
  expect(output).toMatch(/^Usage: npm run try -- <verb> \[options\]\n\nTries the kit\.\n/);
  for (const part of [
    "  verb                        what to do\n",
    "  --stack <name>              stack (default dev)\n",
    "  --output <text|json|sarif>  form (default text)\n",
    "  --account <id>              account\n",
    "  --no-deploy                 start empty\n",
    "\nIt is only tried.\n\nExit codes:\n",
  ]) {
    expect(output).toContain(part);
  }
  expect(output).toMatch(
    /Exit codes:\n {2}0 {4}fine\n {2}2 {4}it could not run\n {2}130 {2}it was interrupted\n$/,
  );
  expect(seen).not.toHaveBeenCalled();
});

describe("the end of a run", () => {
  const ending = (run: () => number, interrupted?: number) =>
    defineCommand({
      ...{ usage: "u", about: "a", options: {}, exits: {} },
      ...(interrupted !== undefined && { interrupted }),
      run: (_values, io) => {
        io.stdout.write("result");
        return run();
      },
    });
  const failing = (error: Error) => () => {
    throw error;
  };

  test("its exit code is what the run says", async () => {
    const one = ending(() => 1);
    expect(await runCommand(one, [])).toEqual({ code: 1, output: "result", errors: "" });
  });

  test("what a person can put right is told without a stack, and ends it with 2", async () => {
    class ConfigError extends ExpectedError {}
    const { code, errors } = await runCommand(ending(failing(new ConfigError("Set it."))), []);
    expect([code, errors]).toEqual([2, "Set it.\n"]);
  });

  test("a fault of the program keeps its stack, and ends it with 2", async () => {
    const { code, errors } = await runCommand(ending(failing(new Error("oops"))), []);
    expect([code, errors]).toEqual([2, expect.stringMatching(/^Error: oops\n {4}at /)]);
  });

  test.each([
    ["comes to its end", () => 1, undefined, 130],
    ["fails for it", failing(new Error("cut off")), undefined, 130],
    ["is a server's", () => 2, 0, 0],
  ])(
    "an interrupted run that %s has the exit code for that, and no result",
    async (_title, run, own, code) => {
      const signal = AbortSignal.abort();
      expect(await runCommand(ending(run, own), [], { signal })).toEqual({ code, output: "", errors: "" });
    },
  );
});

test.each([
  ["a terminal", true, {}, true],
  ["a pipe", false, {}, false],
  ["a terminal that is to show none (NO_COLOR)", true, { NO_COLOR: "1" }, false],
  ["a terminal with an empty NO_COLOR, which says nothing", true, { NO_COLOR: "" }, true],
])("%s (terminal: %s, variables: %j) shows colours: %s", (_what, isTTY, env, coloured) => {
  expect(showsColours({ stdout: { isTTY, write: () => undefined }, env })).toBe(coloured);
});
