/** An error that AWS would answer: its code, its HTTP status, a message, and fields of its own. */
export class AwsError extends Error {
  /** AWS's error code, for example `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error's shape, for example `resourceArn`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** Makes a service's errors of one code and HTTP status, each with a message of its own. */
export const errorsOf = (code: string, status: number) => (message: string) =>
  new AwsError(code, status, message);
