import { setTimeout } from "node:timers/promises";
import {
  DescribeCertificateCommand,
  DescribeThingGroupCommand,
  type GroupNameAndArn,
  ListActiveViolationsCommand,
  ListAttachedPoliciesCommand,
  ListPrincipalThingsCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsCommand,
} from "@aws-sdk/client-iot";
import { GetConnectionCommand } from "@aws-sdk/client-iot-data-plane";
import { ifMissing, isNamed } from "../aws/errors";
import { inTime, sendInTime } from "../aws/in-time";
import type { EvidencePorts } from "./evidence";
import type { ExemptionPorts } from "./exempt";
import type { PortsArgs } from "./ports-args";
import type { ActiveViolation, VerificationPorts } from "./verify";

type LookUpPorts = EvidencePorts & ExemptionPorts & VerificationPorts;

/** Longest that a look-up takes which is evidence alone, in milliseconds: the acts must have the time. */
const EVIDENCE_MS = 4_000;

/** One page of an answer. */
interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly next: string | undefined;
}

/** The items of all pages. */
async function allPages<Item>(page: (token: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    token = next;
  } while (token !== undefined);
  return all;
}

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

const nameOf = ({ groupName }: GroupNameAndArn) => groupName;

/**
 * Makes what is looked up of AWS SDK clients. Nothing of it changes anything.
 *
 * Source: AWS IoT API Reference, `ListActiveViolations`, `ListThingGroupsForThing`, `DescribeThingGroup`,
 * `ListThingPrincipals`, `ListAttachedPolicies`, `ListPrincipalThings`, `DescribeCertificate`, `GetConnection`.
 */
export function makeLookUps(args: PortsArgs): LookUpPorts {
  const brief = { ...args, callTimeoutMs: () => Math.min(EVIDENCE_MS, args.callTimeoutMs()) };
  return {
    ...groupLookUps(args),
    ...violationLookUp(args.violations ?? args),
    ...principalLookUps(brief),
    ...connectionLookUp(brief),
  };
}

/** What is looked up of groups. */
export function groupLookUps({
  iot,
  callTimeoutMs,
  existingGroups = new Set(),
}: Pick<PortsArgs, "iot" | "callTimeoutMs" | "existingGroups">) {
  const send = sendInTime(iot, callTimeoutMs);
  const describe = (thingGroupName: string) => {
    return send(new DescribeThingGroupCommand({ thingGroupName })).catch(ifMissing(undefined));
  };
  /** A thing that is not there is in no group: the act tells it apart. */
  const directGroupsOf = async (thingName: string) => {
    const groups = await allPages<GroupNameAndArn>(async (nextToken) => {
      const page = await send(new ListThingGroupsForThingCommand({ thingName, nextToken }));
      return { items: page.thingGroups, next: page.nextToken };
    }).catch(ifMissing<GroupNameAndArn[]>([]));
    return groups.map(nameOf).filter(isDefined);
  };
  return {
    directGroupsOf,
    async groupsOf(thingName: string) {
      const direct = await directGroupsOf(thingName);
      const above: (string | undefined)[] = [];
      for (const name of direct) {
        // One that was deleted meanwhile is below none.
        const group = await describe(name);
        above.push(...(group?.thingGroupMetadata?.rootToParentThingGroups ?? []).map(nameOf));
      }
      return [...direct, ...above.filter(isDefined)];
    },
    async missingGroups(names: readonly string[]) {
      const missing: string[] = [];
      for (const name of names.filter((each) => !existingGroups.has(each))) {
        if ((await describe(name)) === undefined) missing.push(name);
        else existingGroups.add(name);
      }
      return missing;
    },
  };
}

function principalLookUps({ iot, callTimeoutMs }: PortsArgs) {
  const send = sendInTime(iot, callTimeoutMs);
  return {
    principalsOf: (thingName: string) =>
      allPages<string>(async (nextToken) => {
        const page = await send(new ListThingPrincipalsCommand({ thingName, nextToken }));
        return { items: page.principals, next: page.nextToken };
      }),
    async policiesOf(target: string) {
      const policies = await allPages(async (marker) => {
        const page = await send(new ListAttachedPoliciesCommand({ target, marker }));
        return { items: page.policies, next: page.nextMarker };
      });
      return policies.map(({ policyName }) => policyName).filter(isDefined);
    },
    async isShared(principal: string) {
      const page = await send(new ListPrincipalThingsCommand({ principal, maxResults: 2 }));
      // A page may be shorter than what there is.
      return (page.things ?? []).length > 1 || page.nextToken !== undefined;
    },
    async certificateStatus(arn: string) {
      const command = new DescribeCertificateCommand({ certificateId: arn.split("/").at(-1) });
      const { certificateDescription } = await send(command);
      return certificateDescription?.status ?? "unknown";
    },
  };
}

/**
 * Makes a call again while AWS throttles it, at a steady pace until its time is over: the SDK's own modes give up, or slow
 * down, before a storm's line is worked off.
 */
async function whileThrottled<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isNamed(error, "ThrottlingException")) throw error;
    }
    await setTimeout(200 + Math.random() * 500, undefined, { signal });
  }
}

function violationLookUp({ iot, callTimeoutMs }: NonNullable<PortsArgs["violations"]>): VerificationPorts {
  return {
    async activeViolation({ thingName, securityProfileName, behaviorName, violationId }) {
      const violations = await allPages(async (nextToken) => {
        const command = new ListActiveViolationsCommand({ thingName, securityProfileName, nextToken });
        const page = await inTime(callTimeoutMs(), (abortSignal) =>
          whileThrottled(abortSignal, () => iot.send(command, { abortSignal })),
        );
        return { items: page.activeViolations, next: page.nextToken };
        // A profile that is not there has none.
      }).catch(ifMissing<never[]>([]));
      const ofBehavior = violations.filter(({ behavior }) => behavior?.name === behaviorName);
      const found = ofBehavior.find((violation) => violation.violationId === violationId) ?? ofBehavior[0];
      if (found?.violationId === undefined) return undefined;
      const { lastViolationValue: value } = found;
      return {
        violationId: found.violationId,
        ...(value && { value: JSON.stringify(value) }),
      } satisfies ActiveViolation;
    },
  };
}

function connectionLookUp({ iotData, callTimeoutMs }: PortsArgs): Pick<EvidencePorts, "connectionOf"> {
  const send = sendInTime(iotData, callTimeoutMs);
  return {
    async connectionOf(clientId) {
      const command = new GetConnectionCommand({ clientId, includeSocketInformation: true });
      const answer = await send(command).catch(ifMissing(undefined));
      const { connected = false, connectedSince, sourceIp } = answer ?? {};
      return {
        connected,
        ...(connectedSince === undefined ? {} : { connectedSince: new Date(connectedSince).toISOString() }),
        ...(sourceIp === undefined ? {} : { sourceIp }),
      };
    },
  };
}
