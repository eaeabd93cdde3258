import { choice, number, type Option, preset, text } from "../lib/command/option";

/** The name of a stack. Source: Pulumi documentation, "Stacks", "Create a stack". */
export const stackOption = (help: string): Option<string> =>
  text("name", `${help}, from Pulumi.<name>.yaml`, "a stack's name", /^(?!--)[a-zA-Z0-9._-]+$/);

/** How often a benchmark measures. */
export const runsOption = (help: string, usual: number, from = 1) => preset(number(help, { from }), usual);

/** The form of a benchmark's figures. */
export const figuresOption = preset(choice(["table", "json"], "how they are printed"), "table");
