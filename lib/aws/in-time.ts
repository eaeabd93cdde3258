/** A call that had no whole answer in its time. The request may have been carried out. */
class CallTimeout extends Error {
  override readonly name = "CallTimeout";
  /** For the log, beside the name. */
  readonly code: string;

  constructor(limitMs: number) {
    super("no whole answer in time");
    this.code = `no whole answer in ${limitMs} ms`;
  }
}

/**
 * Runs a call that must settle in a given time, and aborts it otherwise. The SDK's own timeouts end with the
 * headers of an answer and begin anew with each retry; this one covers the body, and all retries together.
 *
 * @param limitMs - milliseconds
 * @param call - is given the signal by which it learns that its time is over
 * @throws CallTimeout when the time is over; else what the call rejects with
 */
export async function inTime<T>(limitMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new CallTimeout(limitMs));
      abort.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([call(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An AWS SDK client, as far as it sends commands. */
interface Sending {
  readonly send: (command: never, options: { readonly abortSignal: AbortSignal }) => unknown;
}

/** Sends commands of an AWS SDK client, each of which must settle in a given time: see {@link inTime}. */
export function sendInTime<Client extends Sending>(client: Client, limitMs: () => number): Client["send"] {
  const send = (command: unknown) =>
    inTime(limitMs(), async (abortSignal) => client.send(command as never, { abortSignal }));
  return send as Client["send"];
}
