import type { ProfileFindings } from "./profile-drift";

/** What came of a preview. */
export type Verdict =
  /** It ran; in a check for drift: nothing has drifted. */
  | "passed"
  /** No change was expected, and there is one. */
  | "drifted"
  /** A mandatory policy refuses the stack. */
  | "refused"
  /** It could not run to its end. */
  | "failed";

/** How the CLI ended. */
export interface CliEnd {
  /** Exit code; null after a signal. */
  readonly code: number | null;
  /** Standard output and error, in the order in which they came, without colours. */
  readonly output: string;
}

/** A run of `pulumi preview` and where to read on. */
export interface PreviewRun extends CliEnd {
  /** What it found of security profiles. */
  readonly profiles: ProfileFindings;
  /** Name of the stack, of `[A-Za-z0-9_.-]`. */
  readonly stack: string;
  /** Commit that was previewed. */
  readonly commit: string;
  /** Address of the workflow's run. */
  readonly runUrl: string;
}

/** What is published of a run: a comment, or an issue. */
export interface Report {
  /** Name of the stack. */
  readonly stack: string;
  /** What came of it. */
  readonly verdict: Verdict;
  /** Title of the issue; a comment shows it as its heading. */
  readonly title: string;
  /** Markdown, at most 65,536 characters. Its first line is the marker by which a later run finds it. */
  readonly body: string;
}

/** Characters of the CLI's output that are kept: GitHub takes 65,536 in a comment or an issue. */
const KEPT = 60_000;

/**
 * Tells what came of `pulumi preview --diff` by its exit code and its text.
 *
 * A violation and a failure share exit code 1, so the text decides: with `--diff` each violation is a line
 * `<pack>@v<version> [mandatory]  <policy>  (<resource>)`.
 */
export function verdictOf({ code, output }: CliEnd): Verdict {
  if (code === 0) return "passed";
  if (/^\s*\S+@v\S+ \[mandatory\]/m.test(output)) return "refused";
  return /no changes were expected\b.*\bbut changes were proposed/.test(output) ? "drifted" : "failed";
}

/** Why a preview is made: for a pull request's comment, or to find drift. */
export type PreviewKind = "preview" | "drift";

interface Wording {
  readonly title: (stack: string) => string;
  readonly sentence: string;
}

const REFUSED: Wording = {
  title: (stack) => `A policy refuses stack ${stack}`,
  sentence: "A mandatory policy refuses the stack as the program and the account have it.",
};

const FAILED: Wording = {
  title: (stack) => `The preview of stack ${stack} failed`,
  sentence: "The preview could not run to its end.",
};

const WORDINGS: Readonly<Record<PreviewKind, Readonly<Record<Verdict, Wording>>>> = {
  preview: {
    passed: {
      title: (stack) => `Preview of stack ${stack}`,
      sentence: "The preview ran, and no mandatory policy objects.",
    },
    // Cannot come of a preview in which changes may be.
    drifted: FAILED,
    refused: REFUSED,
    failed: FAILED,
  },
  drift: {
    passed: {
      title: (stack) => `Stack ${stack} has not drifted`,
      sentence: "The account is as the program says.",
    },
    drifted: {
      title: (stack) => `Stack ${stack} has drifted`,
      sentence:
        "The account is not as the program says: it was changed by other hands, or a change was merged and not " +
        "deployed. Deploy the stack again, or change the program.",
    },
    refused: REFUSED,
    failed: FAILED,
  },
};

/** What came of a check for drift, where the provider sees too much in security profiles, or too little. */
function driftOf(verdict: Verdict, { reordered, unseen, hasOther }: ProfileFindings): Verdict {
  if (verdict === "passed" && unseen.length > 0) return "drifted";
  return verdict === "drifted" && reordered.length > 0 && unseen.length === 0 && !hasOther
    ? "passed"
    : verdict;
}

/** Sentences on security profiles that the output does not say. */
export const notesOn = ({ reordered, unseen }: ProfileFindings): string[] => [
  ...reordered.map(
    (profile) =>
      `Nothing differs in the security profile ${profile} but the order in which AWS names its behaviors, which ` +
      "aws-native shows as a change.",
  ),
  ...unseen.map(
    (profile) =>
      `The security profile ${profile} differs in what the config leaves out, such as \`suppressAlerts\`. A deploy ` +
      "does not undo that: set it on every behavior of the profile, and deploy.",
  ),
];

/** The middle of a long text is left out: its head says what changes, its end what the policies say. */
function shortened(text: string): string {
  if (text.length <= KEPT) return text;
  const half = KEPT / 2;
  return `${text.slice(0, half)}\n\n... ${text.length - KEPT} characters are left out; see the run ...\n\n${text.slice(-half)}`;
}

/** Puts the sign of a change first in its line, where GitHub's `diff` highlighting looks for it. */
function signsFirst(text: string): string {
  return text.replace(/^([^\S\n]+)([-+~]{1,2})(?= )/gm, "$2$1").replace(/^~/gm, "!");
}

/** A fenced block that no backticks of the text can end. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** What to publish of a run. */
export function reportOf(kind: PreviewKind, run: PreviewRun): Report {
  const verdict = kind === "drift" ? driftOf(verdictOf(run), run.profiles) : verdictOf(run);
  const { title, sentence } = WORDINGS[kind][verdict];
  const marker = `<!-- iot-quarantine ${kind} ${run.stack} -->`;
  const body = [
    marker,
    `### ${title(run.stack)}`,
    "",
    [sentence, ...notesOn(run.profiles)].join("\n\n"),
    "",
    "<details><summary>Output</summary>",
    "",
    codeBlock(signsFirst(shortened(run.output.trim()))),
    "",
    "</details>",
    "",
    `Commit ${run.commit}, [run](${run.runUrl}).`,
  ].join("\n");
  return { stack: run.stack, verdict, title: title(run.stack), body };
}
