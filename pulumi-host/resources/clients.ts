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

/** AWS SDK clients of the services that a deploy needs. */
export interface Clients {
  readonly cloudControl: CloudControlClient;
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly iam: IAMClient;
  readonly iot: IoTClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly scheduler: SchedulerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

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
  return {
    cloudControl: new CloudControlClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    dynamodb: new DynamoDBClient(settings),
    iam: new IAMClient(settings),
    iot: new IoTClient(settings),
    kms: new KMSClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scheduler: new SchedulerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
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
