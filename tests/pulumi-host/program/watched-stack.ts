import { type AttributeValue, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { ListThingGroupsForThingCommand } from "@aws-sdk/client-iot";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { RELEASED_RANK } from "../../../lib/ledger/record";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { PROJECT_FOLDER } from "../../sandbox/support/dev-sandbox";
import { replayStack } from "../../support/replayed-stack";

const none = () => undefined;

/** The dev stack in a sandbox, to which a test sends alarms of its own. */
export class WatchedStack {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  readonly #stack: SandboxStack;

  private constructor(sandbox: Sandbox, stack: SandboxStack) {
    this.sandbox = sandbox;
    this.#stack = stack;
    this.clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
  }

  /** Starts it, with more config by full key. */
  static async start(more: Readonly<Record<string, string>> = {}): Promise<WatchedStack> {
    const sandbox = await startSandbox({ port: 0, log: none });
    const files = readStackFiles(PROJECT_FOLDER, "dev");
    const config = { ...files.config, ...more };
    return new WatchedStack(sandbox, await replayStack(sandbox, { ...files, config }, none));
  }

  async stop(): Promise<void> {
    destroyClients(this.clients);
    await this.sandbox.stop();
  }

  output(name: string): string {
    return String(this.#stack.deployed.outputs[name]);
  }

  /** Puts an alarm into the queue, of now or of some minutes ago, and lets virtual time pass. */
  async alarm(
    thingName: string,
    { minutesAgo = 0, violationId = `of-${thingName}`, waitMs = 60_000 } = {},
  ): Promise<void> {
    const MessageBody = JSON.stringify({
      violationEventTime: this.sandbox.clock.now() - minutesAgo * 60_000,
      thingName,
      behavior: { name: "MsgSentBehavior" },
      violationEventType: "in-alarm",
      violationId,
      securityProfileName: "MsgSentSecProfile",
    });
    const QueueUrl = this.output("alarmsQueueUrl");
    await this.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await this.sandbox.clock.advance(waitMs);
  }

  /** What the ledger holds of a thing. */
  async item(thingName: string): Promise<Readonly<Record<string, AttributeValue>>> {
    const get = new GetItemCommand({ TableName: this.output("ledgerTableName"), Key: keyOf(thingName) });
    return (await this.clients.dynamodb.send(get)).Item ?? {};
  }

  /** Records a release as a person's command does, of now. */
  async release(thingName: string): Promise<void> {
    await this.clients.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.output("ledgerTableName"),
        Key: keyOf(thingName),
        UpdateExpression: "SET #state = :released, #rank = :rank, releasedAt = :now REMOVE containment",
        ExpressionAttributeNames: { "#state": "state", "#rank": "rank" },
        ExpressionAttributeValues: {
          ":released": { S: "released" },
          ":rank": { N: String(RELEASED_RANK) },
          ":now": { S: new Date(this.sandbox.clock.now()).toISOString() },
        },
      }),
    );
  }

  /** Names of a thing's groups. */
  async groupsOf(thingName: string): Promise<readonly (string | undefined)[]> {
    const { thingGroups = [] } = await this.clients.iot.send(
      new ListThingGroupsForThingCommand({ thingName }),
    );
    return thingGroups.map(({ groupName }) => groupName);
  }
}

const keyOf = (thingName: string) => ({ pk: { S: `thing#${thingName}` }, sk: { S: "state" } });
