import { type Finding, findingsOf, type PolicyReport } from "../report";
import { renderText } from "./text";

type Command = "error" | "warning" | "notice";

const ESCAPES: Readonly<Record<string, string>> = {
  "%": "%25",
  "\r": "%0D",
  "\n": "%0A",
  ":": "%3A",
  ",": "%2C",
};

const escaped = (text: string, characters: RegExp) =>
  text.replace(characters, (character) => ESCAPES[character] ?? "");

/**
 * One workflow command on a line of its own.
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions"; what is escaped: actions/toolkit,
 * packages/core/src/command.ts, `escapeData` and `escapeProperty`.
 */
function commandLine(
  command: Command,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const settings = Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(String(value), /[%\r\n:,]/g)}`)
    .join(",");
  return `::${command} ${settings}::${escaped(message, /[%\r\n]/g)}\n`;
}

function commandOf({ kind, level }: Finding): Command {
  if (kind === "not judged") return "notice";
  return level === "mandatory" ? "error" : "warning";
}

function annotation(finding: Finding): string {
  const { policy, kind, message, resource } = finding;
  const location = resource?.location;
  const place = location && { file: location.file, line: location.line, col: location.column };
  const about = resource ? `${resource.type} ${resource.name}: ` : "";
  const verdict = kind === "not judged" ? "not judged: " : "";
  return commandLine(commandOf(finding), { ...place, title: policy }, `${about}${verdict}${message}`);
}

/** The annotation that says why nothing could be checked. */
export const renderGithubFailure = (message: string): string =>
  commandLine("error", { title: "The policies could not be checked" }, message);

/**
 * Renders a report as annotations, those that fail the check first, as GitHub shows only ten of a kind for a
 * step; then the table, in which no text is taken for a command.
 *
 * @param token - Ends the stretch without commands; must not be guessed by the author of a message.
 */
export function renderGithub(report: PolicyReport, token: string): string {
  const annotations = findingsOf(report).map(annotation).join("");
  return `${annotations}::stop-commands::${token}\n${renderText(report)}::${token}::\n`;
}
