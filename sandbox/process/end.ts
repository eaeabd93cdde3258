import { watchParent } from "./parent-watch";

/** A stop that hangs must not keep the process: it is given this long, milliseconds. */
const GRACE_MS = 1_500;

/** Ends the process with code 0 on SIGINT, SIGTERM or the death of its parent, after `stop` has cleaned up. */
export function endsOnSignals(stop: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    const force = setTimeout(() => process.exit(0), GRACE_MS);
    force.unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  watchParent(end);
}
