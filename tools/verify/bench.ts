import { IAMClient } from "@aws-sdk/client-iam";
import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** All that a run makes is named so, and its permissions are limited to it (docs/first-deploy.md). */
const PREFIX = "iot-quarantine-verify";

/** Key of the tag that all have which can carry one; its value is the run. */
const TAG = "iot-quarantine:verify";

/** AWS SDK clients of the services that assumptions are about. */
export interface Clients {
  readonly iot: IoTClient;
  readonly iotData: IoTDataPlaneClient;
  readonly iam: IAMClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Where a run acts. */
export interface Account {
  readonly id: string;
  readonly region: string;
  /** `aws`, `aws-cn`, ... */
  readonly partition: string;
}

interface Made {
  readonly what: string;
  readonly remove: () => Promise<unknown>;
}

/** What could not be taken away, and why. */
export interface Leftover {
  readonly what: string;
  readonly why: string;
}

/** Resources of one run: their names, their tags, and how each goes again. */
export class Bench {
  readonly #made: Made[] = [];

  constructor(
    readonly clients: Clients,
    readonly account: Account,
    readonly run: string,
    readonly signal: AbortSignal,
  ) {}

  /** The name of one of this run's resources. */
  name(role: string): string {
    return `${PREFIX}-${this.run}-${role}`;
  }

  /** The run's tag, as IoT, SNS and IAM take it. */
  get tags(): { Key: string; Value: string }[] {
    return [{ Key: TAG, Value: this.run }];
  }

  /** The run's tag, as SQS takes it. */
  get tagMap(): Record<string, string> {
    return { [TAG]: this.run };
  }

  /**
   * Notes how a resource goes again. Called before it is made: an answer that is lost must not leave it there.
   *
   * @param what - Kind and name, for a person.
   * @throws the signal's reason once the run is interrupted, so that nothing more is made.
   */
  removeLater(what: string, remove: () => Promise<unknown>): void {
    // First noted: what has a name only once it is made is there already.
    this.#made.push({ what, remove });
    this.signal.throwIfAborted();
  }

  /** Takes everything away, the last first. One that is not there (any more) counts as taken away. */
  async clear(): Promise<readonly Leftover[]> {
    const left: Leftover[] = [];
    for (const { what, remove } of this.#made.splice(0).reverse()) {
      try {
        await remove();
      } catch (error) {
        if (!isNotThere(error)) left.push({ what, why: nameOf(error) });
      }
    }
    return left;
  }
}

function isNotThere(error: unknown): boolean {
  return /NotFound|NoSuchEntity|QueueDoesNotExist|NonExistentQueue/.test(nameOf(error));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

/** Where the clients go, and until when. */
export interface ClientsArgs {
  readonly region?: string;
  /** Another endpoint than AWS's, for all services. */
  readonly endpoint?: string;
}

/**
 * Makes the clients, and asks whose account it is.
 *
 * @throws Error - the SDK's, where it has no region or no credentials that AWS takes.
 */
export async function openAccount(
  args: ClientsArgs,
): Promise<{ readonly clients: Clients; readonly account: Account }> {
  const settings = { ...args, maxAttempts: 5 };
  const iot = new IoTClient(settings);
  const sts = new STSClient(settings);
  const { Account: id = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  const region = await iot.config.region();
  const iotData = new IoTDataPlaneClient({
    ...settings,
    endpoint: args.endpoint ?? (await dataEndpoint(iot)),
  });
  const clients = {
    iot,
    iotData,
    iam: new IAMClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
  return { clients, account: { id, region, partition: Arn.split(":")[1] ?? "aws" } };
}

async function dataEndpoint(iot: IoTClient): Promise<string> {
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  return `https://${endpointAddress}`;
}
