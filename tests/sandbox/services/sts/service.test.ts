import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { iamService } from "../../../../sandbox/services/iam/service";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { stsService } from "../../../../sandbox/services/sts/service";
import { type Served, serve } from "../../support/serve";

let served: Served;
let iam: IamAuthorizer;

beforeAll(async () => {
  served = await serve(
    (env) => {
      iam = new IamAuthorizer(new IamStore(env));
      return [iamService(iam.store), stsService(iam)];
    },
    { callerOf: (key) => iam.callerOf(key) },
  );
});
afterAll(() => served.stop());

describe("GetCallerIdentity", () => {
  it("tells a person that it is the account's root", async () => {
    await expect(new STSClient(served.client).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: "123456789012",
      UserId: "123456789012",
      Arn: "arn:aws:iam::123456789012:root",
    });
  });

  it("tells a role its session", async () => {
    const { Role } = await new IAMClient(served.client).send(
      new CreateRoleCommand({
        RoleName: "worker",
        AssumeRolePolicyDocument:
          '{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}',
      }),
    );
    const credentials = iam.issue(Role?.Arn ?? "");
    const sts = new STSClient({ ...served.client, credentials });
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: "123456789012",
      UserId: `${Role?.RoleId}:sandbox`,
      Arn: "arn:aws:sts::123456789012:assumed-role/worker/sandbox",
    });
  });
});

describe("AssumeRole", () => {
  const ACCOUNT = "arn:aws:iam::123456789012";
  const trusting = (principal: string, more = {}) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole", ...more }],
    });
  const make = (RoleName: string, AssumeRolePolicyDocument: string) =>
    new IAMClient(served.client).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));

  const assume = (name: string, more: { ExternalId?: string } = {}, credentials?: Keys) =>
    new STSClient({ ...served.client, ...(credentials && { credentials }) }).send(
      new AssumeRoleCommand({ RoleArn: `${ACCOUNT}:role/${name}`, RoleSessionName: "deploy", ...more }),
    );

  interface Keys {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  }

  async function keysOf(name: string, more = {}): Promise<Keys> {
    const {
      AccessKeyId = "",
      SecretAccessKey = "",
      SessionToken = "",
    } = (await assume(name, more)).Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }

  it("gives keys that stand for the role, and says until when", async () => {
    const { Role } = await make("first", trusting(`${ACCOUNT}:root`));
    const { AssumedRoleUser, Credentials } = await assume("first");
    expect(AssumedRoleUser).toEqual({
      AssumedRoleId: `${Role?.RoleId}:deploy`,
      Arn: "arn:aws:sts::123456789012:assumed-role/first/deploy",
    });
    expect(Credentials?.Expiration).toBeInstanceOf(Date);
    const sts = new STSClient({ ...served.client, credentials: await keysOf("first") });
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: expect.stringContaining("assumed-role/first/"),
    });
  });

  it("refuses a role that there is not, and one whose trust asks for another external id", async () => {
    await make(
      "sealed",
      trusting(`${ACCOUNT}:root`, { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    );
    await expect(assume("none")).rejects.toThrow(/sts:AssumeRole on resource: .*role\/none$/);
    await expect(assume("sealed")).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume("sealed", { ExternalId: "y" })).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume("sealed", { ExternalId: "x" })).resolves.toBeDefined();
  });

  it("lets a role take on another that trusts it by name, and by its account only where its own policies allow it", async () => {
    await make("named", trusting(`${ACCOUNT}:role/first`));
    await make("account", trusting(`${ACCOUNT}:root`));
    const keys = await keysOf("first");
    await expect(assume("named", {}, keys)).resolves.toBeDefined();
    await expect(assume("account", {}, keys)).rejects.toMatchObject({ name: "AccessDenied" });
    await new IAMClient(served.client).send(
      new PutRolePolicyCommand({
        RoleName: "first",
        PolicyName: "on",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: `${ACCOUNT}:role/account` }],
        }),
      }),
    );
    await expect(assume("account", {}, keys)).resolves.toBeDefined();
  });
});
