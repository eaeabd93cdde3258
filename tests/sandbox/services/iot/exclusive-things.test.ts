import {
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  DetachThingPrincipalCommand,
  IoTClient,
  ListPrincipalThingsCommand,
  ListPrincipalThingsV2Command,
  ListThingPrincipalsV2Command,
  type ThingPrincipalType,
} from "@aws-sdk/client-iot";
import { iotService } from "../../../../sandbox/services/iot/service";
import { IotStore } from "../../../../sandbox/services/iot/store";
import { type Served, serve } from "../../support/serve";

let served: Served;
let iot: IoTClient;
let principal: string;

beforeEach(async () => {
  served = await serve((env) => [iotService(new IotStore(env), { actions: {}, tagsOf: () => undefined })]);
  iot = new IoTClient(served.client);
  for (const thingName of ["dev-1", "dev-2"]) await iot.send(new CreateThingCommand({ thingName }));
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  principal = made.certificateArn ?? "";
});

afterEach(async () => {
  iot.destroy();
  await served.stop();
});

const attach = (thingName: string, thingPrincipalType?: ThingPrincipalType) =>
  iot.send(new AttachThingPrincipalCommand({ thingName, principal, thingPrincipalType }));
const things = async (thingPrincipalType?: ThingPrincipalType) =>
  (await iot.send(new ListPrincipalThingsV2Command({ principal, thingPrincipalType }))).principalThingObjects;
const refused = { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } };

describe("the kind of an attachment", () => {
  it("is told by both listings, is not exclusive unless asked for, and can be asked for", async () => {
    await attach("dev-1");
    await attach("dev-2", "NON_EXCLUSIVE_THING");
    expect(await things()).toEqual([
      { thingName: "dev-1", thingPrincipalType: "NON_EXCLUSIVE_THING" },
      { thingName: "dev-2", thingPrincipalType: "NON_EXCLUSIVE_THING" },
    ]);
    expect(await things("EXCLUSIVE_THING")).toEqual([]);
    const list = new ListThingPrincipalsV2Command({ thingName: "dev-1", maxResults: 250 });
    expect((await iot.send(list)).thingPrincipalObjects).toEqual([
      { principal, thingPrincipalType: "NON_EXCLUSIVE_THING" },
    ]);
    const other = { thingName: "dev-1", thingPrincipalType: "EXCLUSIVE_THING" } as const;
    expect((await iot.send(new ListThingPrincipalsV2Command(other))).thingPrincipalObjects).toEqual([]);
  });

  it("is one of two, and its thing and principal are there", async () => {
    await expect(attach("dev-1", "ONLY_THING" as ThingPrincipalType)).rejects.toMatchObject(refused);
    for (const command of [
      new ListThingPrincipalsV2Command({ thingName: "nobody" }),
      new ListPrincipalThingsV2Command({ principal: `${principal}0` }),
    ]) {
      await expect(iot.send(command as ListThingPrincipalsV2Command)).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
    }
  });
});

describe("an exclusive attachment", () => {
  it("is refused to a principal that has another thing", async () => {
    await attach("dev-1");
    await expect(attach("dev-2", "EXCLUSIVE_THING")).rejects.toMatchObject(refused);
    expect(await things()).toMatchObject([{ thingName: "dev-1" }]);
  });

  it.each(["EXCLUSIVE_THING", "NON_EXCLUSIVE_THING", undefined] as const)(
    "keeps every other thing from its principal: %s",
    async (kind) => {
      await attach("dev-1", "EXCLUSIVE_THING");
      await expect(attach("dev-2", kind)).rejects.toMatchObject(refused);
      expect(await things()).toEqual([{ thingName: "dev-1", thingPrincipalType: "EXCLUSIVE_THING" }]);
      await iot.send(new DetachThingPrincipalCommand({ thingName: "dev-1", principal }));
      await attach("dev-2", kind);
      expect((await iot.send(new ListPrincipalThingsCommand({ principal }))).things).toEqual(["dev-2"]);
    },
  );

  it("can be made of, and into, a plain one of the same thing", async () => {
    await attach("dev-1");
    await attach("dev-1", "EXCLUSIVE_THING");
    expect(await things("EXCLUSIVE_THING")).toMatchObject([{ thingName: "dev-1" }]);
    await attach("dev-1");
    await attach("dev-2");
    expect(await things("NON_EXCLUSIVE_THING")).toMatchObject([
      { thingName: "dev-1" },
      { thingName: "dev-2" },
    ]);
  });
});
