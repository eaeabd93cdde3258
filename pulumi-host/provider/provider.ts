import { DescribeEndpointCommand } from "@aws-sdk/client-iot";
import { answerInvoke } from "../program/invokes";
import { destroyClients } from "../resources/clients";
import type { HandlerContext } from "../resources/handler";
import type { Properties } from "../resources/property-values";
import { openSession, type PackageName, type Session, type Surroundings } from "./configuration";

/** A provider of one package: the session that it is configured for. */
export class Provider {
  readonly packageName: PackageName;
  readonly #surroundings: Surroundings;
  #session: Session | undefined;

  constructor(packageName: PackageName, surroundings: Surroundings) {
    this.packageName = packageName;
    this.#surroundings = surroundings;
  }

  /** Begins to act as a configuration says. @throws Error - see {@link openSession}. */
  async configure(config: Properties): Promise<void> {
    const session = await openSession(this.packageName, config, this.#surroundings);
    this.stop();
    this.#session = session;
  }

  /** What handlers need. @throws Error - before it is configured. */
  get context(): HandlerContext {
    return { clients: this.#configured().clients, folder: process.cwd() };
  }

  /** Answers one of the package's functions. @throws Error - the function is not known. */
  async invoke(token: string, args: Properties): Promise<Properties> {
    const { account = "", region, clients } = this.#configured();
    const { endpointAddress = "" } = await clients.iot.send(
      new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }),
    );
    return answerInvoke(token, args, { account, region, iotDataEndpoint: endpointAddress });
  }

  /** Closes the connections of its session. */
  stop(): void {
    if (this.#session) destroyClients(this.#session.clients);
    this.#session = undefined;
  }

  #configured(): Session {
    if (!this.#session) throw new Error(`The provider ${this.packageName} has not been configured.`);
    return this.#session;
  }
}
