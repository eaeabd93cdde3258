import type { Socket } from "node:net";
import { partitionOf } from "../lib/aws/arns";
import { VirtualClock } from "./clock/virtual-clock";
import { CONTROL_PREFIX, handleControl } from "./control/control";
import type { Environment } from "./environment";
import { type MqttListener, startMqttListener } from "./mqtt/mqtt-listener";
import type { WireRequest, WireResponse } from "./wire/exchange";
import { type RunningHttpServer, startHttpServer } from "./wire/http-server";
import { World } from "./world";

/** The account that the sandbox pretends to be. */
const ACCOUNT = "123456789012";

/** How a sandbox is started. */
export interface SandboxOptions {
  /** HTTP port; 0 picks a free one. */
  readonly port: number;
  /** MQTT port; 0 picks a free one. @default 0 */
  readonly mqttPort?: number;
  /** Region that it pretends to be. @default us-east-1 */
  readonly region?: string;
  /** Virtual seconds for each wall second; 0 pauses. @default 0 */
  readonly speed?: number;
  /** Takes one line of progress. @default nobody */
  readonly log?: (line: string) => void;
}

/** Where a sandbox is, as its `ready` line says. */
export interface SandboxAddress {
  /** Base URL of every AWS API, without a slash at its end. */
  readonly endpoint: string;
  /** URL of the broker. */
  readonly mqtt: string;
  /** Region code. */
  readonly region: string;
  /** Account id, 12 digits. */
  readonly account: string;
}

/** What somebody puts into a sandbox, and a reset puts there again. */
export interface SandboxContent {
  /** Name of the stack. */
  readonly name: string;
  /** Puts it into a sandbox that is empty. */
  readonly deploy: (signal: AbortSignal) => Promise<void>;
}

/** An embedded AWS: the endpoint, the MQTT broker and the clock. {@link startSandbox} makes one. */
export class Sandbox {
  /** The virtual time of everything in it. */
  readonly clock: VirtualClock;
  readonly #options: Required<SandboxOptions>;
  readonly #stopping = new AbortController();
  #turns: Promise<unknown> = Promise.resolve();
  #http: RunningHttpServer | undefined;
  #mqtt: MqttListener | undefined;
  /** A reset makes another; whoever asks meanwhile waits for it. */
  #world: Promise<World> | undefined;
  #content: SandboxContent | undefined;
  #isDeployed = false;

  private constructor(options: Required<SandboxOptions>) {
    this.#options = options;
    this.clock = new VirtualClock(options.speed, (fault) => {
      options.log(`clock: ${(fault as Error)?.stack ?? fault}`);
    });
  }

  /** Starts one; of a start that fails, nothing is left. */
  static async start(options: Required<SandboxOptions>): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    try {
      await sandbox.#serve();
      return sandbox;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  /** Where it serves. */
  get address(): SandboxAddress {
    return {
      endpoint: this.#endpoint,
      mqtt: `mqtt://127.0.0.1:${this.#mqtt?.port}`,
      region: this.#options.region,
      account: ACCOUNT,
    };
  }

  /** Names what a reset deploys, without deploying it now. */
  prepare(content: SandboxContent): void {
    this.#content = content;
  }

  /** Deploys what a reset will deploy again. Deploys and resets queue up: two at once would meet in one world. */
  deploy(content: SandboxContent): Promise<void> {
    this.prepare(content);
    return this.#inTurn(() => this.#deploy());
  }

  /** Empties every service, cuts every session and, unless told otherwise, deploys again what was there. */
  reset(deploys: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const former = await this.#running;
      this.#isDeployed = false;
      this.#world = this.#successorOf(former);
      await this.#world;
      if (deploys) await this.#deploy();
    });
  }

  /** Stops everything; no process, port or session is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.clock.stop();
    // Of a start that failed for want of it there is none.
    const world = await this.#world?.catch(() => undefined);
    await Promise.all([world?.close(), this.#mqtt?.stop(), this.#http?.stop()]);
  }

  async #serve(): Promise<void> {
    const { log, mqttPort, port } = this.#options;
    this.#http = await startHttpServer(port, {
      handle: (request) => this.#handle(request),
      now: () => this.clock.date(),
    });
    this.#world = World.make(this.#environment());
    await this.#world;
    this.#mqtt = await startMqttListener({
      port: mqttPort,
      serve: (socket) => void this.#connect(socket),
      log,
    });
  }

  /** What comes after a world, which counts the end of its sessions by itself. */
  async #successorOf(former: World): Promise<World> {
    await former.close();
    this.clock.clear();
    return World.make(this.#environment());
  }

  async #connect(socket: Socket): Promise<void> {
    const { broker } = await this.#running;
    if (this.#stopping.signal.aborted) socket.destroy();
    else broker.handle(socket);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => undefined);
    return done;
  }

  async #deploy(): Promise<void> {
    if (!this.#content) return;
    await this.#content.deploy(this.#stopping.signal);
    this.#isDeployed = true;
  }

  async #handle(request: WireRequest): Promise<WireResponse> {
    if (!request.path.startsWith(CONTROL_PREFIX)) return (await this.#running).router.handle(request);
    return handleControl(request, {
      clock: this.clock,
      region: this.#options.region,
      identity: async () => (await this.#running).identity,
      events: async () => (await this.#running).events,
      deployed: () => (this.#isDeployed ? this.#content?.name : undefined),
      reset: (deploys) => this.reset(deploys),
    });
  }

  get #running(): Promise<World> {
    if (!this.#world) throw new Error("The sandbox has not been started.");
    return this.#world;
  }

  get #endpoint(): string {
    return `http://127.0.0.1:${this.#http?.port}`;
  }

  #environment(): Environment {
    const { log, region } = this.#options;
    return {
      account: ACCOUNT,
      region,
      partition: partitionOf(region),
      clock: this.clock,
      endpoint: this.#endpoint,
      log,
    };
  }
}

/**
 * Starts an embedded AWS with nothing in it.
 *
 * @throws Error - when a port is taken.
 */
export function startSandbox({
  port,
  mqttPort = 0,
  region = "us-east-1",
  speed = 0,
  log = () => undefined,
}: SandboxOptions): Promise<Sandbox> {
  return Sandbox.start({ port, mqttPort, region, speed, log });
}
