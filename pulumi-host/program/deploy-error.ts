import { ExpectedError } from "../../lib/command/expected-error";

/** A stack could not be deployed; the message says why, and names the resource if it was one. */
export class DeployError extends ExpectedError {}

/** The program itself would not run, for example for its config: nothing was made. */
export class ProgramError extends DeployError {}
