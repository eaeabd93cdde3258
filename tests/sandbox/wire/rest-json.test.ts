import * as iotSdk from "@aws-sdk/client-iot";
import {
  CreateThingCommand,
  DescribeThingCommand,
  IoTClient,
  ListTagsForResourceCommand,
  ListThingsCommand,
  ListViolationEventsCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-iot";
import * as iotDataSdk from "@aws-sdk/client-iot-data-plane";
import {
  DeleteConnectionCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  PublishCommand,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import * as lambdaSdk from "@aws-sdk/client-lambda";
import {
  InvokeCommand,
  LambdaClient,
  UntagResourceCommand as UntagFunctionCommand,
} from "@aws-sdk/client-lambda";
import { AwsError } from "../../../sandbox/wire/aws-error";
import type { Action, Service } from "../../../sandbox/wire/service";
import { type Served, serve } from "../support/serve";

let served: Served;
/** Inputs by operation, as the actions got them. */
const inputs = new Map<string, unknown>();
/** What each operation answers. */
const answers = new Map<string, unknown>();

const invalid = (message: string) => new AwsError("InvalidRequestException", 400, message);

function restService(name: string, signingName: string, sdk: object, operations: readonly string[]): Service {
  const action =
    (operation: string): Action =>
    (input) => {
      inputs.set(operation, input);
      const answer = answers.get(operation);
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const actions = Object.fromEntries(operations.map((operation) => [operation, action(operation)]));
  return { name, signingNames: [signingName], protocol: "rest-json", sdk, actions, invalid };
}

beforeAll(async () => {
  served = await serve(() => [
    restService("iot", "iot", iotSdk, [
      ...["CreateThing", "DescribeThing", "ListThings", "ListTagsForResource", "UntagResource"],
      ...["ListViolationEvents", "CreateSecurityProfile"],
    ]),
    restService("iot-data", "iotdata", iotDataSdk, [
      ...["GetThingShadow", "UpdateThingShadow", "DeleteConnection", "Publish"],
    ]),
    restService("lambda", "lambda", lambdaSdk, ["Invoke", "UntagResource"]),
  ]);
});
afterAll(() => served.stop());
beforeEach(() => {
  inputs.clear();
  answers.clear();
});

const iot = () => new IoTClient(served.client);
const data = () => new IoTDataPlaneClient(served.client);
const lambda = () => new LambdaClient(served.client);

/** Calls without an SDK. */
const call = (path: string, init: RequestInit = {}) => fetch(`${served.endpoint}${path}`, init);

describe("an input of REST and JSON", () => {
  it.each(["plain", "a/b", "ü:€ %2F", "?#&=+", "..", "%"])(
    "decodes the label %p of the path",
    async (name) => {
      await iot().send(new DescribeThingCommand({ thingName: name }));
      expect(inputs.get("DescribeThing")).toEqual({ thingName: name });
    },
  );

  it("takes a label that is no percent-encoding as it is", async () => {
    expect((await call("/things/100%25%")).status).toBe(200);
    expect(inputs.get("DescribeThing")).toEqual({ thingName: "100%25%" });
  });

  it("reads numbers, truth values and texts of the query", async () => {
    await iot().send(
      new ListThingsCommand({
        maxResults: 7,
        usePrefixAttributeValue: false,
        attributeValue: "a b+c&d",
        nextToken: "=",
      }),
    );
    expect(inputs.get("ListThings")).toEqual({
      maxResults: 7,
      usePrefixAttributeValue: false,
      attributeValue: "a b+c&d",
      nextToken: "=",
    });
  });

  it("reads lists of the query", async () => {
    const resource = "arn:aws:lambda:us-east-1:123456789012:function:f";
    await lambda().send(new UntagFunctionCommand({ Resource: resource, TagKeys: ["a", "b c"] }));
    expect(inputs.get("UntagResource")).toEqual({ Resource: resource, TagKeys: ["a", "b c"] });
  });

  it("reads lists of the body", async () => {
    await iot().send(new UntagResourceCommand({ resourceArn: "arn:x", tagKeys: ["a", "b"] }));
    expect(inputs.get("UntagResource")).toEqual({ resourceArn: "arn:x", tagKeys: ["a", "b"] });
  });

  it.each([
    ["an ISO date, as the SDKs send it", "2030-01-02T03:04:05Z"],
    ["epoch seconds", "1893553445"],
  ])("reads a time of the query given as %s", async (_how, text) => {
    const query = new URLSearchParams({ startTime: text, endTime: text });
    expect((await call(`/violation-events?${query}`)).status).toBe(200);
    expect(inputs.get("ListViolationEvents")).toMatchObject({ startTime: new Date("2030-01-02T03:04:05Z") });
  });

  it("takes a blob as the whole body", async () => {
    const payload = new Uint8Array([0, 255, 1, 254, 10]);
    await data().send(new UpdateThingShadowCommand({ thingName: "t", shadowName: "s", payload }));
    const input = inputs.get("UpdateThingShadow") as { payload: Uint8Array };
    expect(input).toMatchObject({ thingName: "t", shadowName: "s" });
    expect(Buffer.from(input.payload)).toEqual(Buffer.from(payload));
  });

  it("reads headers beside a blob, and a topic with slashes", async () => {
    await data().send(
      new PublishCommand({
        topic: "a/b/c",
        qos: 1,
        retain: true,
        payload: Buffer.from("x"),
        contentType: "text/plain",
      }),
    );
    expect(inputs.get("Publish")).toMatchObject({
      topic: "a/b/c",
      qos: 1,
      retain: true,
      contentType: "text/plain",
    });
    await lambda().send(
      new InvokeCommand({ FunctionName: "f", InvocationType: "Event", Payload: Buffer.from("{}") }),
    );
    expect(inputs.get("Invoke")).toMatchObject({ FunctionName: "f", InvocationType: "Event" });
  });

  it("reads truth values of the query", async () => {
    await data().send(
      new DeleteConnectionCommand({ clientId: "c", cleanSession: true, preventWillMessage: false }),
    );
    expect(inputs.get("DeleteConnection")).toEqual({
      clientId: "c",
      cleanSession: true,
      preventWillMessage: false,
    });
  });

  it("drops members that the operation does not have, and null", async () => {
    await call("/things/t", {
      method: "POST",
      body: '{"thingTypeName":null,"nonsense":1,"thingName":"other"}',
    });
    expect(inputs.get("CreateThing")).toEqual({ thingName: "t" });
  });
});

describe("an output of REST and JSON", () => {
  it("writes body members, with times in epoch seconds", async () => {
    const startTime = new Date("2030-01-02T03:04:05.678Z");
    answers.set("ListViolationEvents", {
      violationEvents: [{ thingName: "t", violationEventTime: startTime }],
    });
    const output = await iot().send(new ListViolationEventsCommand({ startTime, endTime: startTime }));
    expect(output.violationEvents).toEqual([{ thingName: "t", violationEventTime: startTime }]);
  });

  it("writes a blob as the whole body", async () => {
    answers.set("GetThingShadow", { payload: Buffer.from('{"state":{}}') });
    const output = await data().send(new GetThingShadowCommand({ thingName: "t" }));
    expect(Buffer.from(output.payload ?? []).toString()).toBe('{"state":{}}');
  });

  it("writes headers and a status of its own", async () => {
    answers.set("Invoke", { StatusCode: 202, FunctionError: "Unhandled", Payload: Buffer.from("null") });
    const output = await lambda().send(new InvokeCommand({ FunctionName: "f" }));
    expect(output).toMatchObject({ StatusCode: 202, FunctionError: "Unhandled" });
    expect(Buffer.from(output.Payload ?? []).toString()).toBe("null");
  });

  it("writes an empty object for an action that answers nothing, and a request id", async () => {
    const response = await call("/tags?resourceArn=x");
    expect(await response.text()).toBe("{}");
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    await expect(iot().send(new ListTagsForResourceCommand({ resourceArn: "x" }))).resolves.toMatchObject({});
  });
});

describe("an error of REST and JSON", () => {
  it("is the SDK's typed error with the fields of its own", async () => {
    answers.set(
      "CreateThing",
      new AwsError("ResourceAlreadyExistsException", 409, "there", {
        resourceArn: "arn:x",
        resourceId: "id",
      }),
    );
    const failed = iot().send(new CreateThingCommand({ thingName: "t" }));
    await expect(failed).rejects.toBeInstanceOf(iotSdk.ResourceAlreadyExistsException);
    await expect(failed).rejects.toMatchObject({
      message: "there",
      resourceArn: "arn:x",
      resourceId: "id",
      $metadata: { httpStatusCode: 409 },
    });
  });

  it.each([
    ["a member that must be there", "/violation-events", {}, "Missing required member: startTime"],
    ["a number that is none", "/things?maxResults=many", {}, "maxResults must be a number, not string"],
    [
      "text where a list must be",
      "/security-profiles/p",
      { method: "POST", body: '{"behaviors":"none"}' },
      "behaviors must be a list, not string",
    ],
    [
      "a number where text must be, deep inside",
      "/security-profiles/p",
      { method: "POST", body: '{"behaviors":[{"name":1}]}' },
      "behaviors[0].name must be text, not number",
    ],
    [
      "a list where the body must be an object",
      "/things/t",
      { method: "POST", body: "[]" },
      "the request body must be an object, not a list",
    ],
    [
      "a time that is none",
      "/violation-events?startTime=noon&endTime=1",
      {},
      "startTime must be a timestamp, not string",
    ],
  ])("refuses %s in the service's way", async (_what, path, init, message) => {
    const response = await call(path, init);
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-errortype")).toBe("InvalidRequestException");
    expect(await response.json()).toMatchObject({ message });
  });

  it("refuses a body that is not JSON", async () => {
    const response = await call("/things/t", { method: "POST", body: "{half" });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-errortype")).toBe("SerializationException");
  });
});
