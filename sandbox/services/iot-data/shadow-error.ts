/** Status codes of the Device Shadow service's errors. */
export type ShadowErrorCode = 400 | 404 | 409 | 413 | 415;

/**
 * A request that the Device Shadow service rejects, with AWS's code and message.
 *
 * Source: AWS IoT Core Developer Guide, "Device Shadow error messages".
 */
export class ShadowError extends Error {
  override readonly name = "ShadowError";
  /** The code, an HTTP status. */
  readonly code: ShadowErrorCode;
  /** The token that the request brought, as far as it could be read. */
  readonly clientToken: string | undefined;

  constructor(code: ShadowErrorCode, message: string, clientToken?: string) {
    super(message);
    this.code = code;
    this.clientToken = clientToken;
  }
}
