import {
  ListActiveViolationsCommand,
  type ListActiveViolationsRequest,
  type ListViolationEventsRequest,
  PutVerificationStateOnViolationCommand,
  type PutVerificationStateOnViolationRequest,
} from "@aws-sdk/client-iot";
import { type Detect, HOUR, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
/** End of the window in which everything began. */
let began: Date;
beforeAll(async () => {
  detect = await startDetect();
  await detect.profile("Plain", [MESSAGES_SENT]);
  await detect.profile("Quiet", [{ ...MESSAGES_SENT, suppressAlerts: true }]);
  await detect.profile("Fleet", [
    {
      ...MESSAGES_SENT,
      criteria: {
        comparisonOperator: "less-than",
        durationSeconds: 300,
        statisticalThreshold: { statistic: "p100" },
      },
    },
  ]);
  for (let device = 0; device < 9; device++) detect.send(`d${device}`, 1);
  detect.send("loud", 30);
  await detect.clock.advance(5 * MINUTE);
  began = detect.clock.date();
});
afterAll(() => detect.stop());

const profiles = (found: { securityProfileName?: string | undefined }[]) =>
  found.map(({ securityProfileName }) => securityProfileName).sort();

describe("filters of both listings", () => {
  it.each<[string, ListActiveViolationsRequest, string[]]>([
    ["none: suppressed ones are listed as well", {}, ["Fleet", "Plain", "Quiet"]],
    ["the thing", { thingName: "loud" }, ["Fleet", "Plain", "Quiet"]],
    ["another thing", { thingName: "d1" }, []],
    ["the profile", { securityProfileName: "Plain" }, ["Plain"]],
    ["static criteria", { behaviorCriteriaType: "STATIC" }, ["Plain", "Quiet"]],
    ["statistical criteria", { behaviorCriteriaType: "STATISTICAL" }, ["Fleet"]],
    ["learned criteria", { behaviorCriteriaType: "MACHINE_LEARNING" }, []],
    ["suppressed alerts", { listSuppressedAlerts: true }, ["Quiet"]],
    ["alerts that were not suppressed", { listSuppressedAlerts: false }, ["Fleet", "Plain"]],
    ["a verification state that none has", { verificationState: "TRUE_POSITIVE" }, []],
    ["the default verification state", { verificationState: "UNKNOWN" }, ["Fleet", "Plain", "Quiet"]],
  ])("%s", async (_case, filter, expected) => {
    expect(profiles(await detect.active(filter))).toEqual(expected);
    expect(profiles(await detect.events(filter))).toEqual(expected);
  });
});

it("pages through active violations", async () => {
  const list = (page: ListActiveViolationsRequest) => detect.iot.send(new ListActiveViolationsCommand(page));
  const first = await list({ maxResults: 2 });
  const second = await list({ maxResults: 2, nextToken: first.nextToken });
  expect([first, second].map(({ activeViolations }) => activeViolations?.length)).toEqual([2, 1]);
  expect(second.nextToken).toBeUndefined();
});

it("pages through events", async () => {
  const list = (page: Partial<ListViolationEventsRequest>) => detect.listEvents(page);
  const first = await list({ maxResults: 2 });
  const second = await list({ maxResults: 2, nextToken: first.nextToken });
  expect([first, second].map(({ violationEvents }) => violationEvents?.length)).toEqual([2, 1]);
  expect(second.nextToken).toBeUndefined();
  for (const page of [{ maxResults: 0 }, { maxResults: 251 }, { nextToken: "none" }])
    await expect(list(page)).rejects.toMatchObject({ name: "InvalidRequestException" });
});

it.each<[string, ListActiveViolationsRequest]>([
  ["criteria of a kind that there is not", { behaviorCriteriaType: "LEARNED" as never }],
  ["a verification state that there is not", { verificationState: "MAYBE" as never }],
  ["a thing's name of 129", { thingName: "t".repeat(129) }],
  ["a profile's name with a space", { securityProfileName: "a b" }],
])("refuses to list by %s", async (_case, filter) => {
  const refusal = { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } };
  await expect(detect.active(filter)).rejects.toMatchObject(refusal);
  await expect(detect.events(filter)).rejects.toMatchObject(refusal);
});

it("lists no violations of a profile that does not exist", async () => {
  await expect(detect.active({ securityProfileName: "Nobody" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

it("describes an event in full", async () => {
  expect(await detect.events({ securityProfileName: "Plain" })).toEqual([
    {
      violationId: expect.stringMatching(/^[0-9a-f]{32}$/),
      thingName: "loud",
      securityProfileName: "Plain",
      behavior: MESSAGES_SENT,
      metricValue: { count: 30 },
      violationEventType: "in-alarm",
      verificationState: "UNKNOWN",
      violationEventTime: began,
    },
  ]);
});

describe("the time span of events", () => {
  const at = (offset: number) => new Date(began.getTime() + offset);
  it.each([
    ["includes its start", 0, 1000, 3],
    ["includes its end", -1000, 0, 3],
    ["excludes what came later", -2000, -1000, 0],
    ["excludes what came before", 1000, 2000, 0],
  ])("%s", async (_case, from, to, count) => {
    expect(await detect.events({ startTime: at(from), endTime: at(to) })).toHaveLength(count);
  });

  it("must not end before it starts", async () => {
    await expect(detect.events({ startTime: at(1000), endTime: at(0) })).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });
});

describe("PutVerificationStateOnViolation", () => {
  const put = (request: Partial<PutVerificationStateOnViolationRequest>) =>
    detect.iot.send(
      new PutVerificationStateOnViolationCommand({
        violationId: undefined,
        verificationState: "FALSE_POSITIVE",
        ...request,
      }),
    );
  const idOf = async (profile: string) =>
    (await detect.events({ securityProfileName: profile }))[0]?.violationId;

  it("marks a violation and its events", async () => {
    await put({ violationId: await idOf("Quiet"), verificationStateDescription: "a test run" });
    const marked = {
      verificationState: "FALSE_POSITIVE",
      verificationStateDescription: "a test run",
    } as const;
    expect(await detect.active({ verificationState: "FALSE_POSITIVE" })).toMatchObject([marked]);
    expect(await detect.events({ verificationState: "FALSE_POSITIVE" })).toMatchObject([marked]);

    await put({ violationId: await idOf("Quiet"), verificationState: "UNKNOWN" });
    const [again] = await detect.active({ securityProfileName: "Quiet" });
    expect(again).toMatchObject({ verificationState: "UNKNOWN" });
    expect(again).not.toHaveProperty("verificationStateDescription");
  });

  it.each<[string, Partial<PutVerificationStateOnViolationRequest>]>([
    ["a violation that does not exist", { violationId: "0".repeat(32) }],
    ["a state that does not exist", { verificationState: "MAYBE" as never }],
    ["a description with a line break", { verificationStateDescription: "a\nb" }],
    ["a description of 1,001", { verificationStateDescription: "x".repeat(1001) }],
  ])("refuses %s", async (_case, request) => {
    await expect(put({ violationId: await idOf("Plain"), ...request })).rejects.toMatchObject({
      name: "InvalidRequestException",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

it("lists events for 30 days", async () => {
  await detect.clock.advance(30 * 24 * HOUR - 1);
  // Every alarm was invalidated two days after it began.
  expect(await detect.events()).toHaveLength(6);
  await detect.clock.advance(1);
  const invalidated = { thingName: "loud", violationEventType: "alarm-invalidated" };
  expect(await detect.events()).toMatchObject([invalidated, invalidated, invalidated]);

  detect.send("loud", 30);
  await detect.clock.advance(5 * MINUTE);
  // One device is no fleet.
  expect(profiles(await detect.events())).toEqual(["Fleet", "Plain", "Plain", "Quiet", "Quiet"]);
});
