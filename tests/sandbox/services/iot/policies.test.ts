import { X509Certificate } from "node:crypto";
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteCertificateCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  GetEffectivePoliciesCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListCertificatesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListPrincipalThingsCommand,
  ListTargetsForPolicyCommand,
  ListThingPrincipalsCommand,
  RegisterCertificateWithoutCACommand,
  SetDefaultPolicyVersionCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import { iotService } from "../../../../sandbox/services/iot/service";
import { IotStore } from "../../../../sandbox/services/iot/store";
import { type Served, serve } from "../../support/serve";

const ALLOW = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
});
const DENY = ALLOW.replace("Allow", "Deny");

let served: Served;
let iot: IoTClient;

beforeEach(async () => {
  served = await serve((env) => [iotService(new IotStore(env), { actions: {}, tagsOf: () => undefined })]);
  iot = new IoTClient(served.client);
});

afterEach(async () => {
  iot.destroy();
  await served.stop();
});

const policy = (policyName: string, policyDocument = ALLOW) =>
  iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
const group = async (thingGroupName: string, parentGroupName?: string) =>
  (await iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName }))).thingGroupArn ?? "";
const attach = (policyName: string, target: string) =>
  iot.send(new AttachPolicyCommand({ policyName, target }));
const certificate = async (setAsActive = true) => {
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive }));
  return {
    id: made.certificateId ?? "",
    arn: made.certificateArn ?? "",
    pem: made.certificatePem ?? "",
    keyPair: made.keyPair,
  };
};

describe("policies", () => {
  it("are never created twice, not even with the same document", async () => {
    await policy("p");
    await expect(policy("p")).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
  });

  it("refuse a malformed document and one that is too long", async () => {
    await expect(policy("p", "{")).rejects.toMatchObject({ name: "MalformedPolicyException" });
    const long = ALLOW.replace('"*"', JSON.stringify(`arn:aws:iot:us-east-1:1:topic/${"x".repeat(2048)}`));
    await expect(policy("p", long)).rejects.toMatchObject({
      name: "MalformedPolicyException",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(policy("a b")).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("keep at most five versions, one of them in force", async () => {
    await policy("p");
    const version = (setAsDefault = false) =>
      iot.send(new CreatePolicyVersionCommand({ policyName: "p", policyDocument: DENY, setAsDefault }));
    await expect(version(true)).resolves.toMatchObject({ policyVersionId: "2", isDefaultVersion: true });
    for (let index = 3; index <= 5; index++) await version();
    await expect(version()).rejects.toMatchObject({ name: "VersionsLimitExceededException" });
    await expect(iot.send(new GetPolicyCommand({ policyName: "p" }))).resolves.toMatchObject({
      policyDocument: DENY,
      defaultVersionId: "2",
    });
    const one = { policyName: "p", policyVersionId: "1" };
    await expect(iot.send(new GetPolicyVersionCommand(one))).resolves.toMatchObject({
      policyDocument: ALLOW,
    });
    await iot.send(new SetDefaultPolicyVersionCommand(one));
    await expect(iot.send(new DeletePolicyVersionCommand(one))).rejects.toMatchObject({
      name: "DeleteConflictException",
    });
    await iot.send(new DeletePolicyVersionCommand({ policyName: "p", policyVersionId: "5" }));
    const { policyVersions } = await iot.send(new ListPolicyVersionsCommand({ policyName: "p" }));
    expect(policyVersions?.map(({ versionId }) => versionId)).toEqual(["4", "3", "2", "1"]);
    await expect(version()).resolves.toMatchObject({ policyVersionId: "6" });
  });

  it("count by the version in force, not by the newest", async () => {
    const { arn: principal } = await certificate();
    await policy("p");
    await attach("p", principal);
    await iot.send(new CreatePolicyVersionCommand({ policyName: "p", policyDocument: DENY }));
    const counting = async () =>
      (await iot.send(new GetEffectivePoliciesCommand({ principal }))).effectivePolicies ?? [];
    expect(await counting()).toMatchObject([{ policyDocument: ALLOW }]);
    await iot.send(new SetDefaultPolicyVersionCommand({ policyName: "p", policyVersionId: "2" }));
    expect(await counting()).toMatchObject([{ policyDocument: DENY }]);
  });

  it("are deleted only when nothing hangs on them", async () => {
    const arn = await group("g");
    await policy("p");
    await iot.send(new CreatePolicyVersionCommand({ policyName: "p", policyDocument: DENY }));
    await attach("p", arn);
    const remove = () => iot.send(new DeletePolicyCommand({ policyName: "p" }));
    await expect(remove()).rejects.toMatchObject({ name: "DeleteConflictException" });
    await iot.send(new DetachPolicyCommand({ policyName: "p", target: arn }));
    await expect(remove()).rejects.toMatchObject({ name: "DeleteConflictException" });
    await iot.send(new DeletePolicyVersionCommand({ policyName: "p", policyVersionId: "2" }));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await iot.send(new ListPoliciesCommand({}))).policies).toEqual([]);
  });
});

describe("attachments", () => {
  it("hold at most two policies on a group and name their targets both ways", async () => {
    const parent = await group("parent");
    const child = await group("child", "parent");
    for (const name of ["p1", "p2", "p3"]) await policy(name);
    await attach("p1", parent);
    await attach("p2", child);
    await attach("p3", child);
    await attach("p3", child);
    await expect(attach("p1", child)).rejects.toMatchObject({ name: "LimitExceededException" });
    const attached = async (recursive: boolean) =>
      (await iot.send(new ListAttachedPoliciesCommand({ target: child, recursive }))).policies?.map(
        ({ policyName }) => policyName,
      );
    expect(await attached(false)).toEqual(["p2", "p3"]);
    expect(await attached(true)).toEqual(["p2", "p3", "p1"]);
    const { targets } = await iot.send(new ListTargetsForPolicyCommand({ policyName: "p1" }));
    expect(targets).toEqual([parent]);
  });

  it("refuse a target that does not exist or cannot have policies", async () => {
    await policy("p");
    await expect(attach("p", "arn:aws:iot:us-east-1:123456789012:thinggroup/none")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(attach("p", "arn:aws:iot:us-east-1:123456789012:thing/x")).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await expect(attach("none", await group("g"))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("are listed in pages of at most 250, as the provider asks for them", async () => {
    const target = await group("g");
    await policy("p");
    await attach("p", target);
    const page = (pageSize: number) => iot.send(new ListAttachedPoliciesCommand({ target, pageSize }));
    expect((await page(250)).policies).toMatchObject([{ policyName: "p" }]);
    await expect(page(251)).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining("Value '251' at 'pageSize'"),
    });
  });

  it("add up to the policies that count for a principal connected as a thing", async () => {
    const parent = await group("parent");
    await group("child", "parent");
    await policy("group-policy", DENY);
    await policy("own-policy");
    await attach("group-policy", parent);
    const { arn } = await certificate();
    await attach("own-policy", arn);
    await iot.send(new CreateThingCommand({ thingName: "dev-1" }));
    await iot.send(new AddThingToThingGroupCommand({ thingName: "dev-1", thingGroupName: "child" }));
    const { effectivePolicies } = await iot.send(
      new GetEffectivePoliciesCommand({ principal: arn, thingName: "dev-1" }),
    );
    expect(effectivePolicies?.map(({ policyName, policyDocument }) => [policyName, policyDocument])).toEqual([
      ["own-policy", ALLOW],
      ["group-policy", DENY],
    ]);
  });
});

describe("certificates", () => {
  it("are real: the PEM parses and fits its key and its id", async () => {
    const { id, pem, keyPair } = await certificate();
    const parsed = new X509Certificate(pem);
    expect(parsed.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(id);
    expect(parsed.publicKey.export({ type: "spki", format: "pem" })).toBe(keyPair?.PublicKey);
    expect(keyPair?.PrivateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: id }));
    expect(certificateDescription).toMatchObject({
      ownedBy: "123456789012",
      generationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      transferData: {},
      certificateMode: "DEFAULT",
    });
  });

  it("change their state by request and are deleted only when inactive, unattached and without policies", async () => {
    const { id, arn } = await certificate();
    await policy("p");
    await attach("p", arn);
    await iot.send(new CreateThingCommand({ thingName: "dev-1" }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: "dev-1", principal: arn }));
    const remove = (forceDelete = false) =>
      iot.send(new DeleteCertificateCommand({ certificateId: id, forceDelete }));
    await expect(remove()).rejects.toMatchObject({ name: "CertificateStateException" });
    await iot.send(new UpdateCertificateCommand({ certificateId: id, newStatus: "INACTIVE" }));
    await expect(iot.send(new DescribeCertificateCommand({ certificateId: id }))).resolves.toMatchObject({
      certificateDescription: { status: "INACTIVE", customerVersion: 2 },
    });
    await expect(remove()).rejects.toMatchObject({ name: "DeleteConflictException" });
    await expect(iot.send(new DeleteThingCommand({ thingName: "dev-1" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "Cannot delete. Thing dev-1 is still attached to one or more principals",
    });
    await iot.send(new DetachThingPrincipalCommand({ thingName: "dev-1", principal: arn }));
    await expect(remove()).rejects.toMatchObject({ name: "DeleteConflictException" });
    await remove(true);
    await expect(remove()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("refuse a state that nobody can set", async () => {
    const { id } = await certificate();
    await expect(
      iot.send(new UpdateCertificateCommand({ certificateId: id, newStatus: "PENDING_TRANSFER" })),
    ).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("can be made elsewhere and are taken in once", async () => {
    const { id, pem } = await certificate(false);
    await iot.send(new DeleteCertificateCommand({ certificateId: id }));
    const register = (certificatePem: string) =>
      iot.send(new RegisterCertificateWithoutCACommand({ certificatePem, status: "ACTIVE" }));
    await expect(register(pem)).resolves.toMatchObject({ certificateId: id });
    await expect(register(pem)).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    await expect(register("nonsense")).rejects.toMatchObject({ name: "CertificateValidationException" });
    const { certificates } = await iot.send(new ListCertificatesCommand({}));
    expect(certificates).toMatchObject([{ certificateId: id, status: "ACTIVE" }]);
    await expect(iot.send(new DescribeCertificateCommand({ certificateId: id }))).resolves.toMatchObject({
      certificateDescription: { certificateMode: "SNI_ONLY" },
    });
  });

  it("know the things that they are attached to, and things know them", async () => {
    const { arn } = await certificate();
    await iot.send(new CreateThingCommand({ thingName: "dev-1" }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: "dev-1", principal: arn }));
    const { principals } = await iot.send(new ListThingPrincipalsCommand({ thingName: "dev-1" }));
    expect(principals).toEqual([arn]);
    await expect(iot.send(new ListThingPrincipalsCommand({ thingName: "nobody" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Failed to list principals for thing nobody because the thing does not exist in your account",
    });
    const { things } = await iot.send(new ListPrincipalThingsCommand({ principal: arn }));
    expect(things).toEqual(["dev-1"]);
    await expect(
      iot.send(new AttachThingPrincipalCommand({ thingName: "dev-1", principal: `${arn}0` })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
