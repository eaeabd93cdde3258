import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  IoTClient,
  ListTagsForResourceCommand,
  ListThingGroupsCommand,
  type ListThingGroupsCommandInput,
  ListThingGroupsForThingCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
  RemoveThingFromThingGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateThingCommand,
  UpdateThingGroupCommand,
  UpdateThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import { iotService } from "../../../../sandbox/services/iot/service";
import { IotStore } from "../../../../sandbox/services/iot/store";
import { type Served, serve } from "../../support/serve";

let served: Served;
let iot: IoTClient;

beforeEach(async () => {
  served = await serve((env) => [iotService(new IotStore(env), { actions: {}, tagsOf: () => undefined })]);
  iot = new IoTClient(served.client);
});

afterEach(async () => {
  iot.destroy();
  await served.stop();
});

const thing = (thingName: string, attributes?: Record<string, string>) =>
  iot.send(new CreateThingCommand({ thingName, ...(attributes && { attributePayload: { attributes } }) }));
const group = (thingGroupName: string, parentGroupName?: string) =>
  iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName }));
const add = (thingName: string, thingGroupName: string) =>
  iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
const groupsOf = async (thingName: string) =>
  (await iot.send(new ListThingGroupsForThingCommand({ thingName }))).thingGroups?.map(
    ({ groupName }) => groupName,
  );

describe("things", () => {
  it("are created once, whatever the number of equal requests", async () => {
    const first = await thing("dev-1", { site: "a" });
    const second = await thing("dev-1", { site: "a" });
    expect(second.thingId).toBe(first.thingId);
    expect(first.thingArn).toBe("arn:aws:iot:us-east-1:123456789012:thing/dev-1");
  });

  it("refuse another configuration under the same name, with the id and ARN of what is there", async () => {
    const { thingArn } = await thing("dev-1", { site: "a" });
    await expect(thing("dev-1", { site: "b" })).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      $metadata: { httpStatusCode: 409 },
      resourceArn: thingArn,
    });
  });

  it.each(["a b", "", "ü", "x".repeat(129), "a/b"])("cannot be called %j", async (thingName) => {
    await expect(thing(thingName || "%20")).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("keep names with a colon apart from the path that carries them", async () => {
    await thing("dev:1_a-B");
    await expect(iot.send(new DescribeThingCommand({ thingName: "dev:1_a-B" }))).resolves.toMatchObject({
      thingName: "dev:1_a-B",
      defaultClientId: "dev:1_a-B",
      version: 1,
    });
  });

  it("merge attributes, drop emptied ones and count versions", async () => {
    await thing("dev-1", { site: "a", floor: "1" });
    await iot.send(
      new UpdateThingCommand({
        thingName: "dev-1",
        attributePayload: { attributes: { floor: "", rack: "7" }, merge: true },
        expectedVersion: 1,
      }),
    );
    await expect(iot.send(new DescribeThingCommand({ thingName: "dev-1" }))).resolves.toMatchObject({
      attributes: { site: "a", rack: "7" },
      version: 2,
    });
    await expect(
      iot.send(new UpdateThingCommand({ thingName: "dev-1", thingTypeName: "cam", expectedVersion: 1 })),
    ).rejects.toMatchObject({ name: "VersionConflictException", $metadata: { httpStatusCode: 409 } });
  });

  it("have no type, as there are none: naming one is refused", async () => {
    const typed = new CreateThingCommand({ thingName: "dev-1", thingTypeName: "cam" });
    await expect(iot.send(typed)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await thing("dev-1");
    await expect(
      iot.send(new UpdateThingCommand({ thingName: "dev-1", thingTypeName: "cam" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await iot.send(new ListThingsCommand({ thingTypeName: "cam" }))).things).toEqual([]);
  });

  it("refuse attributes that AWS refuses", async () => {
    await expect(thing("dev-1", { "a b": "1" })).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(thing("dev-1", { a: "ü" })).rejects.toMatchObject({ name: "InvalidRequestException" });
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, "1"]));
    await expect(thing("dev-1", many)).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("have at most three attributes, as only a type allows more, and those that are emptied do not count", async () => {
    const three = { a: "1", b: "1", c: "1" };
    const refused = { name: "InvalidRequestException", message: expect.stringContaining("3 attributes") };
    await expect(thing("dev-1", { ...three, d: "1" })).rejects.toMatchObject(refused);
    await thing("dev-1", three);
    const merged = (attributes: Record<string, string>) =>
      iot.send(new UpdateThingCommand({ thingName: "dev-1", attributePayload: { attributes, merge: true } }));
    await expect(merged({ d: "1" })).rejects.toMatchObject(refused);
    await merged({ a: "", d: "1" });
    const { attributes } = await iot.send(new DescribeThingCommand({ thingName: "dev-1" }));
    expect(attributes).toEqual({ b: "1", c: "1", d: "1" });
  });

  it("are not listed by type and attribute at once", async () => {
    const both = new ListThingsCommand({ thingTypeName: "cam", attributeName: "a", attributeValue: "1" });
    await expect(iot.send(both)).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "Listing things by the combination of attribute and thing type is not supported",
    });
  });

  it("are listed in pages, filtered by attribute, and deleted without complaint when absent", async () => {
    for (let index = 0; index < 5; index++) await thing(`dev-${index}`, { odd: String(index % 2) });
    const first = await iot.send(new ListThingsCommand({ maxResults: 3 }));
    const second = await iot.send(new ListThingsCommand({ maxResults: 3, nextToken: first.nextToken }));
    expect([...(first.things ?? []), ...(second.things ?? [])].map(({ thingName }) => thingName)).toEqual([
      "dev-0",
      "dev-1",
      "dev-2",
      "dev-3",
      "dev-4",
    ]);
    expect(second.nextToken).toBeUndefined();
    const odd = await iot.send(new ListThingsCommand({ attributeName: "odd", attributeValue: "1" }));
    expect(odd.things).toHaveLength(2);
    expect((await iot.send(new ListThingsCommand({ attributeName: "odd" }))).things).toHaveLength(5);
    expect((await iot.send(new ListThingsCommand({ attributeName: "even" }))).things).toEqual([]);
    await expect(iot.send(new ListThingsCommand({ maxResults: 251 }))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining("Value '251' at 'maxResults'"),
    });
    await expect(iot.send(new ListThingsCommand({ nextToken: "bogus" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await iot.send(new DeleteThingCommand({ thingName: "dev-0" }));
    await iot.send(new DeleteThingCommand({ thingName: "dev-0" }));
    await expect(iot.send(new DescribeThingCommand({ thingName: "dev-0" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("thing groups", () => {
  it("have no attributes and no description where nobody gave any", async () => {
    const properties = async () =>
      (await iot.send(new DescribeThingGroupCommand({ thingGroupName: "a" }))).thingGroupProperties;
    await group("a");
    expect(await properties()).toEqual({});
    const update = (attributes: Record<string, string>) =>
      iot.send(
        new UpdateThingGroupCommand({
          thingGroupName: "a",
          thingGroupProperties: { attributePayload: { attributes } },
        }),
      );
    await update({ k: "v" });
    expect(await properties()).toEqual({ attributePayload: { attributes: { k: "v" } } });
    await update({});
    expect(await properties()).toEqual({});
  });

  it("describe themselves with their ancestors from the root down", async () => {
    await group("root");
    await group("middle", "root");
    await group("leaf", "middle");
    const described = await iot.send(new DescribeThingGroupCommand({ thingGroupName: "leaf" }));
    expect(described.thingGroupMetadata?.parentGroupName).toBe("middle");
    expect(described.thingGroupMetadata?.rootToParentThingGroups?.map(({ groupName }) => groupName)).toEqual([
      "root",
      "middle",
    ]);
    expect(described.thingGroupMetadata?.creationDate).toEqual(served.environment.clock.date());
  });

  it("are at most seven deep and need their parent", async () => {
    await group("g1");
    for (let depth = 2; depth <= 7; depth++) await group(`g${depth}`, `g${depth - 1}`);
    await expect(group("g8", "g7")).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(group("orphan", "nobody")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("are equal or refused under the same name", async () => {
    await group("a");
    await expect(group("a")).resolves.toMatchObject({ thingGroupName: "a" });
    await group("b");
    await expect(group("a", "b")).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      message: "Thing Group a already exists in current account with different properties",
    });
  });

  it("are updated by version and listed by parent", async () => {
    await group("a");
    await group("b", "a");
    await group("c", "b");
    await expect(
      iot.send(
        new UpdateThingGroupCommand({
          thingGroupName: "a",
          expectedVersion: 1,
          thingGroupProperties: {
            thingGroupDescription: "all",
            attributePayload: { attributes: { k: "v" } },
          },
        }),
      ),
    ).resolves.toMatchObject({ version: 2 });
    const named = async (input: ListThingGroupsCommandInput) =>
      (await iot.send(new ListThingGroupsCommand(input))).thingGroups?.map(({ groupName }) => groupName);
    expect(await named({})).toEqual(["a", "b", "c"]);
    expect(await named({ parentGroup: "a" })).toEqual(["b"]);
    expect(await named({ parentGroup: "a", recursive: true })).toEqual(["b", "c"]);
    expect(await named({ namePrefixFilter: "c" })).toEqual(["c"]);
  });

  it("free their members when they are deleted, but not while they have children", async () => {
    await group("a");
    await group("b", "a");
    await thing("dev-1");
    await add("dev-1", "b");
    await expect(iot.send(new DeleteThingGroupCommand({ thingGroupName: "a" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await iot.send(new DeleteThingGroupCommand({ thingGroupName: "b" }));
    expect(await groupsOf("dev-1")).toEqual([]);
    await iot.send(new DeleteThingGroupCommand({ thingGroupName: "b" }));
  });
});

describe("membership", () => {
  it("is idempotent and answers in the shape of the workshop", async () => {
    await thing("dev-XBHY");
    await group("Quarantine");
    await add("dev-XBHY", "Quarantine");
    await add("dev-XBHY", "Quarantine");
    const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: "dev-XBHY" }));
    expect(thingGroups).toEqual([
      { groupName: "Quarantine", groupArn: "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine" },
    ]);
    await iot.send(
      new RemoveThingFromThingGroupCommand({ thingName: "dev-XBHY", thingGroupName: "Quarantine" }),
    );
    expect(await groupsOf("dev-XBHY")).toEqual([]);
  });

  it("refuses two groups of one hierarchy, and an eleventh group", async () => {
    await thing("dev-1");
    await group("root");
    await group("child", "root");
    await add("dev-1", "root");
    await expect(add("dev-1", "child")).rejects.toMatchObject({ name: "InvalidRequestException" });
    for (let index = 1; index < 10; index++) {
      await group(`g${index}`);
      await add("dev-1", `g${index}`);
    }
    await group("eleventh");
    await expect(add("dev-1", "eleventh")).rejects.toMatchObject({ name: "InvalidRequestException" });
    // The override makes room among dynamic groups; there are none.
    for (const thingGroupName of ["eleventh", "child"]) {
      const input = { thingName: "dev-1", thingGroupName, overrideDynamicGroups: true };
      await expect(iot.send(new AddThingToThingGroupCommand(input))).rejects.toMatchObject({
        name: "InvalidRequestException",
      });
    }
    expect(await groupsOf("dev-1")).toHaveLength(10);
  });

  it("changes by UpdateThingGroupsForThing as a whole or not at all", async () => {
    await thing("dev-1");
    for (const name of ["a", "b", "c"]) await group(name);
    await group("below", "b");
    await add("dev-1", "a");
    const update = (thingGroupsToAdd: string[], thingGroupsToRemove: string[] = []) =>
      iot.send(
        new UpdateThingGroupsForThingCommand({ thingName: "dev-1", thingGroupsToAdd, thingGroupsToRemove }),
      );
    await expect(update(["b", "below"], ["a"])).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(update(["b", "nobody"], ["a"])).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(await groupsOf("dev-1")).toEqual(["a"]);
    await update(["b", "c"], ["a"]);
    expect(await groupsOf("dev-1")).toEqual(["b", "c"]);
  });

  it("fails for a thing or a group that does not exist, in words that do not tell which, and without a name", async () => {
    await group("a");
    await thing("dev-1");
    const message = "The specified resource does not exist";
    const notFound = { name: "ResourceNotFoundException", message };
    await expect(add("nobody", "a")).rejects.toMatchObject(notFound);
    await expect(add("dev-1", "b")).rejects.toMatchObject(notFound);
    const remove = (thingName: string, thingGroupName: string) =>
      iot.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName }));
    await expect(remove("nobody", "a")).rejects.toMatchObject(notFound);
    await expect(remove("dev-1", "b")).rejects.toMatchObject(notFound);
    for (const [thingName, name] of [
      ["nobody", "a"],
      ["dev-1", "b"],
    ] as const) {
      const update = new UpdateThingGroupsForThingCommand({ thingName, thingGroupsToAdd: [name] });
      await expect(iot.send(update)).rejects.toMatchObject(notFound);
    }
    await expect(iot.send(new AddThingToThingGroupCommand({ thingGroupName: "a" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });

  it("is listed by group, with the groups below on request", async () => {
    await group("a");
    await group("b", "a");
    await thing("dev-1");
    await thing("dev-2");
    await add("dev-1", "a");
    await add("dev-2", "b");
    const members = async (recursive: boolean) =>
      (await iot.send(new ListThingsInThingGroupCommand({ thingGroupName: "a", recursive }))).things;
    expect(await members(false)).toEqual(["dev-1"]);
    expect(await members(true)).toEqual(["dev-1", "dev-2"]);
  });
});

it("tags groups and refuses an ARN that it does not know", async () => {
  const { thingGroupArn: resourceArn = "" } = await iot.send(
    new CreateThingGroupCommand({ thingGroupName: "a", tags: [{ Key: "k", Value: "v" }] }),
  );
  await iot.send(new TagResourceCommand({ resourceArn, tags: [{ Key: "l", Value: "w" }] }));
  await iot.send(new UntagResourceCommand({ resourceArn, tagKeys: ["k"] }));
  const { tags } = await iot.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([{ Key: "l", Value: "w" }]);
  await expect(
    iot.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` })),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("answers its own host for every data endpoint", async () => {
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  expect(`http://${endpointAddress}`).toBe(served.endpoint);
  await expect(iot.send(new DescribeEndpointCommand({ endpointType: "iot:Nope" }))).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
});
