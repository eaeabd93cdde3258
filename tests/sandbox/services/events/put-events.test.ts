import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { eventsService } from "../../../../sandbox/services/events/service";
import { EventsStore } from "../../../../sandbox/services/events/store";
import { type Served, serve } from "../../support/serve";

let served: Served;
let store: EventsStore;
let client: EventBridgeClient;

beforeAll(async () => {
  served = await serve((env) => {
    store = new EventsStore(env);
    return [eventsService(store)];
  });
  client = new EventBridgeClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.stop();
});

const ENTRY = { Source: "mine", DetailType: "Done", Detail: '{"n":1}' };
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

test("an event is kept as a rule would see it", async () => {
  const answer = await put({ ...ENTRY, Time: new Date("2027-01-31T12:00:00.500Z"), Resources: ["r"] });
  expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: store.events[0]?.id }] });
  expect(store.events).toEqual([
    {
      ...{ version: "0", id: expect.any(String), source: "mine", "detail-type": "Done" },
      ...{ account: "123456789012", region: "us-east-1", time: "2027-01-31T12:00:00Z" },
      ...{ resources: ["r"], detail: { n: 1 } },
    },
  ]);
});

test("a wrong entry fails by itself, and the others of the call are taken", async () => {
  const before = store.events.length;
  const wrong = [
    { ...ENTRY, Source: undefined },
    { ...ENTRY, DetailType: "" },
    { ...ENTRY, Detail: undefined },
    { ...ENTRY, Detail: "[1]" },
    { ...ENTRY, Source: "aws.iot" },
    { ...ENTRY, EventBusName: "other" },
  ];
  const { FailedEntryCount, Entries = [] } = await put(...wrong, { ...ENTRY, EventBusName: "default" });
  expect(FailedEntryCount).toBe(6);
  expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
    ...["InvalidArgument", "InvalidArgument", "InvalidArgument", "MalformedDetail"],
    ...["NotAuthorizedForSourceException", "ResourceNotFoundException", undefined],
  ]);
  expect(store.events).toHaveLength(before + 1);
});

test("more than ten entries, none, and one of more than 256 KB are refused whole", async () => {
  const before = store.events.length;
  const name = "ValidationException";
  await expect(put(...Array.from({ length: 11 }, () => ENTRY))).rejects.toMatchObject({ name });
  await expect(put()).rejects.toMatchObject({ name });
  // Source and type count: 4 bytes each.
  const detailOf = (bytes: number) => ({ ...ENTRY, Detail: `{"a":"${"x".repeat(bytes - 16)}"}` });
  await expect(put(ENTRY, detailOf(262_145))).rejects.toMatchObject({ name });
  expect((await put(detailOf(262_144))).FailedEntryCount).toBe(0);
  expect(store.events).toHaveLength(before + 1);
});

test("the latest ten thousand are kept", async () => {
  for (let call = 0; call < 1001; call++) {
    for (let n = 0; n < 10; n++) store.add({ ...ENTRY, Detail: JSON.stringify({ call, n }) });
  }
  expect(store.events).toHaveLength(10_000);
  expect(store.events[0]?.detail).toEqual({ call: 1, n: 0 });
});
