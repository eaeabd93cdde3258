/** A request as the protocols see it: its body whole, its headers by lower-case name. */
export interface WireRequest {
  /** HTTP method. */
  readonly method: string;
  /** Path, still percent-encoded, without the query. */
  readonly path: string;
  /** Query parameters. */
  readonly query: URLSearchParams;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body; empty when there is none. */
  readonly body: Buffer;
}

/** An answer as the protocols make it. */
export interface WireResponse {
  /** HTTP status. */
  readonly status: number;
  /** Headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body. */
  readonly body: string | Uint8Array;
}
