import program = require("../../index");

import { UNKNOWN } from "../../sandbox/deploy/property-values";
import { record } from "../infra/recorder";
import { devConfig } from "../infra/stack-files";
import { PackProcess } from "./pack-process";

let pack: PackProcess;

beforeAll(async () => {
  pack = await PackProcess.start();
}, 60_000);

afterAll(async () => {
  await pack.stop();
});

const PROFILE = "aws-native:iot:SecurityProfile";

test("what a preview cannot know is named, and what it knows is judged all the same", async () => {
  const verdicts = await pack.verdicts(PROFILE, "watch", {
    alertTargets: { SNS: { alertTargetArn: UNKNOWN, roleArn: "nobody" } },
  });
  expect(verdicts).toEqual([
    {
      policy: "security-profile-alerts",
      level: "mandatory",
      message: expect.stringContaining("roleArn"),
    },
    {
      policy: "security-profile-alerts",
      level: "advisory",
      message: expect.stringContaining("alertTargets.SNS.alertTargetArn can't be known during preview"),
    },
  ]);
  expect(await pack.verdicts(PROFILE, "watch", { alertTargets: UNKNOWN })).toEqual([
    expect.objectContaining({
      level: "advisory",
      message: expect.stringContaining(".alertTargets can't be known"),
    }),
  ]);
});

test.each([
  ["once deployed", false],
  ["in a first preview", true],
])("our own program, %s, has nothing to report", async (_title, preview) => {
  const { registrations } = await record(() => program(), { config: devConfig(), preview });
  expect(registrations.map(({ type }) => type)).toContain(PROFILE);
  for (const { type, name, inputs } of registrations) {
    expect([name, await pack.verdicts(type, name, inputs)]).toEqual([name, []]);
  }
});
