import { createHash, X509Certificate } from "node:crypto";
import {
  AddThingToThingGroupCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DescribeThingCommand,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import { type Assumption, errorOf, verdictOf } from "../assumption";
import type { Bench } from "../bench";

async function thing(bench: Bench, role: string): Promise<string> {
  const thingName = bench.name(role);
  bench.removeLater(`thing ${thingName}`, () =>
    bench.clients.iot.send(new DeleteThingCommand({ thingName })),
  );
  await bench.clients.iot.send(new CreateThingCommand({ thingName }));
  return thingName;
}

/** Makes a static thing group. Others take it as a target. */
export async function thingGroup(bench: Bench, role: string): Promise<{ name: string; arn: string }> {
  const thingGroupName = bench.name(role);
  bench.removeLater(`thing group ${thingGroupName}`, () =>
    bench.clients.iot.send(new DeleteThingGroupCommand({ thingGroupName })),
  );
  const { thingGroupArn = "" } = await bench.clients.iot.send(
    new CreateThingGroupCommand({ thingGroupName, tags: bench.tags }),
  );
  return { name: thingGroupName, arn: thingGroupArn };
}

const add = ({ clients }: Bench, thingName: string, thingGroupName: string) =>
  clients.iot.send(
    new AddThingToThingGroupCommand({ thingName, thingGroupName, overrideDynamicGroups: true }),
  );

async function addTwice(bench: Bench): Promise<string> {
  const thingName = await thing(bench, "again");
  const { name } = await thingGroup(bench, "again");
  await add(bench, thingName, name);
  const verdict = await verdictOf(add(bench, thingName, name));
  const { thingGroups = [] } = await bench.clients.iot.send(
    new ListThingGroupsForThingCommand({ thingName }),
  );
  return `${verdict}, in ${thingGroups.length} group`;
}

async function addToEleventh(bench: Bench): Promise<string> {
  const thingName = await thing(bench, "full");
  for (let nth = 1; nth <= 10; nth += 1) {
    const { name } = await thingGroup(bench, `full-${nth}`);
    await add(bench, thingName, name);
  }
  const eleventh = await thingGroup(bench, "full-11");
  return verdictOf(add(bench, thingName, eleventh.name));
}

async function addMissing(bench: Bench): Promise<string> {
  const thingName = await thing(bench, "present");
  const { name } = await thingGroup(bench, "present");
  const errors = [
    await errorOf(add(bench, bench.name("no-such-thing"), name)),
    await errorOf(add(bench, thingName, bench.name("no-such-group"))),
  ];
  const [forThing, forGroup] = errors.map((error) => `${error?.name}: ${error?.message}`);
  return forThing === forGroup ? `both ${forThing}` : `${forThing} / ${forGroup}`;
}

async function createGroupWithOtherTags(bench: Bench): Promise<string> {
  const { name } = await thingGroup(bench, "tagged");
  const tags = [...bench.tags, { Key: "other", Value: "tag" }];
  return verdictOf(bench.clients.iot.send(new CreateThingGroupCommand({ thingGroupName: name, tags })));
}

async function deleteGroupWithThing(bench: Bench): Promise<string> {
  const thingName = await thing(bench, "member");
  const { name } = await thingGroup(bench, "holder");
  await add(bench, thingName, name);
  const verdict = await verdictOf(
    bench.clients.iot.send(new DeleteThingGroupCommand({ thingGroupName: name })),
  );
  const stays = await verdictOf(bench.clients.iot.send(new DescribeThingCommand({ thingName })));
  return `${verdict}, the thing ${stays === "accepted" ? "stays" : "is gone"}`;
}

async function compareFingerprint(bench: Bench): Promise<string> {
  const { iot } = bench.clients;
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: false }));
  const { certificateId = "", certificatePem = "" } = made;
  // Its name is AWS's to choose, so it can be noted only now.
  bench.removeLater(`certificate ${certificateId}`, () =>
    iot.send(new DeleteCertificateCommand({ certificateId })),
  );
  const der = new X509Certificate(certificatePem).raw;
  return createHash("sha256").update(der).digest("hex") === certificateId ? "the same" : "another";
}

/** Of things, groups and certificates. */
export const REGISTRY: readonly Assumption[] = [
  {
    name: "a thing that is added to a group again",
    fact: "Adding a thing to a group again changes nothing",
    expected: "accepted, in 1 group",
    attempt: addTwice,
  },
  {
    name: "a thing's eleventh static group",
    fact: "InvalidRequest at the group call",
    expected: "refused: InvalidRequestException",
    attempt: addToEleventh,
  },
  {
    name: "a thing, and a group, that is not there, at the group call",
    fact: "ResourceNotFound at the group call",
    expected: "both ResourceNotFoundException: The specified resource does not exist",
    attempt: addMissing,
  },
  {
    name: "a group that is created again with other tags",
    fact: "A group's tags are no part of what must be equal",
    expected: "accepted",
    attempt: createGroupWithOtherTags,
  },
  {
    name: "a group that is deleted with a thing in it",
    fact: "A group with child groups cannot be deleted",
    expected: "accepted, the thing stays",
    attempt: deleteGroupWithThing,
  },
  {
    name: "a certificate's id and the SHA-256 of its DER form",
    fact: "A certificate's id is the SHA-256 fingerprint of its DER form",
    expected: "the same",
    attempt: compareFingerprint,
  },
];
