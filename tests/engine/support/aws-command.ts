import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as iot from "@aws-sdk/client-iot";
import * as iotData from "@aws-sdk/client-iot-data-plane";

const pascal = (kebab: string) =>
  kebab.replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
const camel = (kebab: string) => kebab.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** The value of an option: what a file holds, JSON, or the text itself. */
function readValue(word: string, files: Readonly<Record<string, string>>): unknown {
  const file = /^fileb:\/\/(.+)$/.exec(word)?.[1];
  if (file !== undefined) return Buffer.from(files[file] ?? "");
  return word.startsWith("{") ? JSON.parse(word) : word;
}

/** The input of an operation from the CLI's options; a file for the answer is left out. */
function inputOf(
  words: readonly string[],
  spell: (kebab: string) => string,
  files: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const entries = words.flatMap((word, index) =>
    word.startsWith("--") ? [[spell(word.slice(2)), readValue(words[index + 1] ?? "", files)]] : [],
  );
  return Object.fromEntries(entries);
}

/** What the SDK's clients have in common. */
interface Client {
  readonly send: (command: never) => Promise<unknown>;
  readonly destroy: () => void;
}

type Settings = ConstructorParameters<typeof iot.IoTClient>[0];

/** Services by their names on the command line: the SDK's module, its client, and how its members are spelt. */
const SERVICES: Readonly<
  Record<string, readonly [object, new (settings: Settings) => Client, (kebab: string) => string]>
> = {
  dynamodb: [dynamodb, dynamodb.DynamoDBClient as never, pascal],
  iot: [iot, iot.IoTClient as never, camel],
  "iot-data": [iotData, iotData.IoTDataPlaneClient as never, camel],
};

/**
 * Runs a command of the AWS CLI by the SDK, whose operations and options bear the same names.
 *
 * @param words - What follows `aws`: service, operation, options.
 * @param files - What the files hold that options name by `fileb://`.
 * @throws Error - the SDK knows no such operation, or AWS refuses it.
 */
export async function awsCommand(
  endpoint: string,
  [service = "", verb = "", ...words]: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<unknown> {
  const [sdk, Client, spell] = SERVICES[service] ?? [];
  const Command = (sdk as Record<string, new (input: object) => never> | undefined)?.[
    `${pascal(verb)}Command`
  ];
  if (!Client || !spell || !Command) throw new Error(`aws ${service} ${verb}?`);
  const credentials = { accessKeyId: "operator", secretAccessKey: "operator" };
  const client = new Client({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  try {
    return await client.send(new Command(inputOf(words, spell, files)));
  } finally {
    client.destroy();
  }
}
