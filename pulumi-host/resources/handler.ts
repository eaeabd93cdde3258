import { createHash } from "node:crypto";
import type { ObjectShape } from "../../lib/cloudformation/model-shape";
import type { Clients } from "./clients";
import type { KnownInputs } from "./known-inputs";
import type { Properties } from "./property-values";

/** What a handler may use beside a resource's inputs. */
export interface HandlerContext {
  /** Clients of every service, all at the sandbox's endpoint. */
  readonly clients: Clients;
  /** Folder of the program, where relative paths of assets start. */
  readonly folder: string;
}

/** A resource as AWS has it. */
export interface Live {
  /** Its inputs, also those that nobody set. */
  readonly inputs: Properties;
  /** What AWS tells of it beside. */
  readonly outputs: Properties;
}

/** An update of a resource. */
export interface Change {
  /** The resource's id. */
  readonly id: string;
  /** The inputs as AWS had them, as far as is known. */
  readonly old: Properties;
  /** The inputs as they shall be. */
  readonly inputs: Properties;
  /** The names of the inputs that differ. */
  readonly changed: ReadonlySet<string>;
}

/** How one type of resource is made, read, changed and deleted by AWS SDK calls, as the provider would. */
export interface ResourceHandler extends KnownInputs {
  /** Outputs that only AWS can tell; unknown in a preview of a resource that is to be made. */
  readonly computed: readonly string[];
  /** Those of them that an update changes; unknown in its preview. */
  readonly volatile?: readonly string[];
  /** The input that is a physical name: made of the logical one when it is absent, as the provider does. */
  readonly autoName?: string;
  /** Inputs that cannot change in place: another value replaces the resource. */
  readonly createOnly: readonly string[];
  /** What AWS takes an absent input for; such a value and an absent one are the same. */
  readonly defaults?: Properties;
  /**
   * Properties that are whatever AWS has while the program sets none, such as a key's policy, each with what the
   * provider tells where AWS has none: "optional and computed" in the provider's schema, and unknown in the preview of
   * a new resource that leaves them out. Some are no inputs that the handler honours. Every other absent input means
   * its default.
   *
   * Source: hashicorp/terraform-provider-aws, `Optional` and `Computed` in the schemas of internal/service/.
   */
  readonly computedIfAbsent?: Properties;
  /**
   * The CloudFormation model of a resource of `aws-native`; absent for `aws`. `aws-native` compares only what the
   * program asks for, or asked for before, and keeps a name that the program drops.
   *
   * Source: pulumi/pulumi-aws-native, provider/pkg/resources/path_classifier.go, `ActualInputBaselineFromOutputs`;
   * provider/pkg/autonaming/.
   */
  readonly model?: ObjectShape;
  /** Inputs, lists, whose order means nothing. */
  readonly unordered?: readonly string[];
  /** Inputs that AWS never tells; they are taken to be as they were last set. */
  readonly writeOnly?: readonly string[];
  /**
   * Makes the resource; the name is in the inputs by now. Resolves to its id.
   *
   * @throws PartlyMade - it was made, but what belongs to it failed.
   */
  readonly create: (inputs: Properties, context: HandlerContext) => Promise<string>;
  /**
   * Reads the resource.
   *
   * @param known - What is known of it already; empty when it is imported.
   * @returns Nothing when AWS has no such resource; it may throw what {@link isGone} knows as well.
   */
  readonly read: (id: string, known: Properties, context: HandlerContext) => Promise<Live | undefined>;
  /** Changes the resource in place; absent where every input is create-only. */
  readonly update?: (change: Change, context: HandlerContext) => Promise<void>;
  /** Deletes the resource; may throw what {@link isGone} knows when there is none. */
  readonly delete: (id: string, known: Properties, context: HandlerContext) => Promise<void>;
}

/** A resource was made, but not completely: it exists, and its next update completes it. */
export class PartlyMade extends Error {
  /** The id of what was made. */
  readonly id: string;

  constructor(id: string, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.id = id;
  }
}

/** Does what a resource needs once it is made; a failure leaves it {@link PartlyMade}. Resolves to the id. */
export async function completing(id: string, work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return id;
  } catch (cause) {
    throw new PartlyMade(id, cause);
  }
}

/** Why a call failed: AWS's code, where there is one, and message. */
export function reasonOf(cause: unknown): string {
  const error = cause as Error;
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}

/** Error codes of the services by which a resource that is asked for does not exist. */
const GONE: readonly string[] = [
  "ResourceNotFoundException",
  "NotFoundException",
  "NotFound",
  "NoSuchEntity",
  "NoSuchEntityException",
  "QueueDoesNotExist",
];

/** Whether an error says that there is no such resource. */
export const isGone = (error: unknown) => GONE.includes((error as Error | undefined)?.name ?? "");

/** What a read answers, or nothing when the resource does not exist. */
export async function orGone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The physical name that the provider makes of a logical one: a dash and seven hexadecimal digits follow. */
export const automaticName = (logicalName: string, seed: Uint8Array): string =>
  `${logicalName}-${createHash("sha256").update(seed).digest("hex").slice(0, 7)}`;

/** Whether a physical name was made by {@link automaticName}. */
export const isAutomaticName = (logicalName: string, name: unknown): boolean =>
  typeof name === "string" &&
  name.startsWith(logicalName) &&
  /^-[0-9a-f]{7}$/.test(name.slice(logicalName.length));

/** Reads an input that must be text. */
export function text(inputs: Properties, name: string): string {
  const value = inputs[name];
  if (typeof value !== "string") throw new Error(`The input ${name} must be text; it is ${typeof value}.`);
  return value;
}
