import { buildFunctionCode, type FunctionCode } from "../../../infra/callback-code";
import type { ResponseTable } from "../../../lib/responses/response-table";
import type { StackOutputs } from "../../quarantine/outputs";
import { actorWithin } from "../../scenario/cast";
import { BASE_SECONDS, metricOf } from "../../scenario/reading";
import type { Play, Scenario } from "../../scenario/scenario";
import { quarantined } from "../observations";
import type { Player } from "../player";
import { offendingReadings } from "../scene";
import type { Stage } from "../stage";
import { must } from "../step";
import { registerOffender } from "../steps/prepare";
import { playWindow } from "../windows";
import { Operator } from "./operator";

/** What is played after the first quarantine: what goes wrong, and what an operator does about it. */
export interface Sequel {
  /** The behavior that all devices of it violate. */
  readonly play: Play;
  /** What the stack's config says of alarms. */
  readonly responses: ResponseTable;
  readonly outputs: StackOutputs;
  readonly operator: Operator;
  /** The functions' code, as the program bundles it. */
  readonly code: FunctionCode;
  /** Names of all that are to be in quarantine now. */
  readonly contained: Set<string>;
  /** The devices that were enlisted, by name. */
  readonly players: Map<string, Player>;
}

/** Things that the sequel's behavior quarantines in an hour, the offenders of before included. */
const PLACES = 6;

/**
 * The behavior of the sequel: the only one of the stack, which quarantines at the first datapoint of what a device sends
 * in a base window. With others beside it, or slower, each step would take as long as the rehearsal before; undefined then.
 */
export function sequelPlayOf({ watched, plays, responses }: Scenario): Play | undefined {
  const [play] = plays;
  if (watched.length > 1 || play?.second === undefined || play.behavior.suppressAlerts) return undefined;
  const isOfSending = ["aws:num-messages-sent", "aws:message-byte-size"].includes(metricOf(play.behavior));
  const isQuick = play.period === BASE_SECONDS && play.toAlarm === 1;
  return isOfSending && isQuick && responses.quarantineLimitPerHour >= PLACES ? play : undefined;
}

/** Prepares the sequel. @throws ExpectedError - the sandbox does not know the stack's outputs. */
export async function prepareSequel(stage: Stage, play: Play): Promise<Sequel> {
  const { responses } = stage.scenario;
  const operator = new Operator(stage.endpoint);
  return {
    ...{ play, responses },
    operator,
    outputs: await operator.outputs(),
    code: await buildFunctionCode(),
    contained: new Set(await quarantined(stage)),
    players: new Map(),
  };
}

/** A device that the behavior is of; registered when it is first asked for. */
export async function enlist(stage: Stage, { play, players }: Sequel, name: string): Promise<Player> {
  const known = players.get(name);
  if (known !== undefined) return known;
  const player = await registerOffender(stage, play, actorWithin(play.targets, name));
  players.set(name, player);
  return player;
}

/** Lets devices violate the behavior in one window, and ends it. */
export async function violate(stage: Stage, { play }: Sequel, players: readonly Player[]): Promise<void> {
  const readings = offendingReadings({ play }, stage.scenario, 0);
  await playWindow(
    stage,
    players.map((player) => ({ player, readings })),
  );
}

/** Throws where anybody else is in quarantine than is to be, or somebody is not. */
export async function onlyContained(stage: Stage, { contained }: Sequel): Promise<void> {
  const [wanted, found] = [[...contained], [...(await quarantined(stage))]].map((names) =>
    names.sort().join(", "),
  );
  must(wanted === found, `in quarantine should be ${wanted}; there are ${found || "none"}`);
}

/** Windows in which a reconcile has run that was due: it leaves alone what is younger than its alarm may take. */
const WINDOWS_TO_RECONCILE = 2;

/**
 * Lets a device go on violating until the scheduled reconcile has had it quarantined.
 *
 * @returns the minutes that it took.
 */
export async function untilCaught(stage: Stage, sequel: Sequel, player: Player): Promise<number> {
  const { contained } = sequel;
  for (let windows = 1; windows <= WINDOWS_TO_RECONCILE; windows++) {
    await violate(stage, sequel, [player]);
    if (!(await quarantined(stage)).includes(player.name)) continue;
    contained.add(player.name);
    await onlyContained(stage, sequel);
    await player.device.closed();
    return windows * 5;
  }
  const minutes = WINDOWS_TO_RECONCILE * 5;
  throw new Error(
    `${player.name} goes on violating, and no reconcile of ${minutes} minutes had it quarantined`,
  );
}
