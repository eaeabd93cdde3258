/** The message of a fault that IAM calls a syntax error, with what exactly is wrong. */
export const syntaxError = (detail: string) => `Syntax errors in policy. (${detail}.)`;
