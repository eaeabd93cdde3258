import { join } from "node:path";
import { PackError, PackProcess } from "../../../../tools/policy-check/pack/pack-process";
import { resourceOf } from "../deployed";

const pack = (name: string) => join(__dirname, "..", "fixtures", "packs", name);

test.each([
  ["there is none", "nowhere", /There is no policy pack in .*nowhere: it has no PulumiPolicy\.yaml/],
  ["it throws while it loads", "broken", /could not be loaded: .*half a pack/s],
  ["it prints while it loads", "printing", /printed "hello" where its port is read/],
])("a pack does not start when %s", async (_title, name, message) => {
  const starting = PackProcess.start({ folder: pack(name) });
  await expect(starting).rejects.toThrow(PackError);
  await expect(starting).rejects.toThrow(message);
});

test.each([
  ["before", true],
  ["while", false],
])("a pack that is aborted %s it starts does not stay, even if it never serves", async (_when, before) => {
  const aborting = new AbortController();
  if (before) aborting.abort();
  const starting = PackProcess.start({ folder: pack("silent"), signal: aborting.signal });
  aborting.abort();
  await expect(starting).rejects.toThrow(PackError);
});

test("a policy's own fault is told with its name", async () => {
  const process = await PackProcess.start({ folder: pack("throwing") });
  try {
    const judging = process.analyze({ resource: resourceOf({}) });
    await expect(judging).rejects.toThrow(PackError);
    await expect(judging).rejects.toThrow(
      /policy 'throws' from policy pack 'throwing@v1\.2\.3'.*a fault of/s,
    );
  } finally {
    await process.stop();
  }
});

test("a pack says what it is, is configured, and judges by that", async () => {
  const process = await PackProcess.start({ folder: pack("judges") });
  try {
    const info = await process.info();
    expect(info).toMatchObject({ name: "judges", version: "1.2.3", config: {} });
    expect(info.policies[0]).toEqual({
      name: "topic-has-key",
      displayName: "Topics are encrypted",
      description: "A topic must have a key.",
      level: "mandatory",
      severity: "high",
      remediation: "Set kmsMasterKeyId.",
      url: "",
      tags: [],
      schema: { properties: {}, required: [] },
    });
    expect(info.policies[1]?.schema.properties).toEqual({
      start: { type: "string", minLength: 1, default: "alarms-" },
    });
    await process.configure({
      "topic-has-key": { level: "disabled", properties: {} },
      "topic-name-starts": { level: "mandatory", properties: { start: "x-" } },
    });
    expect(await process.analyze({ resource: resourceOf({ inputs: { name: "y" } }) })).toEqual([
      {
        policy: "topic-name-starts",
        level: "mandatory",
        message: "A topic's name must start as configured.\nStart the name with x-.",
        urn: "",
      },
    ]);
  } finally {
    await process.stop();
  }
});
