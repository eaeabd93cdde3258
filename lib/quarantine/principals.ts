import { attempt } from "../aws/attempt";
import type { Containment } from "../responses/response-table";
import { type Evidence, isCertificate, MAX_PRINCIPALS, type PrincipalEvidence } from "./evidence";

/** AWS's answer to the request to cut a principal off. */
export type PrincipalAnswer =
  | { readonly kind: "done" }
  /** There is no such principal any more: nobody connects with it. */
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly why: string };

/** What the function can do to a principal. Each call may be repeated; each rejects with the SDK's error. */
export interface PrincipalPorts {
  /** Attaches the restrictive policy; attaching it again changes nothing. */
  attachPolicy(principal: string): Promise<PrincipalAnswer>;
  /** Sets a certificate to INACTIVE; AWS then ends its sessions. */
  deactivate(certificateArn: string): Promise<PrincipalAnswer>;
}

/** What came of containing a thing's principals. */
export interface PrincipalsContained {
  /** What was done to at least one of them. */
  readonly containment: readonly Containment[];
  /** Whether there are some, and none of them is left that the device could go on with. */
  readonly isWhole: boolean;
  /** What was not done for good, and why. */
  readonly notes: readonly string[];
  /** What must be tried again. */
  readonly failures: readonly string[];
}

/** A principal for a person: the first digits tell a thing's certificates apart, and a log line is short. */
const shortOf = (principal: string) =>
  isCertificate(principal) ? `certificate ${principal.split("/").at(-1)?.slice(0, 8)}` : principal;

/**
 * Contains a thing's principals as far as the config says, one after the other: AWS lets a policy be attached 15 times a
 * second (AWS General Reference, "AWS IoT Core endpoints and quotas"), which the limit of places bounds. Never rejects.
 *
 * A principal that several things have is left alone: it would cut off things that did nothing.
 *
 * @param evidence - what the principals were like before
 */
export async function containPrincipals(
  evidence: Evidence,
  containment: readonly Containment[],
  ports: PrincipalPorts,
): Promise<PrincipalsContained> {
  if (!containment.some((each) => each !== "group")) return NOTHING;
  const { principals } = evidence;
  if (principals === undefined) return { ...NOTHING, failures: ["the thing's principals are not known"] };
  if (principals.length === 0) return { ...NOTHING, notes: ["the thing has no principals"] };
  if (principals.length > MAX_PRINCIPALS) {
    return { ...NOTHING, notes: [`the thing has more than ${MAX_PRINCIPALS} principals, none was touched`] };
  }
  const done = new Set<Containment>();
  const notes: string[] = [];
  const failures: string[] = [];
  let isWhole = true;
  for (const principal of principals) {
    const one = await containOne(principal, containment, ports);
    for (const each of one.containment) done.add(each);
    notes.push(...one.notes.map((note) => `${shortOf(principal.principal)}: ${note}`));
    failures.push(...one.failures.map((failure) => `${shortOf(principal.principal)}: ${failure}`));
    isWhole &&= one.isWhole;
  }
  return { containment: [...done], isWhole, notes, failures };
}

const NOTHING: PrincipalsContained = { containment: [], isWhole: false, notes: [], failures: [] };

async function containOne(
  evidence: PrincipalEvidence,
  containment: readonly Containment[],
  ports: PrincipalPorts,
): Promise<PrincipalsContained> {
  const { isShared, status, principal } = evidence;
  const isToBeDeactivated = containment.includes("deactivate") && isCertificate(principal);
  if (isShared === undefined)
    return { ...NOTHING, failures: ["whether several things share it is not known"] };
  if (isShared) return { ...NOTHING, notes: ["several things share it, it was not touched"] };
  if (isToBeDeactivated && status === undefined) return { ...NOTHING, failures: ["its status is not known"] };
  const attached = containment.includes("principal")
    ? await act("principal", () => ports.attachPolicy(principal))
    : NOTHING;
  const deactivated =
    isToBeDeactivated && status === "ACTIVE"
      ? await act("deactivate", () => ports.deactivate(principal))
      : { ...NOTHING, isWhole: isToBeDeactivated && status === "INACTIVE" };
  const both = [attached, deactivated];
  return {
    containment: both.flatMap((each) => each.containment),
    isWhole: both.some((each) => each.isWhole),
    notes: both.flatMap((each) => each.notes),
    failures: both.flatMap((each) => each.failures),
  };
}

async function act(step: Containment, call: () => Promise<PrincipalAnswer>): Promise<PrincipalsContained> {
  const answer = await attempt(step, call);
  if ("failure" in answer) return { ...NOTHING, failures: [answer.failure] };
  const { value } = answer;
  if (value.kind === "refused") return { ...NOTHING, notes: [value.why] };
  return { ...NOTHING, containment: value.kind === "done" ? [step] : [], isWhole: true };
}
