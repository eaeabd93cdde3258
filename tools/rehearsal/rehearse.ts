import type { SandboxAddress } from "../../sandbox/start-sandbox";
import { type PrintedDocument, workshopDocuments } from "./documents";
import { type StackOutputs, Stage } from "./stage";
import type { Step } from "./step";
import {
  healthyGoOn,
  pinnedReadsShadow,
  readsShadow,
  refusedPublish,
  strangerRefused,
} from "./steps/contain";
import { alarm, endWindow, send, violation } from "./steps/detect";
import { connectAll, register } from "./steps/prepare";
import { cutSession, membership, outcome, shadow } from "./steps/quarantine";

/** The story, in order. */
const STEPS: readonly Step[] = [
  register,
  connectAll,
  send,
  endWindow,
  violation,
  alarm,
  outcome,
  membership,
  shadow,
  cutSession,
  refusedPublish,
  readsShadow,
  pinnedReadsShadow,
  strangerRefused,
  healthyGoOn,
];

/** How one step went. */
export interface StepResult {
  /** Name of the step. */
  readonly step: string;
  /** Whether it held. */
  readonly ok: boolean;
  /** What was seen, or what did not hold. */
  readonly detail: string;
  /** Virtual time at its end, ISO 8601; absent when the clock could not be read. */
  readonly virtualTime?: string;
  /** Wall milliseconds since the rehearsal began. */
  readonly elapsedMs: number;
}

/** What a rehearsal found. */
export interface Rehearsal {
  /** Whether every step held. */
  readonly ok: boolean;
  /** The steps, up to and with the first that did not hold. */
  readonly steps: readonly StepResult[];
  /** The workshop's documents; none unless every step held. */
  readonly documents: readonly PrintedDocument[];
}

/** A stack, deployed into a sandbox whose clock is paused, and who wants to be told of each step. */
export interface RehearsalOptions {
  readonly address: SandboxAddress;
  readonly outputs: StackOutputs;
  /** Wall time at which the rehearsal began, as `performance.now()` gives it. */
  readonly began: number;
  /** Told of each step when it is over. */
  readonly onStep: (result: StepResult) => void;
}

async function runStep(step: Step, stage: Stage, began: number): Promise<StepResult> {
  let ok = true;
  let detail: string;
  try {
    detail = await step.run(stage);
  } catch (error) {
    ok = false;
    detail = (error as Error).message;
  }
  const now = await stage.now().catch(() => undefined);
  return {
    step: step.name,
    ok,
    detail,
    ...(now !== undefined && { virtualTime: new Date(now).toISOString() }),
    elapsedMs: Math.round(performance.now() - began),
  };
}

/** Plays the story against a deployed stack; stops at the first step that does not hold. Never throws for one. */
export async function rehearse({ address, outputs, began, onStep }: RehearsalOptions): Promise<Rehearsal> {
  const stage = new Stage(address, outputs);
  const steps: StepResult[] = [];
  try {
    for (const step of STEPS) {
      const result = await runStep(step, stage, began);
      steps.push(result);
      onStep(result);
      if (!result.ok) return { ok: false, steps, documents: [] };
    }
    return { ok: true, steps, documents: await workshopDocuments(stage) };
  } finally {
    await stage.close();
  }
}
