import { readFileSync } from "node:fs";
import { ListPoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  CreateThingCommand,
  DeleteThingCommand,
  IoTClient,
  ListCertificatesCommand,
  ListPoliciesCommand as ListIotPoliciesCommand,
  ListSecurityProfilesCommand,
  ListThingGroupsCommand,
  ListThingsCommand,
} from "@aws-sdk/client-iot";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { Io } from "../../../lib/command/command";
import type { Assumption } from "../../../tools/verify/assumption";
import type { Bench } from "../../../tools/verify/bench";
import type { Report } from "../../../tools/verify/report";
import { type VerifyHooks, verifyCommand } from "../../../tools/verify/run";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";
import { runCommand } from "../../support/run-command";

let sandbox: EmptySandbox;
const environment = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  sandbox = await startEmptySandbox("eu-west-1");
});
afterAll(async () => {
  process.env = environment;
  await sandbox.stop();
});

/** Runs the command in the sandbox and gives back its exit code and what it wrote. */
async function verify(
  args: readonly string[],
  { signal, ...hooks }: VerifyHooks & Partial<Pick<Io, "signal">> = {},
) {
  const where = ["--region", "eu-west-1", "--endpoint-url", sandbox.endpoint];
  const io = { env: process.env, ...(signal && { signal }) };
  const { code, output: out, errors: err } = await runCommand(verifyCommand(hooks), [...where, ...args], io);
  return { code, out, err };
}

/** Names of everything that an account holds of the kinds that a run makes. */
async function held(): Promise<unknown[]> {
  const { iot, sns, sqs, iam } = sandbox.clients;
  const lists = await Promise.all([
    iot.send(new ListThingsCommand({})).then(({ things }) => things),
    iot.send(new ListThingGroupsCommand({})).then(({ thingGroups }) => thingGroups),
    iot.send(new ListIotPoliciesCommand({})).then(({ policies }) => policies),
    iot.send(new ListCertificatesCommand({})).then(({ certificates }) => certificates),
    iot.send(new ListSecurityProfilesCommand({})).then((answer) => answer.securityProfileIdentifiers),
    sns.send(new ListTopicsCommand({})).then(({ Topics }) => Topics),
    sqs.send(new ListQueuesCommand({})).then(({ QueueUrls }) => QueueUrls),
    iam.send(new ListRolesCommand({})).then(({ Roles }) => Roles),
    iam.send(new ListPoliciesCommand({ Scope: "Local" })).then(
      ({ Policies }) => Policies,
      () => [],
    ),
  ]);
  return lists.flatMap((list): readonly unknown[] => list ?? []);
}

/** An assumption that makes a thing, and answers as told. */
function making(
  answer: (bench: Bench) => string | Promise<string>,
  remove?: () => Promise<never>,
): Assumption {
  return {
    name: "a thing",
    fact: "",
    expected: "as assumed",
    attempt: async (bench) => {
      const thingName = bench.name("thing");
      const { iot } = bench.clients;
      bench.removeLater(
        `thing ${thingName}`,
        remove ?? (() => iot.send(new DeleteThingCommand({ thingName }))),
      );
      await iot.send(new CreateThingCommand({ thingName }));
      return answer(bench);
    },
  };
}

const asAssumed = making(() => "as assumed");

/** IAM's action for a call of an SDK's client. */
function actionOf(client: IoTClient, command: object): string {
  const services: Record<string, string> = { "IoT Data Plane": "iot" };
  const { serviceId } = client.config;
  return `${services[serviceId] ?? serviceId.toLowerCase()}:${command.constructor.name.replace(/Command$/, "")}`;
}

/** The actions of the document that the guide asks for. */
function permittedActions(): readonly string[] {
  const document = /```json\n([^`]+)```/.exec(readFileSync("docs/first-deploy.md", "utf8"))?.[1] ?? "";
  const statements: { Action: string | string[] }[] = JSON.parse(document).Statement;
  return statements.flatMap(({ Action }) => Action);
}

test("the sandbox is as assumed in all, nothing stays, and the guide's permissions are all that it needs", async () => {
  const send = jest.spyOn(Object.getPrototypeOf(IoTClient.prototype), "send");
  const { code, out } = await verify(["--yes", "--output", "json"]);
  const called = send.mock.calls.map(([command], nth) =>
    actionOf(send.mock.contexts[nth] as IoTClient, command as object),
  );
  send.mockRestore();
  const report: Report = JSON.parse(out);
  expect(report.findings.filter(({ holds }) => !holds)).toEqual([]);
  expect(report).toMatchObject({ id: "123456789012", region: "eu-west-1", partition: "aws", leftovers: [] });
  expect(code).toBe(0);
  expect(await held()).toEqual([]);
  const permitted = permittedActions();
  const needed = new Set([
    ...called,
    // Where no endpoint is given.
    "iot:DescribeEndpoint",
    // What is made with tags needs these beside.
    ...permitted.filter((action) => /:Tag(Resource|Queue|Role|Policy)$/.test(action)),
  ]);
  // Needs none: STS API Reference, "GetCallerIdentity".
  needed.delete("sts:GetCallerIdentity");
  expect([...needed].sort()).toEqual([...permitted].sort());
});

test("two runs make nothing of the same name", async () => {
  const names: string[] = [];
  const noting = making((bench) => {
    names.push(bench.name("thing"));
    return "as assumed";
  });
  await verify(["--yes"], { assumptions: [noting] });
  await verify(["--yes"], { assumptions: [noting] });
  expect(new Set(names).size).toBe(2);
  expect(names[0]).toMatch(/^iot-quarantine-verify-[0-9a-f]{8}-thing$/);
});

test("what AWS does otherwise is told beside what was expected, and ends with 1", async () => {
  const { code, out } = await verify(["--yes"], { assumptions: [asAssumed, making(() => "otherwise")] });
  expect(code).toBe(1);
  expect(out).toMatch(/^ok +a thing +as assumed +the same$/m);
  expect(out).toMatch(/^OTHER +a thing +as assumed +otherwise$/m);
  expect(out).toContain("2 tried in account 123456789012, eu-west-1: 1 not as assumed.");
});

test("a failure half-way takes away what was made, and the others are tried", async () => {
  const failing = making(() => Promise.reject(new Error("half-way")));
  const { code, out } = await verify(["--yes"], { assumptions: [failing, asAssumed] });
  expect(code).toBe(1);
  expect(out).toContain("could not be tried: Error: half-way");
  expect(out).toMatch(/^ok +a thing/m);
  expect(await held()).toEqual([]);
});

test("an interrupt takes away what was made, and nothing more is made or tried", async () => {
  const interrupt = new AbortController();
  const interrupting = making((bench) => {
    interrupt.abort();
    const notThere = Object.assign(new Error("no"), { name: "ResourceNotFoundException" });
    bench.removeLater("something more", () => Promise.reject(notThere));
    return "as assumed";
  });
  const io = { assumptions: [interrupting, asAssumed], signal: interrupt.signal };
  const { code, out, err } = await verify(["--yes", "--output", "json"], io);
  expect([code, out]).toEqual([130, ""]);
  expect(JSON.parse(err.slice(err.indexOf("{")))).toMatchObject({
    findings: [{ holds: false }],
    leftovers: [],
  });
  expect(await held()).toEqual([]);
});

test("an interrupt while something is made that only then has a name takes it away as well", async () => {
  const interrupt = new AbortController();
  const named: Assumption = {
    ...asAssumed,
    attempt: async (bench) => {
      const { iot } = bench.clients;
      const { thingName } = await iot.send(new CreateThingCommand({ thingName: bench.name("late") }));
      interrupt.abort();
      bench.removeLater(`thing ${thingName}`, () => iot.send(new DeleteThingCommand({ thingName })));
      return "as assumed";
    },
  };
  const { code } = await verify(["--yes"], { assumptions: [named], signal: interrupt.signal });
  expect(code).toBe(130);
  expect(await held()).toEqual([]);
});

test("what cannot be taken away is named, and ends with 1", async () => {
  const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
  const stuck = making(
    () => "as assumed",
    () => Promise.reject(denied),
  );
  const { code, out } = await verify(["--yes"], { assumptions: [stuck] });
  expect(code).toBe(1);
  expect(out).toMatch(
    /NOT TAKEN AWAY: thing iot-quarantine-verify-[0-9a-f]{8}-thing \(AccessDeniedException\)/,
  );
  await sandbox.sandbox.reset(false);
});

describe("before it starts", () => {
  test("a person is told where and asked, and a no makes nothing", async () => {
    const questions: string[] = [];
    const ask = (answer: boolean) => async (question: string) => {
      questions.push(question);
      return answer;
    };
    const no = await verify([], { ask: ask(false), assumptions: [asAssumed] });
    expect([no.code, no.out, no.err]).toEqual([2, "", "Nothing was made.\n"]);
    expect(questions[0]).toMatch(/account 123456789012, eu-west-1/);
    expect((await verify([], { ask: ask(true), assumptions: [asAssumed] })).code).toBe(0);
  });

  test.each([
    ["nobody can be asked", [], /pass --yes/],
    ["an option is unknown", ["--force"], /--force/],
    [
      "a form of output is unknown",
      ["--yes", "--output", "xml"],
      /Set --output to text or json; it is "xml"/,
    ],
  ])("%s: 2", async (_, args, message) => {
    const { code, err } = await verify(args, { assumptions: [asAssumed] });
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test("without credentials: 2", async () => {
    const { AWS_ACCESS_KEY_ID: _, ...without } = process.env;
    const given = process.env;
    process.env = {
      ...without,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SHARED_CREDENTIALS_FILE: "none",
      AWS_CONFIG_FILE: "none",
    };
    const { code, err } = await verify(["--yes"], { assumptions: [asAssumed] });
    process.env = given;
    expect(code).toBe(2);
    expect(err).toMatch(/^CredentialsProviderError/);
  });

  test("its help names every option", async () => {
    const { code, out } = await verify(["--help"]);
    expect(code).toBe(0);
    for (const option of ["--region", "--yes", "--output", "--endpoint-url", "--help"]) {
      expect(out).toContain(option);
    }
  });
});
