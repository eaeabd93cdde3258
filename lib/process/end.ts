import { watchParent } from "./parent-watch";

/** A stop that hangs must not keep the process: it is given this long, milliseconds. */
const GRACE_MS = 1_500;

/**
 * Ends the process on SIGINT, SIGTERM or the death of its parent, after `stop` has cleaned up.
 *
 * @param code - Exit code then: 0 for a server, which has no other end; 130 for work that was interrupted.
 * @param isPatient - Whether stopping may take however long it takes.
 */
export function endsOnSignals(stop: () => Promise<unknown>, code = 0, isPatient = false): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    if (!isPatient) setTimeout(() => process.exit(code), GRACE_MS).unref();
    void stop().then(
      () => process.exit(code),
      () => process.exit(code),
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  watchParent(end);
}
