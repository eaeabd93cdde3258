import * as cloudControl from "@aws-sdk/client-cloudcontrol";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as iam from "@aws-sdk/client-iam";
import * as iot from "@aws-sdk/client-iot";
import * as kms from "@aws-sdk/client-kms";
import * as lambda from "@aws-sdk/client-lambda";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { TYPES } from "../policy-pack/stack/resource-types";
import type { Clients } from "../pulumi-host/resources/clients";
import { HANDLERS } from "../pulumi-host/resources/handlers/table";
import { operationsOf, requiredMembers } from "../sandbox/wire/operations";
import { ACCESS_TABLE, type Grants } from "../tools/ci/roles/access-table";
import { COMPUTED } from "./infra/recorder";
import { handlerCases } from "./pulumi-host/resources/handlers/cases";
import type { Fixtures } from "./pulumi-host/resources/handlers/fixtures";
import { type EmptySandbox, startEmptySandbox } from "./sandbox/support/empty-sandbox";

/** Where each type that the program registers has to stand, by file. Only the pack follows others, too. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  "pulumi-host/resources/handlers/table.ts": Object.keys(HANDLERS),
  "tools/ci/roles/access-table.ts": Object.keys(ACCESS_TABLE),
  "policy-pack/stack/resource-types.ts": Object.keys(TYPES),
  "tests/infra/recorder.ts": Object.keys(COMPUTED),
  "tests/pulumi-host/resources/handlers/service-cases.ts or device-cases.ts": handlerCases(
    {} as Fixtures,
  ).map(({ type }) => type),
};

/** Types that the program registered once: a stack of an earlier release has them, until its next update deletes them. */
const FORMER: readonly string[] = [
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:lambda/permission:Permission",
  "aws:sqs/queuePolicy:QueuePolicy",
];

const isOfPack = (file: string) => file.startsWith("policy-pack/");
const registered = new Set(
  Object.entries(TABLES)
    .filter(([file]) => !isOfPack(file))
    .flatMap(([, types]) => types)
    .filter((type) => !type.startsWith("pulumi:providers:") && !FORMER.includes(type)),
);

test("a resource type stands in every table that has to know it", () => {
  const missing = [...registered].flatMap((type) =>
    Object.entries(TABLES)
      .filter(([, types]) => !types.includes(type))
      .map(([file]) => `${type} is missing in ${file}`),
  );
  expect(missing).toEqual([]);
  expect(registered.size).toBeGreaterThan(15);
});

/** The SDK's module of each service, and the client that calls it, by the prefix of its actions. */
const SERVICES: Readonly<Record<string, readonly [sdk: object, client: keyof Clients]>> = {
  cloudwatch: [cloudwatch, "cloudwatch"],
  cloudformation: [cloudControl, "cloudControl"],
  dynamodb: [dynamodb, "dynamodb"],
  iam: [iam, "iam"],
  iot: [iot, "iot"],
  kms: [kms, "kms"],
  lambda: [lambda, "lambda"],
  logs: [logs, "logs"],
  scheduler: [scheduler, "scheduler"],
  sns: [sns, "sns"],
  sqs: [sqs, "sqs"],
};

type Send = (command: unknown) => Promise<unknown>;

/** What a call with nothing but its required members, of no sense, answers. */
async function answerTo(clients: Clients, action: string): Promise<string> {
  const [prefix = "", name = ""] = action.split(":");
  const [sdk, client] = SERVICES[prefix] ?? [];
  const schema = sdk && operationsOf(sdk).get(name)?.input;
  const Command = (sdk as Record<string, new (input: object) => unknown>)?.[`${name}Command`];
  if (!schema || !Command || !client) return "no operation of the SDK";
  const input = Object.fromEntries(
    [...schema.structIterator()]
      .filter(([member]) => requiredMembers(schema).includes(member))
      .map(([member, shape]) => [member, shape.isListSchema() ? [] : "x"]),
  );
  const send = clients[client].send.bind(clients[client]) as Send;
  return send(new Command(input)).then(
    () => "success",
    (error: Error) => error.name,
  );
}

describe("the sandbox", () => {
  let sandbox: EmptySandbox;
  beforeAll(async () => {
    sandbox = await startEmptySandbox();
  });
  afterAll(() => sandbox.stop());

  test.each(Object.entries(ACCESS_TABLE))("answers each call that %s takes of AWS", async (_, access) => {
    const actionsOf = (grants: Grants) => Object.values(grants).flat();
    const actions = new Set([...actionsOf(access.preview), ...actionsOf(access.deploy)]);
    const unanswered: string[] = [];
    for (const action of actions) {
      const answer = await answerTo(sandbox.clients, action);
      if (/^(UnknownOperationException|no operation of the SDK)$/.test(answer)) unanswered.push(action);
    }
    expect(unanswered).toEqual([]);
  });
});
