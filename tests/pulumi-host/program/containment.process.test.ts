import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingGroupCommand,
  DescribeCertificateCommand,
  DetachThingPrincipalCommand,
  ListAttachedPoliciesCommand,
  ListThingPrincipalsCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import { violateFor } from "./lasting-violations";
import { WatchedStack } from "./watched-stack";

let stack: WatchedStack;
let iot: WatchedStack["clients"]["iot"];
/** What all things of `violateFor` share. */
let shared: string;

beforeAll(async () => {
  stack = await WatchedStack.start({ "iot-quarantine:containment": '["principal","deactivate"]' });
  ({ iot } = stack.clients);
  const things = ["dev-own", "dev-inactive", "dev-shared", "dev-ten", "dev-ten-shared"];
  await violateFor(stack.sandbox, iot, things);
  const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName: "dev-shared" }));
  shared = principals[0] ?? "";
  for (let index = 0; index < 10; index++) {
    const thingGroupName = `static-${index}`;
    await iot.send(new CreateThingGroupCommand({ thingGroupName }));
    for (const thingName of ["dev-ten", "dev-ten-shared"]) {
      await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
    }
  }
});
afterAll(() => stack.stop());

/** Gives a thing a certificate of its own instead of the shared one. */
async function ownCertificate(thingName: string, setAsActive = true) {
  await iot.send(new DetachThingPrincipalCommand({ thingName, principal: shared }));
  const { certificateArn: principal = "", certificateId = "" } = await iot.send(
    new CreateKeysAndCertificateCommand({ setAsActive }),
  );
  await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  return { principal, certificateId };
}

/** Sends a thing's alarm, and gives back what the ledger then holds. */
async function alarm(thingName: string) {
  await stack.alarm(thingName);
  const Item = await stack.item(thingName);
  return {
    state: Item.state?.S,
    reason: Item.reason?.S,
    containment: [...(Item.containment?.SS ?? [])].sort(),
    policyAttachedTo: Item.policyAttachedTo?.SS ?? [],
    deactivated: Item.deactivatedCertificates?.SS ?? [],
    evidence: JSON.parse(Item.evidence?.S ?? "{}"),
  };
}

const statusOf = async (certificateId: string) =>
  (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;
const policiesOf = async (target: string) =>
  (await iot.send(new ListAttachedPoliciesCommand({ target }))).policies?.map(({ policyName }) => policyName);
test("a thing with a certificate of its own is in the group, its certificate fenced and INACTIVE, and the ledger says what to undo", async () => {
  const { principal, certificateId } = await ownCertificate("dev-own");
  const policyName = "device-policy";
  const policyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}}';
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
  expect(await alarm("dev-own")).toMatchObject({
    state: "quarantined",
    containment: ["deactivate", "group", "principal"],
    policyAttachedTo: [principal],
    deactivated: [principal],
    evidence: {
      groups: [],
      principals: [{ principal, policies: [policyName], isShared: false, status: "ACTIVE" }],
      connection: { connected: false },
      failures: [],
    },
  });
  expect(await stack.groupsOf("dev-own")).toEqual(["Quarantine"]);
  expect(await statusOf(certificateId)).toBe("INACTIVE");
  expect(await policiesOf(principal)).toEqual([policyName, stack.output("restrictivePolicyName")]);
});

test("a certificate that was INACTIVE is none that a release reactivates", async () => {
  const { principal, certificateId } = await ownCertificate("dev-inactive");
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: "INACTIVE" }));
  expect(await alarm("dev-inactive")).toMatchObject({ policyAttachedTo: [principal], deactivated: [] });
});

test("a certificate that several things share is left alone, and the thing is quarantined by its group", async () => {
  expect(await alarm("dev-shared")).toMatchObject({
    state: "quarantined",
    containment: ["group"],
    reason: expect.stringContaining("several things share it, it was not touched"),
    policyAttachedTo: [],
    deactivated: [],
  });
  expect(await policiesOf(shared)).toEqual([]);
});

test("a thing in ten static groups is quarantined by its certificate; with a shared one it is not contained", async () => {
  const { certificateId } = await ownCertificate("dev-ten");
  expect(await alarm("dev-ten")).toMatchObject({
    state: "quarantined",
    containment: ["deactivate", "principal"],
  });
  expect(await statusOf(certificateId)).toBe("INACTIVE");
  expect(await alarm("dev-ten-shared")).toMatchObject({ state: "not-contained", containment: [] });
});
