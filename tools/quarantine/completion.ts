import type { Options } from "../../lib/command/option";

/** The shells that there is a completion for. */
export const SHELLS = ["bash", "zsh"] as const;

/** What is typed: no package puts it into the PATH, so that the script makes it where it is not there. */
const NAME = "iot-quarantine";

const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The words that may follow an option: those of its closed list, or files where it takes one. */
function valuesOf(options: Options): string {
  return Object.entries(options)
    .filter(([, { value, isOperand }]) => value !== undefined && !isOperand)
    .map(([name, { value, choices }]) => {
      const words = choices ? `-W '${choices.join(" ")}'` : value === "<file>" ? "-f" : "-W ''";
      return `    ${dashed(name)}) COMPREPLY=($(compgen ${words} -- "$word")); return ;;`;
    })
    .join("\n");
}

/**
 * The script that has a shell complete the command's line: made of its own definition, so that it knows whatever that knows.
 *
 * Source: GNU Bash Reference Manual, "Programmable Completion"; zsh manual, "Completion System", "bashcompinit".
 *
 * @param options - the command's; the first operand with a closed list is the sub-command
 */
export function completionScript(shell: (typeof SHELLS)[number], options: Options): string {
  const verbs = Object.values(options).find(({ isOperand, choices }) => isOperand && choices)?.choices ?? [];
  const names = Object.entries(options).flatMap(([name, { isOperand }]) => (isOperand ? [] : [dashed(name)]));
  const loading = shell === "zsh" ? "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n" : "";
  return `${loading}type ${NAME} >/dev/null 2>&1 || ${NAME}() { npm run --silent quarantine -- "$@"; }
_iot_quarantine() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${valuesOf(options)}
    completion) COMPREPLY=($(compgen -W '${SHELLS.join(" ")}' -- "$word")); return ;;
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W '${[...names, "--help"].join(" ")}' -- "$word")) ;;
    *) [ "$COMP_CWORD" -ne 1 ] || COMPREPLY=($(compgen -W '${verbs.join(" ")}' -- "$word")) ;;
  esac
}
complete -F _iot_quarantine ${NAME}
`;
}
