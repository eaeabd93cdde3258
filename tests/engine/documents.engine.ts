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
import { codeBlocks, pulumiCommands } from "./support/document";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";

/** Runs the commands of a page as they stand there; each must succeed. */
async function follow(engine: Engine, commands: readonly string[][]): Promise<void> {
  for (const [verb = "", ...args] of commands) {
    // A person would be asked; what they are asked is not in the page.
    const yes = ["up", "import", "destroy"].includes(verb) ? ["--yes"] : [];
    const { code, text } = await engine.pulumi([verb, ...args, ...yes]);
    if (code !== 0) throw new Error(`pulumi ${verb} ${args.join(" ")}:\n${text}`);
  }
}

test("the README's way to deploy works word for word", async () => {
  const [block] = codeBlocks("README.md", "Deploy to an AWS account");
  const commands = pulumiCommands(block ?? { language: "", text: "" });
  expect(commands.map(([verb]) => verb)).toEqual(["stack", "config", "preview", "up"]);
  const region = commands[1]?.at(-1) ?? "";
  const engine = await Engine.start({ region });
  try {
    await follow(engine, commands);
    const names = await namesIn(engine.sandbox.clients);
    expect(names).toContain("profile iot-quarantine-prod");
    expect(names).toContain(`topic arn:aws:sns:${region}:123456789012:iot-quarantine-prod-alerts`);
    expect(await liveProfile(engine.sandbox.clients, "iot-quarantine-prod")).toMatchObject({
      targets: ["registered-things"],
    });
  } finally {
    await engine.stop();
  }
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
    const all = pulumiCommands(commands ?? { language: "", text: "" });
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
