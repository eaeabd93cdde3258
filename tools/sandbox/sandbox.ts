import { partitionOf } from "../../lib/aws/arns";
import { type Deployed, deploy } from "../../pulumi-host/program/deploy";
import { makeStackBoundary } from "../../pulumi-host/program/stack-boundary";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { VirtualClock } from "../../sandbox/clock/virtual-clock";
import { CONTROL_PREFIX, handleControl } from "../../sandbox/control/control";
import type { Environment } from "../../sandbox/environment";
import { type Broker, startBroker } from "../../sandbox/mqtt/broker";
import type { WireRequest, WireResponse } from "../../sandbox/wire/exchange";
import { type RunningHttpServer, startHttpServer } from "../../sandbox/wire/http-server";
import { World } from "../../sandbox/world";

/** The account that the sandbox pretends to be. */
const ACCOUNT = "123456789012";
const DEFAULT_REGION = "us-east-1";

/** What a sandbox is made for. */
export interface SandboxSettings {
  /** The project and the stack that is deployed. */
  readonly files: StackFiles;
  /** Virtual seconds for each wall second; 0 pauses. */
  readonly speed: number;
  /** Takes one line of progress. */
  readonly log: (line: string) => void;
}

/** How a sandbox is started. */
export interface StartOptions {
  /** HTTP port; 0 picks a free one. */
  readonly port: number;
  /** MQTT port; 0 picks a free one. */
  readonly mqttPort: number;
  /** Whether the stack is deployed. */
  readonly deploy: boolean;
}

/** Where a sandbox is, as its `ready` line says. */
export interface SandboxAddress {
  readonly endpoint: string;
  readonly mqtt: string;
  readonly region: string;
  readonly account: string;
}

/** An embedded AWS IoT: the AWS endpoint, the MQTT broker, the clock and the deployed stack. */
export class Sandbox {
  /** The virtual time of everything in it. */
  readonly clock: VirtualClock;
  readonly #settings: SandboxSettings;
  readonly #region: string;
  readonly #stopping = new AbortController();
  #turns: Promise<void> = Promise.resolve();
  #http: RunningHttpServer | undefined;
  #broker: Broker | undefined;
  #world: World | undefined;
  #deployed: Deployed | undefined;

  constructor(settings: SandboxSettings) {
    this.#settings = settings;
    this.#region = settings.files.config["aws:region"] ?? DEFAULT_REGION;
    this.clock = new VirtualClock(settings.speed, (fault) => {
      settings.log(`clock: ${(fault as Error)?.stack ?? fault}`);
    });
  }

  /** Where it serves. @throws Error - before `start`. */
  get address(): SandboxAddress {
    const { port: mqttPort } = this.#running().broker;
    return {
      endpoint: this.#endpoint(),
      mqtt: `mqtt://127.0.0.1:${mqttPort}`,
      region: this.#region,
      account: ACCOUNT,
    };
  }

  /** The stack as it was deployed last; undefined when it is empty. */
  get deployed(): Deployed | undefined {
    return this.#deployed;
  }

  /**
   * Begins to serve and deploys the stack.
   *
   * @throws DeployError - the stack could not be deployed; everything is stopped again.
   */
  async start({ port, mqttPort, deploy: deploys }: StartOptions): Promise<void> {
    try {
      this.#http = await startHttpServer(port, {
        handle: (request) => this.#handle(request),
        now: () => this.clock.date(),
      });
      this.#world = new World(this.#environment());
      this.#broker = await startBroker({
        port: mqttPort,
        env: this.#environment(),
        ports: this.#world.brokerPorts,
      });
      this.#world.connect(this.#broker);
      if (deploys) await this.#inTurn(() => this.#deploy());
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Empties every service, cuts every session and, unless told otherwise, deploys the stack again. Resets queue up,
   * behind the first deploy too: two deploys at once would meet in one world.
   */
  reset(deploys: boolean): Promise<void> {
    return this.#inTurn(() => this.#reset(deploys));
  }

  /** Stops everything; no process, port or session is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.clock.stop();
    await Promise.all([this.#world?.close(), this.#broker?.stop(), this.#http?.stop()]);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => undefined);
    return done;
  }

  async #reset(deploys: boolean): Promise<void> {
    const { broker, world } = this.#running();
    await world.close();
    this.clock.clear();
    const fresh = new World(this.#environment());
    this.#world = fresh;
    this.#deployed = undefined;
    broker.rewire(fresh.brokerPorts);
    await broker.dropAll();
    fresh.connect(broker);
    if (deploys) await this.#deploy();
  }

  async #deploy(): Promise<void> {
    const endpoint = this.#endpoint();
    const { files, log } = this.#settings;
    const request = {
      files,
      account: ACCOUNT,
      region: this.#region,
      endpoint,
      iotDataEndpoint: new URL(endpoint).host,
      signal: this.#stopping.signal,
      log,
    };
    await makeStackBoundary(request);
    this.#deployed = await deploy(request);
  }

  async #handle(request: WireRequest): Promise<WireResponse> {
    if (!request.path.startsWith(CONTROL_PREFIX)) return this.#running().world.router.handle(request);
    return handleControl(request, {
      clock: this.clock,
      identity: () => this.#running().world.identity,
      deployed: () => this.#deployed && this.#settings.files.stack,
      reset: (deploys) => this.reset(deploys),
    });
  }

  #running(): { readonly world: World; readonly broker: Broker } {
    if (!this.#world || !this.#broker) throw new Error("The sandbox has not been started.");
    return { world: this.#world, broker: this.#broker };
  }

  #endpoint(): string {
    return `http://127.0.0.1:${this.#http?.port}`;
  }

  #environment(): Environment {
    return {
      account: ACCOUNT,
      region: this.#region,
      partition: partitionOf(this.#region),
      clock: this.clock,
      endpoint: this.#endpoint(),
      log: this.#settings.log,
    };
  }
}
