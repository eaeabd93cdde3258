import {
  AttachSecurityProfileCommand,
  CreateSecurityProfileCommand,
  DetachSecurityProfileCommand,
  ListSecurityProfilesForTargetCommand,
  ListTargetsForSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { ALL_THINGS, type Detect, groupTarget, startDetect } from "./support";

let detect: Detect;
beforeAll(async () => {
  detect = await startDetect();
  detect.registry.groups.set("Fleet:A", { members: new Set() });
  detect.registry.groups.set("Child", { parent: "Fleet:A", members: new Set() });
});
afterAll(() => detect.stop());
beforeEach(async () => {
  detect.store.profiles.clear();
  for (const name of ["p1", "p2", "p3", "p4", "p5", "p6"]) {
    await detect.iot.send(new CreateSecurityProfileCommand({ securityProfileName: name }));
  }
});

const attach = (securityProfileName: string, securityProfileTargetArn: string) =>
  detect.iot.send(new AttachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn }));
const detach = (securityProfileName: string, securityProfileTargetArn: string) =>
  detect.iot.send(new DetachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn }));
const targetsOf = async (
  securityProfileName: string,
  page: { maxResults?: number; nextToken?: string } = {},
) => {
  const command = new ListTargetsForSecurityProfileCommand({ securityProfileName, ...page });
  const { securityProfileTargets = [], nextToken } = await detect.iot.send(command);
  return { arns: securityProfileTargets.map(({ arn }) => arn), nextToken };
};
const profilesOf = async (securityProfileTargetArn: string, recursive?: boolean) => {
  const command = new ListSecurityProfilesForTargetCommand({ securityProfileTargetArn, recursive });
  return (await detect.iot.send(command)).securityProfileTargetMappings ?? [];
};

it("attaches a profile once to each target, and lists them page by page", async () => {
  for (const target of [ALL_THINGS, groupTarget("Fleet:A"), ALL_THINGS]) await attach("p1", target);
  expect((await targetsOf("p1")).arns).toEqual([ALL_THINGS, groupTarget("Fleet:A")]);

  const first = await targetsOf("p1", { maxResults: 1 });
  expect(first.arns).toEqual([ALL_THINGS]);
  const token = first.nextToken ?? "";
  expect(await targetsOf("p1", { nextToken: token })).toEqual({
    arns: [groupTarget("Fleet:A")],
    nextToken: undefined,
  });
});

it("detaches, and takes a target that is not attached for done", async () => {
  await attach("p1", ALL_THINGS);
  await detach("p1", ALL_THINGS);
  await detach("p1", ALL_THINGS);
  expect((await targetsOf("p1")).arns).toEqual([]);
});

it("detaches from a group that does not exist any more", async () => {
  detect.registry.groups.set("Gone", { members: new Set() });
  await attach("p1", groupTarget("Gone"));
  detect.registry.groups.delete("Gone");
  await detach("p1", groupTarget("Gone"));
  expect((await targetsOf("p1")).arns).toEqual([]);
});

it("attaches five profiles to a target and refuses the sixth", async () => {
  for (const name of ["p1", "p2", "p3", "p4", "p5"]) await attach(name, ALL_THINGS);
  await attach("p5", ALL_THINGS);
  await expect(attach("p6", ALL_THINGS)).rejects.toMatchObject({
    name: "LimitExceededException",
    $metadata: { httpStatusCode: 410 },
  });
  await attach("p6", groupTarget("Child"));
});

it.each([
  "arn:aws:iot:us-east-1:123456789012:thing/a",
  "arn:aws:iot:us-east-1:123456789012:all/nonsense",
  "arn:aws:iot:eu-west-1:123456789012:all/things",
  "arn:aws:iot:us-east-1:999999999999:all/things",
  "all/things",
])("refuses the target %s", async (target) => {
  const refusal = { name: "InvalidRequestException", message: `Invalid security profile target ${target}` };
  await expect(attach("p1", target)).rejects.toMatchObject(refusal);
  await expect(detach("p1", target)).rejects.toMatchObject(refusal);
  await expect(profilesOf(target)).rejects.toMatchObject(refusal);
});

it("refuses a group or a profile that does not exist", async () => {
  const refusal = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
  await expect(attach("p1", groupTarget("Nobody"))).rejects.toMatchObject(refusal);
  await expect(profilesOf(groupTarget("Nobody"))).rejects.toMatchObject(refusal);
  await expect(attach("nobody", ALL_THINGS)).rejects.toMatchObject(refusal);
  await expect(detach("nobody", ALL_THINGS)).rejects.toMatchObject(refusal);
  await expect(targetsOf("nobody")).rejects.toMatchObject(refusal);
});

it("lists the profiles of a target, with those of its child groups when asked to", async () => {
  await attach("p1", groupTarget("Fleet:A"));
  await attach("p2", groupTarget("Child"));
  const mapping = (name: string, group: string) => ({
    securityProfileIdentifier: { name, arn: `arn:aws:iot:us-east-1:123456789012:securityprofile/${name}` },
    target: { arn: groupTarget(group) },
  });
  expect(await profilesOf(groupTarget("Fleet:A"))).toEqual([mapping("p1", "Fleet:A")]);
  expect(await profilesOf(groupTarget("Fleet:A"), true)).toEqual([
    mapping("p1", "Fleet:A"),
    mapping("p2", "Child"),
  ]);
  expect(await profilesOf(ALL_THINGS, true)).toEqual([]);
});
