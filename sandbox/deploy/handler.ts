import type { Clients } from "./clients";
import type { Properties } from "./property-values";

/** What a handler may use beside a resource's inputs. */
export interface HandlerContext {
  /** Clients of every service, all at the sandbox's endpoint. */
  readonly clients: Clients;
  /** Folder of the program, where relative paths of assets start. */
  readonly folder: string;
}

/** A resource that was made. */
export interface Made {
  /** Its id, as the provider would give it. */
  readonly id: string;
  /** Outputs beside the inputs. */
  readonly outputs: Properties;
}

/** How one type of resource is made by AWS SDK calls, as the provider would. */
export interface ResourceHandler {
  /** Inputs that the handler honours; another one is refused by name rather than ignored. */
  readonly inputs: readonly string[];
  /** Outputs that only AWS can tell; unknown in a preview. */
  readonly computed: readonly string[];
  /** The input that is a physical name: made of the logical one when it is absent, as the provider does. */
  readonly autoName?: string;
  /** Makes the resource; the name is in the inputs by now. */
  readonly create: (inputs: Properties, context: HandlerContext) => Promise<Made>;
}

/** Reads an input that must be text. */
export function text(inputs: Properties, name: string): string {
  const value = inputs[name];
  if (typeof value !== "string") throw new Error(`The input ${name} must be text; it is ${typeof value}.`);
  return value;
}

/** Tags in the form that most services take. */
export const tagList = (inputs: Properties): { Key: string; Value: string }[] =>
  Object.entries((inputs.tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));

/** Tags in the form that Lambda, SQS and CloudWatch Logs take. */
export const tagMap = (inputs: Properties): Record<string, string> => ({
  ...((inputs.tags ?? {}) as Record<string, string>),
});
