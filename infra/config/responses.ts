import { log } from "@pulumi/pulumi";
import { isName, NAME_RULE, type Place, unknownKeys, wrong } from "../../lib/detect/checks";
import type { Fault } from "../../lib/detect/fault";
import { isObject } from "../../lib/json";
import {
  CONTAINMENTS,
  type Containment,
  DEFAULT_RESPONSE,
  type Exemption,
  endOfExemption,
  exemptionsAt,
  type ResponseTable,
} from "../../lib/responses/response-table";
import type { SecurityProfileSpec } from "./security-profiles";

/** Longest reason of an exemption, in characters: it goes into the log with each alarm. */
const REASON_LENGTH = 200;

/** An object of entries, in the order of their keys: another order in the config is no other code of the function. */
const inOrder = <Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The table of responses that goes into the function's archive.
 *
 * @param profiles - the stack's security profiles, checked.
 * @param rest - what the config says for all of them, checked.
 */
export function responseTable(
  profiles: readonly SecurityProfileSpec[],
  rest: Omit<ResponseTable, "version" | "profiles">,
): ResponseTable {
  const entries = profiles.map(({ name, response = DEFAULT_RESPONSE, behaviors }) => {
    const own = behaviors.map((behavior) => [behavior.name, behavior.response ?? response] as const);
    return [name, inOrder(own)] as const;
  });
  return { version: 2, profiles: inOrder(entries), ...rest };
}

/**
 * Tells whoever deploys what is easily overlooked: exemptions that are over, and that no device will be touched.
 *
 * The lines belong to no resource: one that is refused is never registered, and the program would wait for its URN.
 */
export function tellOfResponses(table: ResponseTable): void {
  const current = exemptionsAt(table, Date.now());
  for (const exemption of table.exempt.filter((one) => !current.includes(one))) {
    const who = "thing" in exemption ? `thing ${exemption.thing}` : `thing group ${exemption.group}`;
    void log.warn(`The exemption of ${who} is over since ${exemption.until}: remove it from \`exempt\`.`);
  }
  const responses = Object.values(table.profiles).flatMap((behaviors) => Object.values(behaviors));
  if (!responses.includes("quarantine")) {
    const line =
      "No behavior has the response `quarantine`: alarms are recorded and counted, no device is touched. `response: quarantine` on a profile or behavior changes that.";
    void log.info(line);
  }
}

/** What `containment` must be. */
export const CONTAINMENT_RULE = 'a list of any of "group", "principal" and "deactivate", each once';

/** The list of containments that a value is, `group` first: it always is one; undefined where it is none. */
export function containmentList(value: unknown): readonly Containment[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const isValid = value.every(
    (item, index) => (CONTAINMENTS as readonly unknown[]).includes(item) && value.indexOf(item) === index,
  );
  return isValid ? ["group", ...value.filter((item) => item !== "group").sort()] : undefined;
}

/**
 * Finds all that is wrong with a list of exemptions. Never throws. One that is over is no fault: it would keep people
 * from deploying on the day that it ends.
 *
 * @param exempt - what should be an array of {@link Exemption}.
 * @param path - where it is, for the faults.
 */
export function exemptionFaults(exempt: unknown, path: string): Fault[] {
  if (!Array.isArray(exempt)) {
    return [
      { path, rule: "a list of exemptions, or to [] for none", value: exempt, remedy: "Set `exempt` to" },
    ];
  }
  return exempt.flatMap((exemption: unknown, index) => oneExemptionFaults(exemption, `${path}[${index}]`));
}

function oneExemptionFaults(exemption: unknown, path: string): Fault[] {
  if (!isObject(exemption)) {
    const rule = "an object with `thing` or `group`, `reason` and `until`";
    return [{ path, rule, value: exemption, remedy: "Set the exemption to" }];
  }
  const { thing, group, reason, until } = exemption;
  const place: Place = { path, subject: "the exemption" };
  const isReason = typeof reason === "string" && reason.trim() !== "" && reason.length <= REASON_LENGTH;
  const isEnd = typeof until === "string" && endOfExemption(until) !== undefined;
  return [
    ...unknownKeys(place, exemption, ["thing", "group", "reason", "until"]),
    ...whoFaults(place, thing, group),
    ...(isReason ? [] : [wrong(place, "reason", reason, `a text of 1 to ${REASON_LENGTH} characters`)]),
    ...(isEnd
      ? []
      : [wrong(place, "until", until, "a date (2027-01-31) or a time in UTC (2027-01-31T12:00:00Z)")]),
  ];
}

function whoFaults(place: Place, thing: unknown, group: unknown): Fault[] {
  if (thing !== undefined && group !== undefined) {
    return [wrong(place, "group", group, "nothing, as it has a `thing`: one exemption is of one of them")];
  }
  if (group !== undefined) return isName(group) ? [] : [wrong(place, "group", group, NAME_RULE)];
  return isName(thing) ? [] : [wrong(place, "thing", thing, `${NAME_RULE} (or name a \`group\`)`)];
}
