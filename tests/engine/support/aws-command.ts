import * as iot from "@aws-sdk/client-iot";
import * as iotData from "@aws-sdk/client-iot-data-plane";

const pascal = (kebab: string) =>
  kebab.replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
const camel = (kebab: string) => kebab.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Options of the AWS CLI itself, with a value each. */
const OWN_OPTIONS = ["cli-binary-format"];

/** The input of an operation from the CLI's options; a file for the answer is left out. */
function inputOf(words: readonly string[]): Record<string, unknown> {
  const entries = words.flatMap((word, index) => {
    const option = word.startsWith("--") ? word.slice(2) : undefined;
    if (option === undefined || OWN_OPTIONS.includes(option)) return [];
    const value = words[index + 1] ?? "";
    return [[camel(option), option === "payload" ? Buffer.from(value) : value]];
  });
  return Object.fromEntries(entries);
}

/** What the SDK's clients have in common. */
interface Client {
  readonly send: (command: never) => Promise<unknown>;
  readonly destroy: () => void;
}

/**
 * Runs a command of the AWS CLI by the SDK, whose operations and options bear the same names.
 *
 * @param words - What follows `aws`: service, operation, options.
 * @throws Error - the SDK knows no such operation, or AWS refuses it.
 */
export async function awsCommand(
  endpoint: string,
  [service, verb = "", ...words]: readonly string[],
): Promise<unknown> {
  const credentials = { accessKeyId: "operator", secretAccessKey: "operator" };
  const settings = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  const isData = service === "iot-data";
  const client: Client = isData ? new iotData.IoTDataPlaneClient(settings) : new iot.IoTClient(settings);
  const commands = (isData ? iotData : iot) as unknown as Record<string, new (input: object) => never>;
  const Command = commands[`${pascal(verb)}Command`];
  if (!Command || !["iot", "iot-data"].includes(service ?? "")) throw new Error(`aws ${service} ${verb}?`);
  try {
    return await client.send(new Command(inputOf(words)));
  } finally {
    client.destroy();
  }
}
