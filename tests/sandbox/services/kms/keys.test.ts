import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { kmsService } from "../../../../sandbox/services/kms/service";
import { KmsStore } from "../../../../sandbox/services/kms/store";
import { type Served, serve } from "../../support/serve";

const DAY_MS = 86_400_000;
const ARN = "arn:aws:kms:us-east-1:123456789012";
const ROOT = "arn:aws:iam::123456789012:root";

let served: Served;
let kms: KMSClient;

beforeEach(async () => {
  served = await serve((env) => [kmsService(new KmsStore(env, new IamAuthorizer(new IamStore(env))))]);
  kms = new KMSClient(served.client);
});
afterEach(() => served.stop());

/** Makes a key and tells its id. */
async function createKey(input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return KeyMetadata?.KeyId ?? "";
}

const describeKey = async (KeyId: string) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

const statement = (principal: object, ...actions: readonly string[]) => ({
  Effect: "Allow",
  Principal: principal,
  Action: actions,
  Resource: "*",
});
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

describe("a key", () => {
  it("is made as AWS makes it, with a policy that lets the account's policies decide", async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const id = KeyMetadata?.KeyId ?? "";
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(KeyMetadata).toEqual({
      AWSAccountId: "123456789012",
      KeyId: id,
      Arn: `${ARN}:key/${id}`,
      CreationDate: served.environment.clock.date(),
      Enabled: true,
      Description: "",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: "Enabled",
      Origin: "AWS_KMS",
      KeyManager: "CUSTOMER",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      MultiRegion: false,
    });
    const { Policy, PolicyName } = await kms.send(new GetKeyPolicyCommand({ KeyId: id }));
    expect(PolicyName).toBe("default");
    expect(JSON.parse(Policy ?? "").Statement).toEqual([
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: ROOT },
        Action: "kms:*",
        Resource: "*",
      },
    ]);
  });

  it("can be one for several regions", async () => {
    const id = await createKey({ MultiRegion: true });
    expect(id).toMatch(/^mrk-[0-9a-f]{32}$/);
    expect((await describeKey(id))?.MultiRegionConfiguration).toMatchObject({
      MultiRegionKeyType: "PRIMARY",
    });
  });

  it.each([{ KeySpec: "RSA_2048" }, { KeyUsage: "SIGN_VERIFY" }, { Origin: "EXTERNAL" }] as const)(
    "is refused when the sandbox has none like it: %j",
    async (input) => {
      await expect(createKey(input)).rejects.toMatchObject({ name: "UnsupportedOperationException" });
    },
  );

  it.each([
    ["a policy that is not JSON", { Policy: "{half" }, "MalformedPolicyDocumentException", "invalid Json"],
    [
      "a policy that lets nobody write the next one",
      { Policy: policy(statement({ AWS: ROOT }, "kms:DescribeKey")) },
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    ],
    [
      "a policy that is too long",
      {
        Policy: policy(
          statement({ AWS: ROOT }, "kms:*"),
          ...Array(400).fill(statement({ AWS: ROOT }, "kms:*")),
        ),
      },
      "MalformedPolicyDocumentException",
      "at most 32768 bytes",
    ],
    [
      "a long description",
      { Description: "d".repeat(8193) },
      "ValidationException",
      "less than or equal to 8192",
    ],
    ["a tag of AWS's own", { Tags: [{ TagKey: "aws:k", TagValue: "" }] }, "TagException", "aws:"],
  ])("is refused with %s", async (_what, input, name, message) => {
    await expect(createKey(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
  });

  it("can be locked with a policy when its maker insists", async () => {
    const Policy = policy(statement({ AWS: ROOT }, "kms:DescribeKey"));
    await expect(createKey({ Policy, BypassPolicyLockoutSafetyCheck: true })).resolves.toBeDefined();
  });

  it("keeps the policy that is put", async () => {
    const KeyId = await createKey();
    const Policy = policy(statement({ AWS: ROOT }, "kms:PutKeyPolicy"));
    await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
    expect((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(Policy);
    await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy() }))).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await expect(kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "other" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
    expect((await kms.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames).toEqual(["default"]);
  });

  it("is found by id, ARN, alias and alias ARN, and by nothing else", async () => {
    const id = await createKey({ Description: "d" });
    await kms.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: id }));
    for (const name of [id, `${ARN}:key/${id}`, "alias/a", `${ARN}:alias/a`]) {
      expect((await describeKey(name))?.KeyId).toBe(id);
    }
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId: `${ARN}:key/${id}`, Description: "new" }));
    expect((await describeKey(id))?.Description).toBe("new");
    for (const name of [
      "none",
      `arn:aws:kms:eu-west-1:123456789012:key/${id}`,
      "alias/none",
      "constructor",
    ]) {
      await expect(describeKey(name)).rejects.toMatchObject({ name: "NotFoundException" });
    }
    await expect(kms.send(new GetKeyPolicyCommand({ KeyId: "alias/a" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  it("is listed page by page", async () => {
    const ids = [await createKey(), await createKey(), await createKey()];
    const first = await kms.send(new ListKeysCommand({ Limit: 2 }));
    expect(first).toMatchObject({ Truncated: true });
    const rest = await kms.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
    expect(rest.Truncated).toBe(false);
    expect([...(first.Keys ?? []), ...(rest.Keys ?? [])].map(({ KeyId }) => KeyId)).toEqual(ids);
    await expect(kms.send(new ListKeysCommand({ Marker: "never" }))).rejects.toMatchObject({
      name: "InvalidMarkerException",
    });
  });

  it("can be disabled and enabled", async () => {
    const KeyId = await createKey();
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await describeKey(KeyId)).toMatchObject({ KeyState: "Disabled", Enabled: false });
    await expect(kms.send(new EnableKeyRotationCommand({ KeyId }))).rejects.toMatchObject({
      name: "DisabledException",
    });
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect(await describeKey(KeyId)).toMatchObject({ KeyState: "Enabled", Enabled: true });
  });

  it("rotates when it is told", async () => {
    const KeyId = await createKey();
    const status = async () => kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    expect(await status()).toMatchObject({ KeyId, KeyRotationEnabled: false });
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
    expect(await status()).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
      NextRotationDate: new Date(served.environment.clock.now() + 365 * DAY_MS),
    });
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    expect(await status()).toMatchObject({ RotationPeriodInDays: 90 });
    await kms.send(new DisableKeyRotationCommand({ KeyId }));
    expect(await status()).toMatchObject({ KeyRotationEnabled: false });
    await expect(
      kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 89 })),
    ).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("is deleted with its aliases when its wait is over, and cannot be changed meanwhile", async () => {
    const KeyId = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: KeyId }));
    const answer = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const date = new Date(served.environment.clock.now() + 7 * DAY_MS);
    expect(answer).toMatchObject({
      KeyId: `${ARN}:key/${KeyId}`,
      DeletionDate: date,
      KeyState: "PendingDeletion",
      PendingWindowInDays: 7,
    });
    expect(await describeKey(KeyId)).toMatchObject({
      KeyState: "PendingDeletion",
      Enabled: false,
      DeletionDate: date,
    });
    const refused = await Promise.allSettled([
      kms.send(new EnableKeyCommand({ KeyId })),
      kms.send(new DisableKeyCommand({ KeyId })),
      kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "d" })),
      kms.send(new EnableKeyRotationCommand({ KeyId })),
      kms.send(new GetKeyRotationStatusCommand({ KeyId })),
      kms.send(new CreateAliasCommand({ AliasName: "alias/b", TargetKeyId: KeyId })),
      kms.send(new TagResourceCommand({ KeyId, Tags: [] })),
      kms.send(new UntagResourceCommand({ KeyId, TagKeys: [] })),
      kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(statement({ AWS: ROOT }, "kms:*")) })),
    ]);
    for (const call of refused) {
      expect(call).toMatchObject({ status: "rejected", reason: { name: "KMSInvalidStateException" } });
    }
    await served.environment.clock.advance(7 * DAY_MS - 1);
    await expect(describeKey(KeyId)).resolves.toBeDefined();
    await served.environment.clock.advance(1);
    await expect(describeKey(KeyId)).rejects.toMatchObject({ name: "NotFoundException" });
    expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([]);
  });

  it("is kept, disabled, when its deletion is called off", async () => {
    const KeyId = await createKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    expect(await describeKey(KeyId)).toMatchObject({ KeyState: "Disabled" });
    await served.environment.clock.advance(31 * DAY_MS);
    await expect(describeKey(KeyId)).resolves.toBeDefined();
    await expect(kms.send(new CancelKeyDeletionCommand({ KeyId }))).rejects.toMatchObject({
      name: "KMSInvalidStateException",
    });
    await expect(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 6 })),
    ).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("keeps its tags", async () => {
    const KeyId = await createKey({ Tags: [{ TagKey: "a", TagValue: "1" }] });
    await kms.send(
      new TagResourceCommand({
        KeyId,
        Tags: [
          { TagKey: "a", TagValue: "2" },
          { TagKey: "b", TagValue: "" },
        ],
      }),
    );
    await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ["b", "none"] }));
    expect((await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags).toEqual([
      { TagKey: "a", TagValue: "2" },
    ]);
  });
});

describe("an alias", () => {
  it("names a key, then another, then none", async () => {
    const [one, other] = [await createKey(), await createKey()];
    await kms.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: one }));
    await kms.send(new CreateAliasCommand({ AliasName: "alias/b", TargetKeyId: other }));
    await served.environment.clock.advance(5000);
    await kms.send(new UpdateAliasCommand({ AliasName: "alias/a", TargetKeyId: other }));
    expect((await describeKey("alias/a"))?.KeyId).toBe(other);
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: other }));
    expect(Aliases).toMatchObject([
      {
        AliasName: "alias/a",
        AliasArn: `${ARN}:alias/a`,
        TargetKeyId: other,
        LastUpdatedDate: served.environment.clock.date(),
      },
      { AliasName: "alias/b" },
    ]);
    expect((await kms.send(new ListAliasesCommand({ KeyId: one }))).Aliases).toEqual([]);
    await kms.send(new DeleteAliasCommand({ AliasName: "alias/a" }));
    await expect(describeKey("alias/a")).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(describeKey(other)).resolves.toBeDefined();
    await expect(kms.send(new DeleteAliasCommand({ AliasName: "alias/a" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  it.each([
    ["alias/there", "AlreadyExistsException"],
    ["name", "ValidationException"],
    ["alias/", "ValidationException"],
    ["alias/a b", "ValidationException"],
    ["alias/aws/sns", "InvalidAliasNameException"],
  ])("cannot be called %s: %s", async (AliasName, name) => {
    const TargetKeyId = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: "alias/there", TargetKeyId }));
    await expect(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))).rejects.toMatchObject({
      name,
    });
  });

  it("needs a key", async () => {
    await expect(
      kms.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: "none" })),
    ).rejects.toMatchObject({ name: "NotFoundException" });
  });
});
