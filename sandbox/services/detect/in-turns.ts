/** Steps that are taken before whoever else waits for the event loop has a turn. */
const STEPS_A_TURN = 25;

/** Takes steps, so many in each turn of the event loop: a number and no time, so that every run is the same. */
export async function inTurns(steps: Iterable<unknown>): Promise<void> {
  let left = STEPS_A_TURN;
  for (const _ of steps) {
    left--;
    if (left > 0) continue;
    left = STEPS_A_TURN;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
