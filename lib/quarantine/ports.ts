import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  DescribeThingCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import { DeleteConnectionCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { ifMissing, isNamed, rethrow } from "../aws/errors";
import { sendInTime } from "../aws/in-time";
import type { GroupAnswer, QuarantinePorts, ShadowAnswer } from "./contain";
import type { EvidencePorts } from "./evidence";
import type { ExemptionPorts } from "./exempt";
import { makeLookUps } from "./look-ups";
import type { PortsArgs } from "./ports-args";
import type { PrincipalAnswer, PrincipalPorts } from "./principals";
import type { VerificationPorts } from "./verify";

const QUARANTINE_SHADOW = JSON.stringify({ state: { desired: { quarantine: true } } });

/**
 * Makes the ports of AWS SDK clients. What AWS answers for good becomes an answer; all else rejects.
 *
 * Source: AWS IoT API Reference, `AddThingToThingGroup` (errors), `DescribeThing`, `UpdateThingShadow`,
 * `DeleteConnection`.
 */
export function makePorts(
  args: PortsArgs,
): QuarantinePorts & PrincipalPorts & EvidencePorts & ExemptionPorts & VerificationPorts {
  const { iot, iotData, groupName, callTimeoutMs } = args;
  const send = sendInTime(iot, callTimeoutMs);
  const sendData = sendInTime(iotData, callTimeoutMs);
  return {
    ...makeLookUps(args),
    ...principalPorts(args),
    ...thingPorts(args),
    async addToGroup(thingName) {
      // A thing in ten groups leaves a dynamic one for this: no way out for a device whose attributes let it
      // into some. A dynamic group holds no policy (AWS IoT Developer Guide, "Dynamic thing groups").
      const input = { thingName, thingGroupName: groupName, overrideDynamicGroups: true };
      const added = () => ({ kind: "added" }) as const;
      return send(new AddThingToThingGroupCommand(input)).then(added, groupAnswer);
    },
    async setShadow(thingName) {
      const command = new UpdateThingShadowCommand({ thingName, payload: QUARANTINE_SHADOW });
      return sendData(command).then(() => ({ kind: "set" }) as const, shadowAnswer);
    },
  };
}

/** What is asked of, and done to, a thing itself; the client id of its session is its name. */
export function thingPorts({
  iot,
  iotData,
  callTimeoutMs,
}: Pick<PortsArgs, "iot" | "iotData" | "callTimeoutMs">): Pick<
  QuarantinePorts,
  "isRegistered" | "cutSession"
> {
  const send = sendInTime(iot, callTimeoutMs);
  const sendData = sendInTime(iotData, callTimeoutMs);
  return {
    async isRegistered(thingName) {
      const found = await send(new DescribeThingCommand({ thingName })).catch(ifMissing(undefined));
      return found !== undefined;
    },
    async cutSession(thingName) {
      // cleanSession: queued messages and subscriptions go; preventWillMessage: our own call must not
      // publish an attacker's last will.
      const input = { clientId: thingName, cleanSession: true, preventWillMessage: true };
      const command = new DeleteConnectionCommand(input);
      // Neither connected nor with a persistent session: nothing was to be cut.
      const cut = await sendData(command).catch(ifMissing(undefined));
      return cut === undefined ? "no-session" : "cut";
    },
  };
}

/**
 * `InvalidRequestException` is AWS's no for good: a thing in ten static groups, or in a group of the same
 * hierarchy (AWS IoT Developer Guide, "Static thing groups"). `ResourceNotFoundException` is raised for a thing
 * and for a group that is not there, in words that name neither.
 */
function groupAnswer(error: unknown): GroupAnswer {
  if (isNamed(error, "InvalidRequestException")) {
    return { kind: "refused", why: `AWS refuses the group: ${error.message}` };
  }
  return isNamed(error, "ResourceNotFoundException") ? { kind: "not-found" } : rethrow(error);
}

/**
 * Refusals of a shadow that the same request meets again whenever it comes. A device brings the first about by
 * filling its shadow to the limit: the request itself is small. Not among them: a conflict, throttling, a service
 * that is not available, and a right that is missing, which a person can give.
 *
 * Source: AWS IoT API Reference, `UpdateThingShadow` (errors); Developer Guide, "Device Shadow error messages".
 */
const SHADOW_REFUSALS: Readonly<Record<string, string>> = {
  RequestEntityTooLargeException: "shadow flag not set: the shadow is full",
  InvalidRequestException: "shadow flag not set: AWS refuses the request",
  MethodNotAllowedException: "shadow flag not set: AWS refuses the method",
  UnsupportedDocumentEncodingException: "shadow flag not set: AWS refuses the encoding",
};

function shadowAnswer(error: unknown): ShadowAnswer {
  const name = error instanceof Error ? error.name : "";
  const why = Object.hasOwn(SHADOW_REFUSALS, name) ? SHADOW_REFUSALS[name] : undefined;
  return why === undefined ? rethrow(error) : { kind: "refused", why: `${why} (${name})` };
}

/**
 * Refusals of an act on a principal that the same request meets again whenever it comes: ten policies are attached
 * already; the certificate is revoked or in transfer.
 *
 * Source: AWS IoT API Reference, `AttachPolicy`, `UpdateCertificate` (errors).
 */
const PRINCIPAL_REFUSALS = ["LimitExceededException", "CertificateStateException", "InvalidRequestException"];

const done = (): PrincipalAnswer => ({ kind: "done" });

const answerTo =
  (what: string) =>
  (error: unknown): PrincipalAnswer => {
    if (isNamed(error, "ResourceNotFoundException")) return { kind: "gone" };
    const refusal = PRINCIPAL_REFUSALS.find((name) => isNamed(error, name));
    return refusal === undefined ? rethrow(error) : { kind: "refused", why: `${what} (${refusal})` };
  };

function principalPorts({ iot, policyName, callTimeoutMs }: PortsArgs): PrincipalPorts {
  const send = sendInTime(iot, callTimeoutMs);
  return {
    attachPolicy: (target) =>
      send(new AttachPolicyCommand({ policyName, target })).then(done, answerTo("AWS refuses the policy")),
    deactivate(certificateArn) {
      const certificateId = certificateArn.split("/").at(-1);
      const command = new UpdateCertificateCommand({ certificateId, newStatus: "INACTIVE" });
      return send(command).then(done, answerTo("AWS refuses to deactivate it"));
    },
  };
}
