import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { Principal } from "../../../../sandbox/services/iam/authorizer";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { iamService } from "../../../../sandbox/services/iam/service";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { kmsService } from "../../../../sandbox/services/kms/service";
import { KmsStore } from "../../../../sandbox/services/kms/store";
import { type Served, serve } from "../../support/serve";

const ROOT = "arn:aws:iam::123456789012:root";
const ROLE_ARN = "arn:aws:iam::123456789012:role/alerts";
const ROLE: Principal = { kind: "role", arn: ROLE_ARN };
const PERSON: Principal = { kind: "account" };
const SERVICE: Principal = { kind: "service", name: "cloudwatch.amazonaws.com" };
const USE = ["kms:GenerateDataKey", "kms:Decrypt"];

let served: Served;
let store: KmsStore;
let kms: KMSClient;
let iam: IAMClient;

beforeEach(async () => {
  served = await serve((env) => {
    const authorizer = new IamAuthorizer(new IamStore(env));
    store = new KmsStore(env, authorizer);
    return [kmsService(store), iamService(authorizer.store)];
  });
  kms = new KMSClient(served.client);
  iam = new IAMClient(served.client);
  await iam.send(
    new CreateRoleCommand({
      RoleName: "alerts",
      AssumeRolePolicyDocument:
        '{"Statement":{"Effect":"Allow","Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}}',
    }),
  );
});
afterEach(() => served.stop());

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (aws: string, ...actions: readonly string[]) => ({
  Effect: "Allow",
  Principal: { AWS: aws },
  Action: actions,
  Resource: "*",
});
/** Lets the account keep the key, not use it. */
const ADMINISTRATION = allow(ROOT, "kms:PutKeyPolicy", "kms:DescribeKey");

/** Makes a key with an alias and tells its id. */
async function createKey(...statements: readonly object[]): Promise<string> {
  const Policy = statements.length > 0 ? { Policy: policy(...statements) } : {};
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(Policy));
  const TargetKeyId = KeyMetadata?.KeyId ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/alerts", TargetKeyId }));
  return TargetKeyId;
}

const grantRole = (Action: readonly string[]) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: "alerts",
      PolicyName: "p",
      PolicyDocument: policy({
        Effect: "Allow",
        Action,
        Resource: "arn:aws:kms:us-east-1:123456789012:key/*",
      }),
    }),
  );

/** Name of the error that the gate throws; "open" when it throws none. */
function gate(name: string, principal: Principal): string {
  try {
    store.check(name, principal);
    return "open";
  } catch (error) {
    const { code, status } = error as { code: string; status: number };
    expect(status).toBe(400);
    return code;
  }
}

describe("the gate that a publisher to an encrypted topic passes", () => {
  it("is open to a role that the key's policy names", async () => {
    const id = await createKey(ADMINISTRATION, allow(ROLE_ARN, ...USE));
    for (const name of [
      id,
      store.key(id).arn,
      "alias/alerts",
      "arn:aws:kms:us-east-1:123456789012:alias/alerts",
    ]) {
      expect(gate(name, ROLE)).toBe("open");
    }
  });

  it.each(USE)("is shut when the key's policy allows %s alone", async (action) => {
    const id = await createKey(ADMINISTRATION, allow(ROLE_ARN, action));
    expect(gate(id, ROLE)).toBe("KMSAccessDeniedException");
  });

  it("is shut to a role by its own policy alone, where the key's leaves the account out", async () => {
    const id = await createKey(ADMINISTRATION);
    await grantRole(USE);
    expect(gate(id, ROLE)).toBe("KMSAccessDeniedException");
  });

  it("is open to a role by its own policy, where the key's lets the account's policies decide", async () => {
    const id = await createKey();
    expect(gate(id, ROLE)).toBe("KMSAccessDeniedException");
    await grantRole(USE);
    expect(gate(id, ROLE)).toBe("open");
  });

  it("is open to a person where the key's policy lets the account in", async () => {
    expect(gate(await createKey(), PERSON)).toBe("open");
  });

  it("is shut to a person where it does not, and says who, what and on what", async () => {
    const id = await createKey(ADMINISTRATION, allow(ROLE_ARN, ...USE));
    expect(() => store.check(id, PERSON)).toThrow(
      `User: ${ROOT} is not authorized to perform: kms:GenerateDataKey on resource: ${store.key(id).arn}`,
    );
  });

  it("is shut to a service that the key's policy does not name", async () => {
    const service = { ...allow(ROOT, ...USE), Principal: { Service: "cloudwatch.amazonaws.com" } };
    expect(gate(await createKey(), SERVICE)).toBe("KMSAccessDeniedException");
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: policy(ADMINISTRATION, service) }));
    expect(gate(KeyMetadata?.KeyId ?? "", SERVICE)).toBe("open");
  });

  it("is shut for a key that is disabled, waits for its deletion, or is not there", async () => {
    const KeyId = await createKey(ADMINISTRATION, allow(ROLE_ARN, ...USE));
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(gate("alias/alerts", ROLE)).toBe("KMSDisabledException");
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(gate("alias/alerts", ROLE)).toBe("KMSInvalidStateException");
    await served.environment.clock.advance(7 * 86_400_000);
    expect(gate("alias/alerts", ROLE)).toBe("KMSNotFoundException");
    expect(gate(KeyId, ROLE)).toBe("KMSNotFoundException");
  });

  it("of AWS's own key for SNS is open to the account's principals, not to services", () => {
    expect(gate("alias/aws/sns", ROLE)).toBe("open");
    expect(gate("alias/aws/sns", PERSON)).toBe("open");
    expect(gate("alias/aws/sns", SERVICE)).toBe("KMSAccessDeniedException");
  });
});
