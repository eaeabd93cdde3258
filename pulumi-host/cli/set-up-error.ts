import { ExpectedError } from "../../lib/command/expected-error";

/** The engine could not be run; the message says what to do. */
export class SetUpError extends ExpectedError {}
