import {
  DeleteConnectionCommand,
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { type Assumption, errorOf, verdictOf } from "../assumption";
import type { Bench } from "../bench";

const update = ({ clients }: Bench, thingName: string, desired: object) =>
  clients.iotData.send(
    new UpdateThingShadowCommand({ thingName, payload: JSON.stringify({ state: { desired } }) }),
  );

/** Names a thing whose shadow goes again: a shadow needs no thing. */
function shadowOf(bench: Bench, role: string): string {
  const thingName = bench.name(role);
  bench.removeLater(`shadow of ${thingName}`, () =>
    bench.clients.iotData.send(new DeleteThingShadowCommand({ thingName })),
  );
  return thingName;
}

async function fillShadow(bench: Bench): Promise<string> {
  const thingName = shadowOf(bench, "full-shadow");
  // 40 bytes are left of 8 KB, less what AWS may count of the braces.
  await update(bench, thingName, { a: "x".repeat(4000), b: "x".repeat(8192 - 4000 - 40) });
  return verdictOf(update(bench, thingName, { quarantine: true, more: "x".repeat(40) }));
}

async function keepEmpty(bench: Bench): Promise<string> {
  const thingName = shadowOf(bench, "empty-object");
  await update(bench, thingName, { kept: 1, empty: {} });
  const { payload } = await bench.clients.iotData.send(new GetThingShadowCommand({ thingName }));
  const { state } = JSON.parse(Buffer.from(payload ?? []).toString());
  return "empty" in state.desired ? "kept" : "not kept";
}

async function readNamed(bench: Bench): Promise<string> {
  const thingName = bench.name("no-shadow");
  const read = bench.clients.iotData.send(new GetThingShadowCommand({ thingName, shadowName: "named" }));
  return (await errorOf(read))?.message.replace(thingName, "THING") ?? "accepted";
}

/** Of shadows and connections. */
export const SHADOWS: readonly Assumption[] = [
  {
    name: "a small update of a shadow that is full",
    fact: "A small update of a shadow whose state would pass 8 KB",
    expected: "refused: RequestEntityTooLargeException",
    attempt: fillShadow,
  },
  {
    name: "an inner empty object in a shadow",
    fact: "Inner empty objects are kept",
    expected: "kept",
    attempt: keepEmpty,
  },
  {
    name: "a named shadow that is not there, in AWS's words",
    fact: "A named shadow's 404 reads",
    expected: "No shadow exists with name: 'THING~named'",
    attempt: readNamed,
  },
  {
    name: "the cut of a session that is not there",
    fact: "DeleteConnection: `$` refused",
    expected: "refused: ResourceNotFoundException",
    attempt: (bench) =>
      verdictOf(
        bench.clients.iotData.send(new DeleteConnectionCommand({ clientId: bench.name("no-session") })),
      ),
  },
];
