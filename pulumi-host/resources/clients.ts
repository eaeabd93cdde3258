import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { IoTClient } from "@aws-sdk/client-iot";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

const CLIENTS = {
  cloudControl: CloudControlClient,
  cloudwatch: CloudWatchClient,
  dynamodb: DynamoDBClient,
  iam: IAMClient,
  iot: IoTClient,
  kms: KMSClient,
  lambda: LambdaClient,
  logs: CloudWatchLogsClient,
  scheduler: SchedulerClient,
  sns: SNSClient,
  sqs: SQSClient,
};

/** AWS SDK clients of the services that a deploy needs. */
export type Clients = { readonly [name in keyof typeof CLIENTS]: InstanceType<(typeof CLIENTS)[name]> };

/** Any credentials do: the sandbox takes them for the account's owner. */
const DEPLOYER = { accessKeyId: "deploy", secretAccessKey: "deploy" };

/** Makes the clients for one endpoint. */
export function makeClients(endpoint: string, region: string, credentials = DEPLOYER): Clients {
  const settings = {
    endpoint,
    region,
    credentials,
    // The sandbox answers for good at once: a second try could only hide a fault.
    maxAttempts: 1,
  };
  const made = Object.entries(CLIENTS).map(([name, Client]) => [name, new Client(settings)]);
  return Object.fromEntries(made) as Clients;
}

/** Closes the clients' connections. */
export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}

/** The keys that sign requests to the sandbox: nobody is to be asked to log in for it. */
export const signingKeys = ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: NodeJS.ProcessEnv) => ({
  AWS_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID ?? "sandbox",
  AWS_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY ?? "sandbox",
});

const OTHER_AWS = /^AWS_(ENDPOINT_URL|PROFILE$|DEFAULT_PROFILE$|IGNORE_CONFIGURED_ENDPOINT_URLS$)/;

/** Whether a variable tells an SDK elsewhere where AWS is, or whose credentials to take. */
export const otherAws = (name: string): boolean => OTHER_AWS.test(name);
