import { type JsonObject, parseObject } from "../../lib/json";
import { MAX_SPEED, type VirtualClock } from "../clock/virtual-clock";
import type { WireRequest, WireResponse } from "../wire/exchange";

/** Prefix of the sandbox's own paths, which no AWS service has. */
export const CONTROL_PREFIX = "/_sandbox/";

/** The longest step of the clock, seconds: 90 days, longer than anything is kept. */
const MAX_ADVANCE_SECONDS = 90 * 24 * 60 * 60;

/** What the control paths act upon. */
export interface ControlPorts {
  readonly clock: VirtualClock;
  /** Region that it pretends to be. */
  readonly region: string;
  /** Account that it pretends to be. */
  readonly account: string;
  /** URL of the broker. */
  readonly mqtt: () => string;
  /** Tells what is in the sandbox now from all that was or will be: another after each start and reset. */
  readonly identity: () => Promise<string>;
  /** What came to the event bus, in the order in which it came. */
  readonly events: () => Promise<readonly unknown[]>;
  /** Name of the stack that the sandbox has deployed by itself. */
  readonly deployed: () => string | undefined;
  /** The outputs of that stack. */
  readonly outputs: () => unknown;
  /** Empties everything and, with `deploy`, deploys the stack again. */
  readonly reset: (deploy: boolean) => Promise<void>;
}

/** A request to the control paths that cannot be followed; the message says what to send. */
class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

function bodyOf({ body }: WireRequest): JsonObject {
  if (body.length === 0) return {};
  const parsed = parseObject(body.toString("utf8"));
  if (!parsed) throw new ControlError(400, "Send a JSON object as the body.");
  return parsed;
}

const clockState = ({ clock }: ControlPorts) => ({ now: clock.now(), speed: clock.speed });

/** A number of a request, where it is given. @throws ControlError - it is another than it may be. */
function numberIn(body: JsonObject, name: string, max: number): number | undefined {
  const { [name]: value } = body;
  if (value === undefined || (typeof value === "number" && value >= 0 && value <= max)) return value;
  throw new ControlError(400, `Set ${name} to a number from 0 to ${max}; it is ${JSON.stringify(value)}.`);
}

async function setClock(request: WireRequest, ports: ControlPorts): Promise<WireResponse> {
  const body = bodyOf(request);
  const advanceSeconds = numberIn(body, "advanceSeconds", MAX_ADVANCE_SECONDS);
  const speed = numberIn(body, "speed", MAX_SPEED);
  if (advanceSeconds === undefined && speed === undefined) {
    throw new ControlError(400, "Set advanceSeconds, speed, or both.");
  }
  if (speed !== undefined) ports.clock.changeSpeed(speed);
  if (advanceSeconds !== undefined) await ports.clock.advance(Math.round(advanceSeconds * 1000));
  return json(200, clockState(ports));
}

async function reset(request: WireRequest, ports: ControlPorts): Promise<WireResponse> {
  const { deploy = true } = bodyOf(request);
  if (typeof deploy !== "boolean") throw new ControlError(400, "Set deploy to true or false.");
  await ports.reset(deploy);
  return json(200, clockState(ports));
}

const ROUTES: Readonly<Record<string, (request: WireRequest, ports: ControlPorts) => Promise<WireResponse>>> =
  {
    "GET /_sandbox/clock": async (_request, ports) => json(200, clockState(ports)),
    "POST /_sandbox/clock": setClock,
    "GET /_sandbox/identity": async (_request, { identity, deployed, region, account, mqtt }) =>
      json(200, { id: await identity(), region, account, mqtt: mqtt(), deployed: deployed() ?? null }),
    "GET /_sandbox/outputs": async (_request, { outputs }) => json(200, outputs() ?? {}),
    "GET /_sandbox/events": async (_request, { events }) => json(200, { events: await events() }),
    "POST /_sandbox/reset": reset,
  };

/** Answers the sandbox's own paths: the clock, the identity and the reset. */
export async function handleControl(request: WireRequest, ports: ControlPorts): Promise<WireResponse> {
  const route = ROUTES[`${request.method} ${request.path}`];
  if (!route) {
    return json(404, {
      message: `There is no ${request.method} ${request.path}; there is ${Object.keys(ROUTES).join(", ")}.`,
    });
  }
  try {
    return await route(request, ports);
  } catch (error) {
    const status = error instanceof ControlError ? error.status : 500;
    return json(status, { message: (error as Error).message });
  }
}
