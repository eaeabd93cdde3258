import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AddThingToThingGroupCommand,
  AttachSecurityProfileCommand,
  CreateSecurityProfileCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { awsCommand } from "./support/aws-command";
import { codeBlocks, commandsOf, pulumiCommands } from "./support/document";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";

const NONE = { language: "", text: "" };

/** Runs the commands of a page as they stand there; each must succeed. */
async function follow(engine: Engine, commands: readonly string[][]): Promise<void> {
  for (const [verb = "", ...args] of commands) {
    // A person would be asked; what they are asked is not in the page.
    const yes = ["up", "import", "destroy"].includes(verb) ? ["--yes"] : [];
    const { code, text } = await engine.pulumi([verb, ...args, ...yes]);
    if (code !== 0) throw new Error(`pulumi ${verb} ${args.join(" ")}:\n${text}`);
  }
}

describe("README and the page on operation", () => {
  const GROUP = "iot-quarantine-prod-quarantine";
  const thingName = "dev-XBHY";
  const commands = pulumiCommands(codeBlocks("README.md", "Deploy to an AWS account")[0] ?? NONE);
  const region = commands[1]?.at(-1) ?? "";
  let engine: Engine;

  /** Runs the block of a section word for word: the Pulumi CLI (without its preview), the AWS CLI's by its SDK, printf. */
  async function play(section: string): Promise<unknown[]> {
    const [block = NONE, ...others] = codeBlocks("docs/operate.md", section);
    expect(others).toEqual([]);
    const answers: unknown[] = [];
    const files: Record<string, string> = {};
    for (const [command, ...args] of commandsOf(block)) {
      if (command === "printf") files[args.at(-1) ?? ""] = args[0] ?? "";
      else if (command === "pulumi")
        await follow(engine, [[...args, ...(args[0] === "up" ? ["--skip-preview"] : [])]]);
      else answers.push(await awsCommand(engine.sandbox.endpoint, args, files));
    }
    return answers;
  }

  const enter = (thingGroupName: string) =>
    engine.sandbox.clients.iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName }));

  beforeAll(async () => {
    engine = await Engine.start({ region });
    await engine.sandbox.clients.iot.send(new CreateThingCommand({ thingName }));
  });

  afterAll(() => engine.stop());

  test("deploy, word for word", async () => {
    expect(commands.map(([verb]) => verb)).toEqual(["stack", "config", "config", "preview", "up"]);
    await follow(engine, commands);
    const names = await namesIn(engine.sandbox.clients);
    expect(names).toContain("profile iot-quarantine-prod");
    expect(names).toContain(`topic arn:aws:sns:${region}:123456789012:iot-quarantine-prod-alerts`);
    expect(await liveProfile(engine.sandbox.clients, "iot-quarantine-prod")).toMatchObject({
      targets: ["registered-things"],
    });
  });

  test("tell who is in quarantine, and release a device", async () => {
    await enter(GROUP);
    expect(await play("See who is in quarantine")).toMatchObject([{ things: [thingName] }]);
    await play("Release a device");
    expect(await play("See who is in quarantine")).toMatchObject([{ things: [] }]);
  });

  test("take the stack down, which its protection had stopped", async () => {
    await enter(GROUP);
    const whole = await namesIn(engine.sandbox.clients);
    expect((await engine.run("destroy", { stack: "prod" })).text).toMatch(/protect/);
    expect(await namesIn(engine.sandbox.clients)).toEqual(whole);
    expect(await play("Take the stack down")).toMatchObject([{ things: [thingName] }]);
    expect(await namesIn(engine.sandbox.clients)).toEqual([]);
  });

  test("give the group another name, and have its members noted and put back", async () => {
    // SQS holds the names of deleted queues back for a minute.
    await engine.sandbox.sandbox.clock.advance(61_000);
    await follow(engine, [["config", "set", "protectQuarantineGroup", "true"]]);
    await engine.apply({ stack: "prod" });
    await enter(GROUP);
    expect(await play("Give the group another name")).toMatchObject([{ things: [thingName] }, {}]);
    const { iot } = engine.sandbox.clients;
    const { things } = await iot.send(new ListThingsInThingGroupCommand({ thingGroupName: "Fence" }));
    expect(things).toEqual([thingName]);
    expect((await engine.run("destroy", { stack: "prod" })).text).toMatch(/protect/);
  });
});

describe("the page on adoption", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await Engine.start();
    const { iot, sns } = engine.sandbox.clients;
    await iot.send(new CreateThingGroupCommand({ thingGroupName: "Held" }));
    await iot.send(new CreateThingCommand({ thingName: "held" }));
    await iot.send(new AddThingToThingGroupCommand({ thingName: "held", thingGroupName: "Held" }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "Alarms" }));
    const securityProfileName = "FleetProfile";
    await iot.send(
      new CreateSecurityProfileCommand({
        securityProfileName,
        behaviors: [
          {
            name: "MsgSentBehavior",
            metric: "aws:num-messages-sent",
            criteria: {
              comparisonOperator: "less-than",
              value: { count: 10 },
              durationSeconds: 300,
              consecutiveDatapointsToAlarm: 1,
              consecutiveDatapointsToClear: 1,
            },
          },
        ],
        alertTargets: { SNS: { alertTargetArn: TopicArn, roleArn: "arn:aws:iam::123456789012:role/old" } },
      }),
    );
    const securityProfileTargetArn = "arn:aws:iot:us-east-1:123456789012:all/things";
    await iot.send(new AttachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn }));
  });

  afterAll(() => engine.stop());

  test("adopts a profile, a group with its members and a topic, word for word, and replaces and frees nothing", async () => {
    const blocks = codeBlocks("docs/adopt.md");
    const [config, first, second, commands] = blocks;
    expect(blocks.map(({ language }) => language)).toEqual(["yaml", "json", "json", ""]);
    const write = (name: string, text = "") => writeFileSync(join(engine.project.folder, name), text);
    write("Pulumi.prod.yaml", config?.text);
    write("adopt-1.json", first?.text);
    write("adopt-2.json", second?.text);
    const all = pulumiCommands(commands ?? NONE);
    expect(all.map(([verb]) => verb)).toEqual(["stack", "import", "import", "preview", "up"]);
    await follow(engine, all.slice(0, 3));
    const { steps } = await engine.succeed("preview", { stack: "prod" });
    const adopted = steps.filter(({ name }) =>
      ["alert-topic-topic", "quarantine-group-group", "defender-profile-FleetProfile"].includes(name),
    );
    expect(adopted.map(({ op, name, diffs }) => [op, name, [...diffs].sort()])).toEqual(
      expect.arrayContaining([
        ["update", "alert-topic-topic", ["kmsMasterKeyId", "tags"]],
        ["update", "quarantine-group-group", ["properties", "tags"]],
        ["update", "defender-profile-FleetProfile", ["alertTargets", "tags"]],
      ]),
    );
    expect(steps.filter(({ op }) => /replace|delete/.test(op))).toEqual([]);

    await follow(engine, all.slice(4));
    expect(await liveProfile(engine.sandbox.clients, "FleetProfile")).toEqual({
      behaviors: ["MsgSentBehavior 10"],
      targets: ["things"],
      alertTarget: "arn:aws:sns:us-east-1:123456789012:Alarms",
    });
    const { things } = await engine.sandbox.clients.iot.send(
      new ListThingsInThingGroupCommand({ thingGroupName: "Held" }),
    );
    expect(things).toEqual(["held"]);
    expect((await engine.succeed("preview", { stack: "prod" })).steps).toEqual([]);
  });
});
