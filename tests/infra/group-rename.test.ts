import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
} from "@aws-sdk/client-iot";
import * as pulumi from "@pulumi/pulumi";
import type { HookAccess } from "../../infra/aws-session";
import { tellOfRename } from "../../infra/group-rename";
import { type EmptySandbox, startEmptySandbox } from "../sandbox/support/empty-sandbox";
import { SCOPE } from "./recorder";

const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-profile-"));
const environment = { ...process.env };

let sandbox: EmptySandbox;
let warn: jest.SpyInstance;

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  const credentials = join(folder, "credentials");
  writeFileSync(credentials, "[fleet]\naws_access_key_id = test\naws_secret_access_key = test\n");
  // None but what is named here is asked for credentials.
  const others = Object.entries(environment).filter(([name]) => !/^AWS_(?!SDK_)/.test(name));
  process.env = Object.assign(Object.fromEntries(others), {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_CONFIG_FILE: join(folder, "none"),
    AWS_EC2_METADATA_DISABLED: "true",
  });
  const { iot } = sandbox.clients;
  await iot.send(new CreateThingGroupCommand({ thingGroupName: "Empty" }));
  await iot.send(new CreateThingGroupCommand({ thingGroupName: "Held" }));
  for (const thingName of ["dev-1", "dev-2"]) {
    await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: "Held" }));
  }
});

afterAll(async () => {
  process.env = environment;
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
});
afterEach(() => jest.restoreAllMocks());

interface Update {
  readonly from?: string;
  readonly to?: string;
  readonly protect?: boolean;
  readonly preview?: boolean;
}

/** Tells of an update; answers what was told. */
async function told({ from, to = "Fence", protect = false, preview = false }: Update, args?: HookAccess) {
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(preview);
  const oldInputs = from === undefined ? {} : { groupName: from, protect };
  await tellOfRename(
    { oldInputs, newInputs: { groupName: to, protect } },
    args ?? { scope: SCOPE, credentials: {} },
  );
  return warn.mock.calls.map(([message]) => message as string);
}

test.each([
  ["an update of the group under the name that it has", { from: "Held", to: "Held" }],
  ["a preview of one", { from: "Held", to: "Held", preview: true }],
  ["a group that was adopted, of which the state knows no earlier name", {}],
])("nothing is told of %s", async (_what, update: Update) => {
  expect(await told(update)).toEqual([]);
});

test("an update tells who will be free, and how to hold them again", async () => {
  expect(await told({ from: "Held" })).toEqual([
    expect.stringMatching(
      /^2 in the quarantine group Held, which Fence replaces: dev-1, dev-2\. .*--thing-group-name Fence /,
    ),
  ]);
});

test("an update tells of more devices than AWS lists in one page", async () => {
  const { iot } = sandbox.clients;
  const many = Array.from({ length: 251 }, (_, index) => `many-${index}`);
  await iot.send(new CreateThingGroupCommand({ thingGroupName: "Many" }));
  await Promise.all(
    many.map(async (thingName) => {
      await iot.send(new CreateThingCommand({ thingName }));
      await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: "Many" }));
    }),
  );
  const [message = ""] = await told({ from: "Many" });
  const [, names = ""] = /^251 in .* replaces: ([^.]*)\./.exec(message) ?? [];
  expect(names.split(", ").sort()).toEqual(many.sort());
});

test.each([
  ["an empty group", "Empty"],
  ["a group that somebody has deleted", "Gone"],
])("an update tells that nobody was in %s", async (_what, from) => {
  const info = jest.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
  expect(await told({ from })).toEqual([]);
  expect(info.mock.calls).toEqual([[`Nobody is in the quarantine group ${from}, which Fence replaces.`]]);
});

test("a preview tells of the change and how to see the devices, not who they are", async () => {
  const [message] = await told({ from: "Held", preview: true });
  expect(message).toMatch(
    /^The quarantine group Held becomes Fence, .*`aws iot .*--thing-group-name Held` does\.$/,
  );
  expect(message).not.toContain("dev-1");
});

test("a preview tells of a protected group that Pulumi refuses, and where the steps are", async () => {
  const [message] = await told({ from: "Held", protect: true, preview: true });
  expect(message).toMatch(/protected, so Pulumi refuses; docs\/operate\.md, "Give the group another name"/);
});

test("an update with credentials of another account fails, with what to do", async () => {
  const elsewhere = { scope: { ...SCOPE, account: "999999999999" }, credentials: {} };
  await expect(told({ from: "Held" }, elsewhere)).rejects.toThrow(
    /^The quarantine group Held stays, .*credentials of account 999999999999 .*are of account 123456789012$/,
  );
  expect(warn).not.toHaveBeenCalled();
});

test("credentials come from the named profile of the provider's config, where it has one", async () => {
  const [key, secret] = [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY];
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  try {
    await expect(told({ from: "Held" })).rejects.toThrow(
      /^The quarantine group Held stays, .*Could not load credentials/,
    );
    const args = { scope: SCOPE, credentials: { profile: "fleet" } };
    expect(await told({ from: "Held" }, args)).toEqual([expect.stringContaining("dev-1, dev-2")]);
  } finally {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret });
  }
});
