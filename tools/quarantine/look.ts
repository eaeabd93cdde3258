import { GetEffectivePoliciesCommand, ListActiveViolationsCommand } from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { ifMissing } from "../../lib/aws/errors";
import { allOf, LISTED_STATES, type ListedState, type ThingRecord } from "../../lib/ledger/read";
import { shadowFlags } from "../../lib/quarantine/shadow-flags";
import type { Stack } from "./stack";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The things in a state, or what was decided in the last 24 hours; the latest first. */
export async function listThings(
  { ledger, now }: Stack,
  state: ListedState | undefined,
): Promise<ThingRecord[]> {
  if (state !== undefined) return allOf(ledger.inState(state));
  const since = now() - DAY_MS;
  const lists = await Promise.all(LISTED_STATES.map((each) => allOf(ledger.inState(each, since))));
  return lists.flat().sort((a, b) => (b.since ?? "").localeCompare(a.since ?? ""));
}

/** The held things of a behavior (`PROFILE/BEHAVIOR`), or of all. */
export async function heldThings({ ledger }: Stack, behavior: string | undefined): Promise<string[]> {
  const held = await allOf(ledger.inState("held"));
  return held
    .filter((one) => behavior === undefined || `${one.securityProfileName}/${one.behaviorName}` === behavior)
    .map(({ thingName }) => thingName);
}

async function flagOf({ iotData }: Stack, thingName: string) {
  const answer = await iotData.send(new GetThingShadowCommand({ thingName })).catch(ifMissing(undefined));
  const { desired = null, reported = null } = shadowFlags(answer?.payload);
  return { desired, reported };
}

/** What acts on a principal that connects as the thing: its own policies and those of the thing's groups. */
async function effectivePolicies({ iot }: Stack, principal: string, thingName: string) {
  const command = new GetEffectivePoliciesCommand({ principal, thingName });
  const { effectivePolicies: all = [] } = await iot.send(command);
  return all.map(({ policyName }) => policyName);
}

/** The principals of a thing; none where no thing has the name, of which the ledger may still know. */
async function principalsOf({ ports }: Stack, thingName: string): Promise<readonly string[]> {
  return ports.principalsOf(thingName).catch(ifMissing([]));
}

/** Everything that is known of a thing: the ledger, its groups, principals, shadow and violations. */
export async function showThing(stack: Stack, thingName: string) {
  const { iot, ledger, ports } = stack;
  const [isRegistered, record, timeLine, groups, principals, quarantineFlag, violations] = await Promise.all([
    ports.isRegistered(thingName),
    ledger.thing(thingName),
    allOf(ledger.timeLine(thingName)),
    ports.directGroupsOf(thingName),
    principalsOf(stack, thingName),
    flagOf(stack, thingName),
    iot.send(new ListActiveViolationsCommand({ thingName })),
  ]);
  return {
    ...{ thingName, isRegistered, record: record ?? null, groups, quarantineFlag },
    principals: await Promise.all(
      principals.map(async (principal) => ({
        principal,
        policies: await ports.policiesOf(principal),
        effectivePolicies: await effectivePolicies(stack, principal, thingName),
      })),
    ),
    activeViolations: (violations.activeViolations ?? []).map((one) => ({
      violationId: one.violationId,
      securityProfileName: one.securityProfileName,
      behaviorName: one.behavior?.name,
      lastViolationTime: one.lastViolationTime?.toISOString(),
      lastViolationValue: one.lastViolationValue,
    })),
    timeLine,
  };
}
