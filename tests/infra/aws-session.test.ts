import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecurityProfileCommand, CreateThingGroupCommand } from "@aws-sdk/client-iot";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentials } from "../../infra/aws-credentials";
import { type AwsSession, openSession } from "../../infra/aws-session";
import { existingResources } from "../../infra/existing-resources";
import { type EmptySandbox, startEmptySandbox } from "../sandbox/support/empty-sandbox";
import { SCOPE } from "./recorder";

const ACCOUNT = "arn:aws:iam::123456789012";
const environment = { ...process.env };

let sandbox: EmptySandbox;

/** Makes a role that trusts a principal, with an external id, and may do what is listed. */
async function role(RoleName: string, trusted: string, Action: readonly string[] = []): Promise<string> {
  const { iam } = sandbox.clients;
  const statement = { Effect: "Allow", Principal: { AWS: trusted }, Action: "sts:AssumeRole" };
  const condition = { Condition: { StringEquals: { "sts:ExternalId": "sesame" } } };
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...statement, ...condition }],
      }),
    }),
  );
  if (Action.length > 0) {
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*" }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "may", PolicyDocument }));
  }
  return `${ACCOUNT}:role/${RoleName}`;
}

async function callerOf(session: AwsSession): Promise<string> {
  const sts = new STSClient(session);
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  return Arn;
}

const open = (credentials: AwsCredentials, account: string = SCOPE.account) =>
  openSession({ scope: { ...SCOPE, account }, credentials });

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  const others = Object.entries(environment).filter(([name]) => !/^AWS_(?!SDK_)/.test(name));
  process.env = Object.assign(Object.fromEntries(others), {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});

afterAll(async () => {
  process.env = environment;
  await sandbox.stop();
});

test("keys of the config win over those of the environment, and need none there", async () => {
  const keys = { accessKeyId: "config", secretAccessKey: "config" };
  expect(await open({ keys, profile: "unknown" })).toEqual({ region: "us-east-1", credentials: keys });
});

test("roles are assumed one after the other, each with its external id", async () => {
  const first = await role("first", `${ACCOUNT}:root`);
  const second = await role("second", first);
  const [one, two] = [first, second].map((roleArn) => ({ roleArn, externalId: "sesame", duration: "15m" }));
  expect(await callerOf(await open({ assumeRoles: [one ?? {}, two ?? {}] }))).toMatch(
    /assumed-role\/second\//,
  );
  // The second trusts the first alone.
  await expect(open({ assumeRoles: [two ?? {}] })).rejects.toThrow(
    /role\/second .* was not given: AccessDenied/,
  );
});

test("what config says of a role reaches STS", async () => {
  const sent = jest.spyOn(STSClient.prototype, "send");
  const roleArn = await role("whole", `${ACCOUNT}:root`);
  await open({
    assumeRoles: [
      {
        roleArn,
        externalId: "sesame",
        duration: "1h30m",
        sessionName: "me",
        policy: "{}",
        policyArns: [`${ACCOUNT}:policy/p`],
        tags: { team: "iot" },
        transitiveTagKeys: ["team"],
        sourceIdentity: "someone",
      },
    ],
  });
  expect(sent.mock.calls[0]?.[0].input).toEqual({
    RoleArn: roleArn,
    RoleSessionName: "me",
    DurationSeconds: 5400,
    ExternalId: "sesame",
    Policy: "{}",
    PolicyArns: [{ arn: `${ACCOUNT}:policy/p` }],
    SourceIdentity: "someone",
    Tags: [{ Key: "team", Value: "iot" }],
    TransitiveTagKeys: ["team"],
  });
  sent.mockRestore();
});

test("a role that is refused, and credentials of another account, are told as such", async () => {
  const roleArn = await role("sealed", `${ACCOUNT}:root`);
  await expect(open({ assumeRoles: [{ roleArn, externalId: "wrong" }] })).rejects.toThrow(
    /^the role .*role\/sealed of `aws:assumeRoles` was not given: AccessDenied/,
  );
  await expect(open({}, "999999999999")).rejects.toThrow(
    "the credentials that were found are of account 123456789012",
  );
});

test("a group is looked for as the role that the provider assumes", async () => {
  const roleArn = await role("looker", `${ACCOUNT}:root`, ["iot:DescribeThingGroup"]);
  const assumeRoles = [{ roleArn, externalId: "sesame" }];
  const found = existingResources({ scope: SCOPE, credentials: { assumeRoles } });
  expect(await found.thingGroup("None")).toBeUndefined();
  // It may not look for profiles: that is no answer.
  await expect(found.securityProfile("None")).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("each kind is found with its tags, and not found where there is none", async () => {
  const { iot, sns, sqs } = sandbox.clients;
  const tag = { Key: "iot-quarantine:stack", Value: "prod" };
  await iot.send(new CreateThingGroupCommand({ thingGroupName: "There", tags: [tag] }));
  await iot.send(new CreateSecurityProfileCommand({ securityProfileName: "There", tags: [tag] }));
  await sns.send(new CreateTopicCommand({ Name: "There", Tags: [tag] }));
  await sqs.send(new CreateQueueCommand({ QueueName: "There", tags: { [tag.Key]: tag.Value } }));
  await sqs.send(new CreateQueueCommand({ QueueName: "Bare" }));
  const found = existingResources({ scope: SCOPE, credentials: {} });
  for (const kind of ["thingGroup", "topic", "queue", "securityProfile"] as const) {
    expect([kind, await found[kind]("There")]).toEqual([kind, { [tag.Key]: "prod" }]);
    expect([kind, await found[kind]("Elsewhere")]).toEqual([kind, undefined]);
  }
  expect(await found.queue("Bare")).toEqual({});
});
