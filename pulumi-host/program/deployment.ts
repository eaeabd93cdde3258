import { randomBytes } from "node:crypto";
import { type HandlerContext, reasonOf } from "../resources/handler";
import { handlerOf } from "../resources/handlers/table";
import { check, create, previewedNew } from "../resources/lifecycle";
import type { Properties } from "../resources/property-values";
import { DeployError } from "./deploy-error";
import type { Registered, Registration } from "./registration";

/** A resource of the stack as it stands; its inputs hold the physical name that it was given. */
export interface DeployedResource extends Registration {
  readonly urn: string;
  readonly id?: string;
  readonly outputs: Properties;
}

type MadeResource = Pick<DeployedResource, "id" | "inputs" | "outputs">;

/** Where and for whom a deployment makes its resources. */
export interface DeploymentTarget {
  readonly project: string;
  readonly stack: string;
  /** Account that an `aws-native` provider must allow. */
  readonly account: string;
  /** Region that a provider must act in. */
  readonly region: string;
  /** What handlers need; absent in a preview, which makes nothing. */
  readonly context?: HandlerContext;
  /**
   * Asks the program's hooks before a resource is made, components included. Absent in a preview, as those that the
   * program wants called in one ask AWS, and a preview here has none.
   *
   * @throws Error - a hook refuses it.
   */
  readonly beforeCreate?: (registration: Registration, urn: string) => Promise<void>;
}

/** Type of the stack itself, which is no resource that a provider makes. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

/** URN of a resource. Source: Pulumi documentation, "Resource names", section "URNs". */
function urnOf(target: DeploymentTarget, { type, name, parent }: Registration): string {
  const parentType = parent.split("::")[2] ?? "";
  const qualified = parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${target.stack}::${target.project}::${qualified}::${name}`;
}

/** One run's resources: makes each that the program registers, and keeps what was made. */
export class Deployment {
  readonly #target: DeploymentTarget;
  readonly #resources = new Map<string, DeployedResource>();
  #stackOutputs: Properties = {};

  constructor(target: DeploymentTarget) {
    this.#target = target;
  }

  /** The resources, in the order in which they were done. */
  get resources(): readonly DeployedResource[] {
    return [...this.#resources.values()];
  }

  /** What the program exported. */
  get stackOutputs(): Properties {
    return this.#stackOutputs;
  }

  /** Keeps the outputs of a component or of the stack. */
  registerOutputs(urn: string, outputs: Properties): void {
    const resource = this.#resources.get(urn);
    if (!resource) throw new DeployError(`Outputs were registered for ${urn}, which is not a resource.`);
    this.#resources.set(urn, { ...resource, outputs });
    if (resource.type === STACK_TYPE) this.#stackOutputs = outputs;
  }

  /**
   * Makes one resource.
   *
   * @throws DeployError - naming the resource, with AWS's reason.
   */
  async register(registration: Registration): Promise<Registered> {
    const urn = urnOf(this.#target, registration);
    if (this.#resources.has(urn)) throw new DeployError(`Duplicate resource ${urn}: names must be unique.`);
    try {
      await this.#target.beforeCreate?.(registration, urn);
      const made = await this.#make(registration);
      const resource = { ...registration, urn, ...made };
      this.#resources.set(urn, resource);
      return resource;
    } catch (cause) {
      const { type, name } = registration;
      throw new DeployError(`${type} ${name} could not be made: ${reasonOf(cause)}`, { cause });
    }
  }

  async #make(registration: Registration): Promise<MadeResource> {
    const { type, custom, inputs } = registration;
    if (!custom) return { inputs, outputs: type === STACK_TYPE ? {} : inputs };
    if (type.startsWith(PROVIDER_PREFIX)) {
      checkProvider(this.#target, inputs);
      return { id: randomBytes(16).toString("hex"), inputs, outputs: inputs };
    }
    const handler = handlerOf(type);
    const naming = { earlier: {}, proposed: "", seed: randomBytes(8) };
    const { inputs: checked, failures } = check(handler, registration, inputs, naming);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    const { context } = this.#target;
    if (!context) return { inputs: checked, outputs: previewedNew(handler, checked) };
    const { id, state } = await create(handler, checked, context);
    return { id, inputs: checked, outputs: state };
  }
}

/** A provider that acts elsewhere would make resources that the rest of the stack never meets. */
function checkProvider(target: DeploymentTarget, inputs: Properties): void {
  const { region = target.region } = inputs;
  if (region !== target.region) {
    throw new Error(`its region is ${String(region)}, but the stack is in ${target.region}.`);
  }
  // Provider inputs that are no text arrive as JSON.
  const allowed = typeof inputs.allowedAccountIds === "string" ? inputs.allowedAccountIds : "[]";
  const accounts = JSON.parse(allowed) as string[];
  if (accounts.length > 0 && !accounts.includes(target.account)) {
    throw new Error(`it allows the accounts ${accounts.join(", ")}, but the stack is in ${target.account}.`);
  }
}
