import { join } from "node:path";
import { GetQueueUrlCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { deploy } from "../../../pulumi-host/program/deploy";
import { DeployError } from "../../../pulumi-host/program/deploy-error";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { UNKNOWN } from "../../../pulumi-host/resources/property-values";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import { clientSettings, PROJECT_FOLDER } from "../../sandbox/support/dev-sandbox";

let sandbox: Sandbox;
let sqs: SQSClient;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  sqs = new SQSClient(clientSettings(sandbox));
});

afterAll(async () => {
  sqs.destroy();
  await sandbox.stop();
});

const fixture = (name: string) => join(PROJECT_FOLDER, "tests", "fixtures", "programs", name);

function run(folder: string, into?: string, signal?: AbortSignal, log = (_line: string) => {}) {
  return deploy({
    files: readStackFiles(folder, "dev"),
    account: "123456789012",
    region: "us-east-1",
    ...(into !== undefined && { endpoint: into }),
    ...(signal && { signal }),
    iotDataEndpoint: "data.example",
    log,
  });
}

it("makes what the program registers and hands its exports out", async () => {
  const { outputs, resources } = await run(fixture("named"), sandbox.address.endpoint);
  expect(outputs.queueName).toMatch(/^letters-[0-9a-f]{7}$/);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: outputs.queueName as string }));
  expect(outputs.queueUrl).toBe(QueueUrl);
  expect(resources.map(({ urn }) => urn)).toEqual([
    "urn:pulumi:dev::fixture::pulumi:pulumi:Stack::fixture-dev",
    "urn:pulumi:dev::fixture::aws:sqs/queue:Queue::letters",
  ]);
});

it("makes nothing in a preview, and leaves what AWS computes unknown", async () => {
  const before = await sqs.send(new ListQueuesCommand({}));
  const { outputs } = await run(fixture("named"));
  expect(outputs.queueUrl).toBe(UNKNOWN);
  expect(outputs.queueName).toMatch(/^letters-/);
  expect(await sqs.send(new ListQueuesCommand({}))).toMatchObject({ QueueUrls: before.QueueUrls });
});

it.each([
  [
    "unknown-type",
    "aws:s3/bucket:Bucket stranger could not be made: the sandbox does not know the type aws:s3",
  ],
  [
    "unknown-input",
    "aws:sqs/queue:Queue odd could not be made: the sandbox does not honour the input maxMessageSize of aws:sqs/queue:Queue",
  ],
  ["refused", "aws:iot/thingGroup:ThingGroup bad could not be made: InvalidRequestException"],
  ["throws", "Set `colour` to red or green; it is blue."],
])("ends the program %s with a reason that names what is wrong", async (name, reason) => {
  const attempt = run(fixture(name), sandbox.address.endpoint);
  await expect(attempt).rejects.toThrow(DeployError);
  await expect(attempt).rejects.toThrow(reason);
});

it("asks the program's hooks before it makes a resource, which find AWS here, and makes none that they refuse", async () => {
  const lines: string[] = [];
  const { endpoint } = sandbox.address;
  const attempt = run(fixture("hooked"), endpoint, undefined, (line) => lines.push(line));
  await expect(attempt).rejects.toThrow(
    "aws:sqs/queue:Queue bad could not be made: this queue is somebody else's",
  );
  expect(lines).toContain(`info: asked about aws:sqs/queue:Queue good (good) at ${endpoint}`);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const names = QueueUrls.map((url) => url.split("/").at(-1));
  expect(names).toContain("good");
  expect(names).not.toContain("bad");
});

it("asks no hook in a preview, which has no AWS to ask", async () => {
  const lines: string[] = [];
  const { resources } = await run(fixture("hooked"), undefined, undefined, (line) => lines.push(line));
  expect(resources.map(({ name }) => name)).toEqual(["fixture-dev", "good", "bad"]);
  expect(lines.filter((line) => line.includes("asked"))).toEqual([]);
});

it("ends the program when it is told to", async () => {
  const controller = new AbortController();
  const attempt = run(fixture("named"), sandbox.address.endpoint, controller.signal);
  controller.abort();
  await expect(attempt).rejects.toThrow(DeployError);
});

it("previews the dev stack without an endpoint: every input of the security profile is known", async () => {
  const { resources } = await run(PROJECT_FOLDER);
  const profile = resources.find(({ type }) => type === "aws-native:iot:SecurityProfile");
  expect(profile?.inputs).toMatchObject({ securityProfileName: "MsgSentSecProfile" });
  expect(JSON.stringify(profile?.inputs)).not.toContain(UNKNOWN);
  expect(resources.at(-1)?.type).toBe("aws-native:iot:SecurityProfile");
});
