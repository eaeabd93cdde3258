import { BASE_SECONDS, type Readings } from "../scenario/reading";
import type { Player } from "./player";
import type { Stage } from "./stage";

/** What a device does in the base window that begins. */
export interface Act {
  readonly player: Player;
  readonly readings: Readings;
}

/** Devices that act at a time: each takes a socket and its answers. */
const AT_A_TIME = 50;

/** Lets the healthy fleet and others act in one base window, and ends it. */
export async function playWindow(stage: Stage, others: readonly Act[] = []): Promise<void> {
  const { readings } = stage.scenario.healthy;
  const acts = [...stage.healthy.map((player) => ({ player, readings })), ...others];
  for (let at = 0; at < acts.length; at += AT_A_TIME) {
    await Promise.all(acts.slice(at, at + AT_A_TIME).map((act) => act.player.act(act.readings)));
  }
  await endWindow(stage);
}

const BASE_MS = BASE_SECONDS * 1000;

/** End of the base window that ended last, epoch milliseconds: the clock of a sandbox may run. */
export const lastEnd = async (stage: Stage): Promise<number> =>
  Math.floor((await stage.now()) / BASE_MS) * BASE_MS;

/** Ends the base window: Detect evaluates, and all that follows from it settles. */
async function endWindow(stage: Stage): Promise<void> {
  const now = await stage.now();
  await stage.advance((BASE_MS - (now % BASE_MS)) / 1000);
}

/** Lets the healthy fleet go on until a window of every behavior begins. */
export async function align(stage: Stage): Promise<void> {
  const periodMs = stage.scenario.commonPeriod * 1000;
  while ((await lastEnd(stage)) % periodMs !== 0) await playWindow(stage);
}
