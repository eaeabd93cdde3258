import { ExpectedError } from "../../lib/command/expected-error";
import type { SandboxAddress } from "../../sandbox/start-sandbox";
import { healthyInWords } from "../scenario/healthy";
import { type NotPlayed, type Scenario, titleOf, type Watched } from "../scenario/scenario";
import { type GroupPolicy, restrictivePolicies, workshopDocuments } from "./documents";
import { type BehaviorResult, behaviorResult } from "./result";
import { containedOf, type PrintedDocument, type Scene } from "./scene";
import { prepareSequel, sequelPlayOf } from "./sequel/sequel";
import { sequelSteps } from "./sequel/steps";
import { type StackOutputs, Stage } from "./stage";
import { BehaviorFault, Overtaken, type Step, type StepResult } from "./step";
import {
  healthyGoOn,
  pinnedReadsShadow,
  readsShadow,
  refusedPublish,
  strangerRefused,
} from "./steps/contain";
import { clear, cutSession, membership, outcome, shadow, untouched } from "./steps/decide";
import { alarm, offend, violation } from "./steps/detect";
import { connectAll, healthyFleet } from "./steps/healthy";
import { registerAll } from "./steps/prepare";
import { whyFailed } from "./steps/why-failed";

/** What a rehearsal found. */
export interface Rehearsal {
  /** Whether every step held, and something was played. */
  readonly ok: boolean;
  /** The steps, up to and with the first that did not hold. */
  readonly steps: readonly StepResult[];
  /** The workshop's documents; none unless every step held. */
  readonly documents: readonly PrintedDocument[];
  /** What fences off who is in quarantine; none unless somebody was put there. */
  readonly policies: readonly GroupPolicy[];
  /** What healthy devices did, by metric. */
  readonly healthy: readonly string[];
  /** Every behavior of the stack, with what was seen of it. */
  readonly behaviors: readonly BehaviorResult[];
  /** Behaviors that were not played, and why. */
  readonly notPlayed: readonly NotPlayed[];
  /** Why nothing was played after the first quarantine, where it was to be. */
  readonly leftOut?: string;
}

/** A stack, deployed into a sandbox whose clock is paused, and who wants to be told of each step. */
export interface RehearsalOptions {
  readonly address: SandboxAddress;
  readonly outputs: StackOutputs;
  /** What is played. */
  readonly scenario: Scenario;
  /** Wall time at which the rehearsal began, as `performance.now()` gives it. */
  readonly began: number;
  /** No other step begins once it is aborted. @default never */
  readonly signal?: AbortSignal;
  /** Told of each step when it is over. */
  readonly onStep: (result: StepResult) => void;
  /** Told of each behavior that turns out not to be playable. @default nobody */
  readonly onNotPlayed?: (notPlayed: NotPlayed) => void;
}

/** What is done of a behavior, in order, while its alarm lasts. */
function stepsOf(scene: Scene): readonly Step[] {
  const { second } = scene;
  const found = [offend(scene), violation(scene), alarm(scene), outcome(scene)];
  const contained = containedOf(scene);
  const spared = scene.exempt.length > 0 ? [untouched(scene)] : [];
  if (contained.length === 0) return [...found, untouched(scene)];
  return [
    ...found,
    membership(scene),
    shadow(scene),
    cutSession(scene),
    ...spared,
    refusedPublish(scene),
    readsShadow(scene),
    ...(second ? [pinnedReadsShadow(second)] : []),
    strangerRefused(scene),
    healthyGoOn,
  ];
}

const LEFT_OUT = "what an operator does, as this sandbox has not deployed the stack itself";

/** Plays one rehearsal, and keeps what came of it. */
class Run {
  readonly steps: StepResult[] = [];
  readonly scenes: Scene[] = [];
  readonly notPlayed: NotPlayed[];
  leftOut: string | undefined;
  readonly #options: RehearsalOptions;
  readonly #stage: Stage;

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#stage = new Stage(options.address, options.outputs, options.scenario);
    this.notPlayed = [...options.scenario.notPlayed];
  }

  /** Whether a step held; one that another behavior is quicker than throws {@link Overtaken}. */
  async #take(step: Step, of?: Pick<Watched, "profile" | "behavior">, scene?: Scene): Promise<boolean> {
    let [ok, detail, blamed] = [true, "", of];
    try {
      detail = await step.run(this.#stage);
    } catch (cause) {
      const error = scene ? await whyFailed(this.#stage, scene, cause as Error) : cause;
      if (error instanceof Overtaken) throw error;
      [ok, detail] = [false, (error as Error).message];
      if (error instanceof BehaviorFault) blamed = error.of;
    }
    const now = await this.#stage.now().catch(() => undefined);
    const result = {
      step: step.name,
      ...(blamed && { behavior: titleOf(blamed) }),
      ok,
      detail,
      ...(now !== undefined && { virtualTime: new Date(now).toISOString() }),
      elapsedMs: Math.round(performance.now() - this.#options.began),
    };
    this.steps.push(result);
    this.#options.onStep(result);
    this.#options.signal?.throwIfAborted();
    return ok;
  }

  async #playScene(scene: Scene): Promise<boolean> {
    const { play } = scene;
    try {
      for (const step of stepsOf(scene)) if (!(await this.#take(step, play, scene))) return false;
      scene.documents = await workshopDocuments(this.#stage, scene);
      // Of a fenced device the fence keeps the metric down: that its alarm clears says nothing.
      const clears = scene.alarm !== undefined && containedOf(scene).length === 0;
      if (clears && !(await this.#take(clear(scene), play, scene))) return false;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const notPlayed = { profile: play.profile, behavior: play.behavior.name, reason: error.message };
      this.notPlayed.push(notPlayed);
      this.#options.onNotPlayed?.(notPlayed);
    }
    const { lead, second, exempt, outsider } = scene;
    for (const player of [lead, second, ...exempt, outsider]) await player?.device.end();
    return true;
  }

  /** What goes wrong after a quarantine, and what an operator does about it, where the stack lends itself to it. */
  async #playSequel(): Promise<boolean> {
    const play = sequelPlayOf(this.#options.scenario);
    if (play === undefined) return true;
    const sequel = await prepareSequel(this.#stage, play).catch((error: unknown) => {
      if (error instanceof ExpectedError) return undefined;
      throw error;
    });
    // A sandbox has outputs of what it deployed itself, which may be another stack.
    if (sequel?.outputs.alertTopicArn !== this.#options.outputs.alertTopicArn) {
      this.leftOut = LEFT_OUT;
      return true;
    }
    for (const step of sequelSteps(sequel)) if (!(await this.#take(step, play))) return false;
    return true;
  }

  async #playAll(): Promise<boolean> {
    const { scenes } = this;
    for (const step of [registerAll(scenes), connectAll, healthyFleet(scenes)]) {
      if (!(await this.#take(step))) return false;
    }
    for (const scene of scenes) if (!(await this.#playScene(scene))) return false;
    return this.#playSequel();
  }

  async play(): Promise<Rehearsal> {
    const { scenario } = this.#options;
    try {
      const held = await this.#playAll();
      const ok = held && this.notPlayed.length < scenario.watched.length;
      return {
        ok,
        steps: this.steps,
        documents: (ok && (this.scenes.find(({ shadow }) => shadow) ?? this.scenes[0])?.documents) || [],
        policies: this.scenes.some(({ shadow }) => shadow) ? await restrictivePolicies(this.#stage) : [],
        healthy: healthyInWords(
          scenario.healthy,
          scenario.watched.map(({ behavior }) => behavior),
        ),
        behaviors: scenario.watched.map((watched) =>
          behaviorResult(watched, this.scenes, this.steps, this.notPlayed),
        ),
        notPlayed: this.notPlayed,
        ...(this.leftOut !== undefined && { leftOut: this.leftOut }),
      };
    } finally {
      await this.#stage.close();
    }
  }
}

/**
 * Plays a stack's scenario against what is deployed; stops at the first step that does not hold. Never throws for one.
 */
export const rehearse = (options: RehearsalOptions): Promise<Rehearsal> => new Run(options).play();
