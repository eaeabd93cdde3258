import { readFileSync } from "node:fs";

/** What the engine does to a resource, or would. */
interface Step {
  /** `create`, `update`, `replace`, `create-replacement`, `delete-replaced`, `delete`, `same`, `refresh`, `import`. */
  readonly op: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Top-level properties that differ. */
  readonly diffs: readonly string[];
  /** The resource as it is wanted. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The resource as it is, or would be, once the step is done. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a policy found. */
interface PolicyFinding {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
}

/** What an engine reported of one run. */
export interface EngineEvents {
  /** Resources that are touched, without those that stay the same, in the order in which the engine began. */
  readonly steps: readonly Step[];
  /** What was done to AWS resources, each as operation and logical name, in the order in which it was done. */
  readonly done: readonly string[];
  readonly findings: readonly PolicyFinding[];
  /** How many resources there are of each operation. */
  readonly summary: Readonly<Record<string, number>>;
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[];
  readonly new?: {
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
  } | null;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly summaryEvent?: { readonly resourceChanges: Record<string, number> };
  readonly policyEvent?: {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
  };
}

const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

const stepOf = ({ op, urn, type, diffs, new: wanted }: Metadata, ended: readonly Metadata[]): Step => ({
  op,
  type,
  name: nameOf(urn),
  diffs: diffs ?? [],
  inputs: wanted?.inputs ?? {},
  outputs: ended.find((one) => one.urn === urn && one.op === op)?.new?.outputs ?? {},
});

/** Reads the log of a run's last phase: of an `up` with a preview, that is the update. */
export function readEvents(path: string): EngineEvents {
  const events = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  const pre = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []));
  const outputs = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent ? [resOutputsEvent.metadata] : [],
  );
  return {
    steps: pre.filter(({ op }) => op !== "same").map((step) => stepOf(step, outputs)),
    done: outputs
      .filter(({ op, type }) => op !== "same" && /^aws(-native)?:/.test(type))
      .map(({ op, urn }) => `${op} ${nameOf(urn)}`),
    findings: events.flatMap(({ policyEvent }) =>
      policyEvent
        ? [
            {
              policy: policyEvent.policyName,
              level: policyEvent.enforcementLevel,
              message: policyEvent.message,
            },
          ]
        : [],
    ),
    summary: events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {},
  };
}
