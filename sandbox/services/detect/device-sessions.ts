/**
 * A name that Detect takes: 1 to 128 bytes without control characters.
 * Source: AWS IoT Device Defender Developer Guide, "Device Defender troubleshooting guide".
 */
const isDeviceName = (name: string) => name !== "" && Buffer.byteLength(name) <= 128 && !/\p{Cc}/u.test(name);

/** The open sessions of a client; times are epoch milliseconds. */
interface OpenSession {
  readonly row: number;
  /** How many: a takeover opens the new one before it closes the old. */
  count: number;
  /** Since when there has been any. */
  readonly since: number;
  /** Address of the newest. */
  ipAddress: string;
  addressSince: number;
}

/** Which devices there are, each with a row of its own, and since when they are connected or away. */
export class DeviceSessions {
  readonly #rows = new Map<string, number>();
  readonly #open: (OpenSession | undefined)[] = [];
  /** When the last session of each ended. */
  readonly #awaySince: (number | undefined)[] = [];
  /** When each was last heard of. */
  readonly #heardAt: number[] = [];
  /** Rows of the forgotten, to be given away again. */
  readonly #free: number[] = [];

  /** The row of a client id that is heard of now, a new one for a new client; `undefined` for a name that Detect does not take. */
  rowOf(clientId: string, now: number): number | undefined {
    const known = this.#rows.get(clientId);
    if (known === undefined && !isDeviceName(clientId)) return undefined;
    const row = known ?? this.#free.pop() ?? this.#rows.size;
    this.#heardAt[row] = now;
    if (known !== undefined) return row;
    this.#rows.set(clientId, row);
    this.#open[row] = undefined;
    this.#awaySince[row] = undefined;
    return row;
  }

  /** Forgets who has no session and was last heard of before then. */
  forget(before: number): void {
    for (const [clientId, row] of this.#rows) {
      if (this.#open[row] || (this.#heardAt[row] ?? 0) >= before) continue;
      this.#rows.delete(clientId);
      this.#free.push(row);
    }
  }

  /** How many client ids are remembered. */
  get size(): number {
    return this.#rows.size;
  }

  /** Each device's row and client id, in the order in which they were first heard of. */
  *names(): Generator<[row: number, clientId: string]> {
    for (const [clientId, row] of this.#rows) yield [row, clientId];
  }

  /** The open sessions of a client id. */
  of(clientId: string): OpenSession | undefined {
    const row = this.#rows.get(clientId);
    return row === undefined ? undefined : this.#open[row];
  }

  /** A session began. */
  open(clientId: string, ipAddress: string, now: number): number | undefined {
    const row = this.rowOf(clientId, now);
    if (row === undefined) return undefined;
    const session = this.#open[row];
    const [count, since] = [(session?.count ?? 0) + 1, session?.since ?? now];
    this.#open[row] = { row, count, since, ipAddress, addressSince: now };
    return row;
  }

  /** A session ended. */
  close(clientId: string, now: number): void {
    const session = this.of(clientId);
    if (session === undefined) return;
    session.count--;
    if (session.count > 0) return;
    this.#open[session.row] = undefined;
    this.#awaySince[session.row] = now;
  }

  /** Whether a session that is still open was so in the window that ends then. */
  wasOpen(row: number, end: number): boolean {
    const session = this.#open[row];
    return session !== undefined && session.since < end;
  }

  /** Address of a session that was open in the window that ends then, and still is. */
  addressAt(row: number, end: number): string | undefined {
    const session = this.#open[row];
    return session && session.addressSince < end ? session.ipAddress : undefined;
  }

  /** Seconds that a device had been away then, 0 for who was connected; `undefined` for who never was. */
  absence(row: number, end: number): number | undefined {
    const since = this.#awaySince[row];
    if (this.wasOpen(row, end)) return 0;
    if (since === undefined) return this.#open[row] && 0;
    return Math.max(0, Math.floor((end - since) / 1000));
  }
}
