import { type ParsedRecord, parseEvent } from "../../../lib/quarantine/parse";
import captured from "../../fixtures/events/captured-dev-izwb.json";
import clearedAndInvalidated from "../../fixtures/events/synthetic-cleared-and-invalidated.json";

const ALARM = {
  violationEventTime: 1_700_000_100_000,
  thingName: "dev-1",
  behavior: { name: "Sent" },
  violationEventType: "in-alarm",
  violationId: "0123456789abcdef",
  securityProfileName: "Profile",
};

const eventOf = (...messages: readonly unknown[]) => ({
  Records: messages.map((message) => ({ Sns: { Message: message } })),
});
const eventWith = (changes: object) => eventOf(JSON.stringify({ ...ALARM, ...changes }));

function onlyOne(records: readonly ParsedRecord[]): ParsedRecord {
  expect(records).toHaveLength(1);
  const [record] = records;
  if (record === undefined) throw new Error("no record");
  return record;
}

test("the captured event of Device Defender is read whole", () => {
  expect(parseEvent(captured)).toEqual([
    {
      kind: "alarm",
      alarm: {
        violationEventTime: 1_573_786_800_000,
        thingName: "dev-IZWB",
        violationEventType: "in-alarm",
        violationId: "37e18651d207bbc74236c13faf146127",
        value: '{"count":54}',
        securityProfileName: "MySecProfile",
        behaviorName: "MessagesPub",
      },
    },
  ]);
});

test("cleared and invalidated alarms are read, also without a measured value", () => {
  const types = parseEvent(clearedAndInvalidated).map((record) =>
    record.kind === "alarm" ? record.alarm.violationEventType : record.path,
  );
  expect(types).toEqual(["alarm-cleared", "alarm-invalidated"]);
});

test("fields that AWS may add are let through", () => {
  const added = { suppressAlerts: false, verificationState: "UNKNOWN", somethingNew: [{}] };
  expect(onlyOne(parseEvent(eventWith(added))).kind).toBe("alarm");
});

describe("a queue's messages", () => {
  const alarm = JSON.stringify(ALARM);
  const messageOf = (body: unknown, messageId = "m-1") => ({
    messageId,
    body,
    eventSource: "aws:sqs",
    attributes: {},
  });
  const notification = (Message: unknown) =>
    JSON.stringify({ Type: "Notification", TopicArn: "arn", Message });

  test("hold SNS's notification or, by raw delivery, the alarm itself", () => {
    const records = parseEvent({
      Records: [messageOf(notification(alarm)), messageOf(alarm, "m-2"), ...eventOf(alarm).Records],
    });
    expect(records.map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ["alarm", "m-1"],
      ["alarm", "m-2"],
      ["alarm", undefined],
    ]);
  });

  test.each<[string, unknown, string]>([
    ["a body that is no text", 7, "Records[0].body"],
    ["a body that is no JSON", "{", "Records[0].body"],
    [
      "a body of another service",
      JSON.stringify({ Type: "Other", Message: alarm }),
      "Records[0].body.violationEventTime",
    ],
    ["a notification without a message", notification(undefined), "Records[0].body.Message"],
    ["a notification of no JSON", notification("hello"), "Records[0].body.Message"],
    ["a notification of no alarm", notification("{}"), "Records[0].body.Message.violationEventTime"],
  ])("%s is rejected with its place and its id", (_name, body, path) => {
    expect(parseEvent({ Records: [messageOf(body)] })).toMatchObject([
      { kind: "rejection", path, messageId: "m-1" },
    ]);
  });
});

const IN_MESSAGE = "Records[0].Sns.Message";
const MALFORMED: readonly (readonly [string, unknown, string, string])[] = [
  ["null", null, "Records", "missing"],
  ["a text", "hello", "Records", "missing"],
  ["a list", [1], "Records", "missing"],
  ["an object without records", { foo: 1 }, "Records", "missing"],
  ["records that are an object", { Records: {} }, "Records", "of type object"],
  ["no record at all", { Records: [] }, "Records", "a list of 0"],
  ["a record that is null", { Records: [null] }, "Records[0]", "null"],
  ["a record that is a list", { Records: [[]] }, "Records[0]", "a list of 0"],
  [
    "a record of another service",
    { Records: [{ eventSource: "aws:s3", s3: {} }] },
    "Records[0].Sns",
    "missing",
  ],
  ["an Sns that is a text", { Records: [{ Sns: "x" }] }, "Records[0].Sns", "a text of 1 characters"],
  ["no message", { Records: [{ Sns: {} }] }, IN_MESSAGE, "missing"],
  ["a message that is an object already", eventOf(ALARM), IN_MESSAGE, "of type object"],
  ["an empty message", eventOf(""), IN_MESSAGE, "a text of 0 characters"],
  ["a message that is no JSON", eventOf("{secret"), IN_MESSAGE, "a text of 7 characters"],
  ["a message that is JSON of a list", eventOf("[]"), IN_MESSAGE, "a list of 0"],
  ["a message that is JSON of null", eventOf("null"), IN_MESSAGE, "null"],
  ["no time", eventWith({ violationEventTime: undefined }), `${IN_MESSAGE}.violationEventTime`, "missing"],
  [
    "a time as text",
    eventWith({ violationEventTime: "2023" }),
    `${IN_MESSAGE}.violationEventTime`,
    "a text of 4 characters",
  ],
  [
    "a time with a fraction",
    eventWith({ violationEventTime: 1.5 }),
    `${IN_MESSAGE}.violationEventTime`,
    "of type number",
  ],
  [
    "a time before 1970",
    eventWith({ violationEventTime: -1 }),
    `${IN_MESSAGE}.violationEventTime`,
    "of type number",
  ],
  ["no thing name", eventWith({ thingName: undefined }), `${IN_MESSAGE}.thingName`, "missing"],
  ["an empty thing name", eventWith({ thingName: "" }), `${IN_MESSAGE}.thingName`, "a text of 0 characters"],
  ["a thing name of null", eventWith({ thingName: null }), `${IN_MESSAGE}.thingName`, "null"],
  ["a thing name in a list", eventWith({ thingName: ["a"] }), `${IN_MESSAGE}.thingName`, "a list of 1"],
  [
    "no event type",
    eventWith({ violationEventType: undefined }),
    `${IN_MESSAGE}.violationEventType`,
    "missing",
  ],
  [
    "an event type of JavaScript",
    eventWith({ violationEventType: "toString" }),
    `${IN_MESSAGE}.violationEventType`,
    "a text of 8 characters",
  ],
  [
    "an event type unknown",
    eventWith({ violationEventType: "IN-ALARM" }),
    `${IN_MESSAGE}.violationEventType`,
    "a text of 8 characters",
  ],
  ["no violation id", eventWith({ violationId: undefined }), `${IN_MESSAGE}.violationId`, "missing"],
  ["a violation id as number", eventWith({ violationId: 7 }), `${IN_MESSAGE}.violationId`, "of type number"],
  [
    "no profile",
    eventWith({ securityProfileName: undefined }),
    `${IN_MESSAGE}.securityProfileName`,
    "missing",
  ],
  [
    "a profile of false",
    eventWith({ securityProfileName: false }),
    `${IN_MESSAGE}.securityProfileName`,
    "of type boolean",
  ],
  ["no behavior", eventWith({ behavior: undefined }), `${IN_MESSAGE}.behavior`, "missing"],
  ["a behavior as text", eventWith({ behavior: "Sent" }), `${IN_MESSAGE}.behavior`, "a text of 4 characters"],
  ["a behavior without a name", eventWith({ behavior: {} }), `${IN_MESSAGE}.behavior.name`, "missing"],
];

test.each(MALFORMED)(
  "%s is rejected with the path and the kind of what is there",
  (_name, event, path, kind) => {
    const record = onlyOne(parseEvent(event));
    const reason = expect.stringMatching(new RegExp(`^must .+; it is ${kind}; a retry cannot help$`));
    expect(record).toMatchObject({ kind: "rejection", path, reason });
  },
);

test("a message that is no JSON keeps its cause and quotes nothing of the payload", () => {
  const record = onlyOne(parseEvent(eventOf("{secret")));
  expect(record.kind === "rejection" && record.cause).toBeInstanceOf(SyntaxError);
  expect(record.kind === "rejection" && record.reason).not.toContain("secret");
});

test("a bad record between good ones leaves them as they are, and its path names its place", () => {
  const good = JSON.stringify(ALARM);
  const records = parseEvent(eventOf(good, "x", good));
  expect(records.map((record) => record.kind)).toEqual(["alarm", "rejection", "alarm"]);
  expect(records[1]).toMatchObject({ path: "Records[1].Sns.Message" });
});
