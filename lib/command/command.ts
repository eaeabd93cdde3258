import { CommanderError, Command as Parser } from "commander";
import { nearest } from "../nearest";
import { ExpectedError, errorText } from "./expected-error";
import type { Option, Options, Values } from "./option";

/** Where a command writes; only a terminal shows colours. */
interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
}

/** What a command has of its surroundings. */
export interface Io {
  /** Takes the result. */
  readonly stdout: Output;
  /** Takes progress and faults. */
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Folder that the paths of the command line start from. */
  readonly cwd: string;
  /** Folder of the Pulumi program. */
  readonly project: string;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
}

/** Whether the result may be coloured. Source: https://no-color.org. */
export const showsColours = ({ stdout, env }: Pick<Io, "stdout" | "env">): boolean =>
  stdout.isTTY === true && !env.NO_COLOR;

/** A command that can be run in this process as well as in one of its own. */
export interface Command {
  /** Exit code of an interrupted run. */
  readonly interrupted: number;
  /** Whether an interrupt waits for its end however long that takes. */
  readonly isPatient: boolean;
  /** Runs it. Never throws. @returns The exit code: 0 fine, 1 something does not hold, 2 it could not run. */
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

/** A command line and what it does. */
export interface CommandSpec<O extends Options> {
  /** How it is typed. */
  readonly usage: string;
  /** What it does. */
  readonly about: string;
  readonly options: O;
  /** What else is to be known, after the options. */
  readonly notes?: string;
  /** What each exit code says that is this command's own. */
  readonly exits: Readonly<Record<number, string>>;
  /** Exit code of an interrupted run. @default 130 */
  readonly interrupted?: number;
  /** @default false */
  readonly isPatient?: boolean;
  /** Whether what stands behind `--` is handed on; else it is no different from what stands before. @default false */
  readonly passesOn?: boolean;
  /**
   * Does it.
   *
   * @param rest - What stands behind `--`, where that is handed on.
   * @returns The exit code.
   */
  readonly run: (values: Values<O>, io: Io, rest: readonly string[]) => Promise<number> | number;
}

/** What of a command its command line is read by. */
type Line = Omit<CommandSpec<Options>, "run">;

const HELP_WIDTH = 118;
const ADVICE = "Try --help.";

/** How an option is written on the command line. */
const written = (name: string, { isOperand }: Option<unknown>) =>
  isOperand ? name : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function closingOf({ notes, exits, interrupted = 130 }: Line): string {
  const all = { 2: "it could not run", [interrupted]: "it was interrupted", ...exits };
  const lines = Object.entries(all).map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`);
  return `\n${notes === undefined ? "" : `${notes}\n\n`}Exit codes:\n${lines.join("\n")}`;
}

/** What the library is told. It does not judge the values: the kit does, so that all faults are told at once. */
function parserOf(line: Line, { stdout }: Io): Parser {
  const parser = new Parser()
    .description(line.about)
    .helpOption("-h, --help", "print this")
    .addHelpText("after", closingOf(line))
    .configureHelp({ helpWidth: HELP_WIDTH, commandUsage: () => line.usage })
    .configureOutput({ writeOut: (text) => stdout.write(text), outputError: () => undefined })
    .allowExcessArguments()
    .exitOverride();
  for (const [name, option] of Object.entries(line.options)) {
    const { value = "", preset } = option;
    const help =
      preset?.value === undefined || option.isRest ? option.help : `${option.help} (default ${preset.value})`;
    if (option.isOperand) parser.argument(option.isRest ? `[${name}...]` : `[${name}]`, help);
    else parser.option(`${written(name, option)} ${value}`, help);
  }
  return parser;
}

/** Reads one value of a line, or notes what is wrong with it. */
function readValue(
  name: string,
  option: Option<unknown>,
  word: string | undefined,
  faults: string[],
): unknown {
  if (word === undefined && option.preset !== undefined) return option.preset.value;
  const value = word === undefined ? undefined : option.read(word);
  if (value !== undefined) return value;
  const near = nearest(word ?? "", option.choices ?? []);
  faults.push(
    `Set ${written(name, option)} to ${option.wanted}; it is ${word === undefined ? "not given" : `"${word}"`}.` +
      (near === undefined ? "" : ` Did you mean ${near}?`),
  );
  return undefined;
}

/** @throws ExpectedError - with all faults. */
function readLine(line: Line, args: readonly string[], io: Io): Values<Options> {
  const parser = parserOf(line, io).parse(args, { from: "user" });
  const [given, operands, faults] = [parser.opts(), [...parser.args], [] as string[]];
  const values = Object.entries(line.options).map(([name, option]): [string, unknown] => {
    const known = parser.options.find((each) => each.long === written(name, option));
    const rest = option.isRest && operands.length > 0 ? operands.splice(0).join("\n") : undefined;
    const word = known ? given[known.attributeName()] : (rest ?? operands.shift());
    const isSwitch = known !== undefined && option.value === undefined;
    return [name, isSwitch ? (word ?? false) !== known.negate : readValue(name, option, word, faults)];
  });
  faults.push(...operands.map((word) => `Unexpected argument '${word}'. ${ADVICE}`));
  if (faults.length > 0) throw new ExpectedError(faults.join("\n"));
  return Object.fromEntries(values);
}

/** What the library says of a line, as sentences. */
function sentencesOf({ message }: CommanderError): string {
  const [fault = "", hint = ""] = message.replace(/^error: /, "").split("\n");
  const sentences = [`${fault.slice(0, 1).toUpperCase()}${fault.slice(1)}.`, hint.slice(1, -1), ADVICE];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

/** What an interrupt cuts off is no result: nothing of it is printed. */
const untilInterrupted = ({ stdout, signal, ...io }: Io): Io => ({
  ...io,
  signal,
  stdout: { isTTY: stdout.isTTY === true, write: (text) => signal.aborted || stdout.write(text) },
});

/** Makes a command. Faults of its command line, and what else a person can put right, end it with 2. */
export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  const { interrupted = 130, isPatient = false, passesOn = false } = spec;
  const attempt = async (args: readonly string[], io: Io) => {
    const bar = passesOn ? [...args, "--"].indexOf("--") : args.length;
    const values = readLine(spec, args.slice(0, bar), io) as Values<O>;
    return spec.run(values, untilInterrupted(io), args.slice(bar + 1));
  };
  return {
    interrupted,
    isPatient,
    run: async (args, io) => {
      const code = await attempt(args, io).catch((error: unknown) => {
        const isOfLine = error instanceof CommanderError;
        if (isOfLine && error.exitCode === 0) return 0;
        if (!io.signal.aborted) io.stderr.write(`${isOfLine ? sentencesOf(error) : errorText(error)}\n`);
        return 2;
      });
      return io.signal.aborted ? interrupted : code;
    },
  };
}
