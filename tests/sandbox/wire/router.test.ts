import * as iamSdk from "@aws-sdk/client-iam";
import * as iotSdk from "@aws-sdk/client-iot";
import * as iotDataSdk from "@aws-sdk/client-iot-data-plane";
import * as kmsSdk from "@aws-sdk/client-kms";
import * as snsSdk from "@aws-sdk/client-sns";
import { AwsError } from "../../../sandbox/wire/aws-error";
import type { WireRequest } from "../../../sandbox/wire/exchange";
import { Router, type RouterPorts } from "../../../sandbox/wire/router";
import type { Call, Protocol, Service } from "../../../sandbox/wire/service";

const NOW = new Date("2030-01-02T03:04:05Z");

let calls: { readonly service: string; readonly input: unknown; readonly call: Call }[];
let unexpected: unknown[];
let action: () => unknown;

const service = (name: string, protocol: Protocol, sdk: object, rest: Partial<Service>): Service => {
  const act = (input: unknown, call: Call) => {
    calls.push({ service: name, input, call });
    return action();
  };
  return {
    name,
    signingNames: [name],
    protocol,
    sdk,
    actions: Object.fromEntries(
      ["ListThings", "GetThingShadow", "ListRoles", "ListKeys", "ListTopics"]
        .filter((operation) => `${operation}Command` in sdk)
        .map((operation) => [operation, act]),
    ),
    invalid: (message) => new AwsError("ValidationException", 400, message),
    ...rest,
  };
};

const SERVICES = [
  service("iot", "rest-json", iotSdk, {}),
  service("iot-data", "rest-json", iotDataSdk, { signingNames: ["iotdata"] }),
  service("iam", "query", iamSdk, { version: "2010-05-08" }),
  service("sns", "query", snsSdk, { version: "2010-03-31" }),
  service("kms", "json-1.1", kmsSdk, { targetPrefix: "TrentService" }),
];

const PORTS: RouterPorts = {
  callerOf: () => ({ kind: "user" }),
  authorize: () => undefined,
  now: () => NOW,
  unexpected: (error) => unexpected.push(error),
};

const router = (ports: Partial<RouterPorts> = {}) => new Router(SERVICES, { ...PORTS, ...ports });

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const request = ({ method = "POST", path = "/", query = "", headers = {}, body = "" }: Ask): WireRequest => ({
  method,
  path,
  query: new URLSearchParams(query),
  headers,
  body: Buffer.from(body),
});

const FORM = "application/x-www-form-urlencoded";
const signed = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDX/20300102/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`,
});

beforeEach(() => {
  calls = [];
  unexpected = [];
  action = () => ({});
});

test("an action that no operation of the API has is told when the service is mounted", () => {
  const misspelt = service("kms", "json-1.1", kmsSdk, { actions: { ListKey: () => ({}) } });
  expect(() => new Router([misspelt], PORTS)).toThrow("The API of kms has no operation ListKey.");
});

describe("the router", () => {
  it.each<[string, string, Ask]>([
    ["path", "iot", { method: "GET", path: "/things" }],
    ["path, with a slash at its end", "iot", { method: "GET", path: "/things/" }],
    ["path, of another service", "iot-data", { method: "GET", path: "/things/t/shadow" }],
    ["credential scope and path", "iot", { method: "GET", path: "/things", headers: signed("iot") }],
    ["target header", "kms", { headers: { "x-amz-target": "TrentService.ListKeys" } }],
    [
      "form",
      "iam",
      {
        headers: { "content-type": `${FORM}; charset=utf-8` },
        body: "Action=ListRoles&Version=2010-05-08",
      },
    ],
    [
      "credential scope and form without a version",
      "iam",
      { headers: { ...signed("iam"), "content-type": FORM }, body: "Action=ListRoles" },
    ],
    [
      "operation, as in SNS's link to unsubscribe, which has no version",
      "sns",
      { method: "GET", query: "Action=ListTopics" },
    ],
    [
      "query, presigned",
      "iam",
      {
        method: "GET",
        query:
          "Action=ListRoles&Version=2010-05-08&X-Amz-Credential=AKIDX%2F20300102%2Fus-east-1%2Fiam%2Faws4_request",
      },
    ],
  ])("finds the service by %s", async (_how, name, ask) => {
    const response = await router().handle(request(ask));
    expect(response.status).toBe(200);
    expect(calls.map((call) => call.service)).toEqual([name]);
  });

  it("tells the action who calls, when, and the id of the answer", async () => {
    const asked: unknown[] = [];
    const callerOf: RouterPorts["callerOf"] = (key) => {
      asked.push(key);
      return { kind: "role", roleName: "r" };
    };
    const ask = request({ method: "GET", path: "/things", headers: signed("iot") });
    const response = await router({ callerOf }).handle(ask);
    expect(asked).toEqual(["AKIDX"]);
    expect(calls[0]?.call).toEqual({
      caller: { kind: "role", roleName: "r" },
      requestId: response.headers["x-amzn-requestid"],
      date: NOW,
    });
  });

  it("asks whether the call is allowed before it acts", async () => {
    const authorize: RouterPorts["authorize"] = (asked, operation, input) => {
      throw new AwsError("AccessDeniedException", 403, `${asked.name} ${operation} ${JSON.stringify(input)}`);
    };
    const response = await router({ authorize }).handle(
      request({ headers: { "x-amz-target": "TrentService.ListKeys" }, body: '{"Limit":5}' }),
    );
    expect(response.status).toBe(403);
    expect(String(response.body)).toContain('kms ListKeys {\\"Limit\\":5}');
    expect(calls).toEqual([]);
  });

  it("answers a fault of its own with 500, and reports it", async () => {
    const fault = new TypeError("slip");
    action = () => {
      throw fault;
    };
    const response = await router().handle(request({ method: "GET", path: "/things" }));
    expect(response.status).toBe(500);
    expect(response.headers["x-amzn-errortype"]).toBe("InternalFailure");
    expect(unexpected).toEqual([fault]);
  });

  it("waits for an action that takes time", async () => {
    action = () => Promise.reject(new AwsError("ThrottlingException", 400, "slowly"));
    const response = await router().handle(request({ method: "GET", path: "/things" }));
    expect(response.headers["x-amzn-errortype"]).toBe("ThrottlingException");
    expect(unexpected).toEqual([]);
  });
});

describe("a request for what the sandbox does not know", () => {
  it.each<[string, Ask, RegExp]>([
    ["a service, REST", { method: "GET", path: "/nowhere" }, /"message":"[^"]*GET \/nowhere/],
    ["a service, signed", { headers: signed("s3") }, /"message":"[^"]*s3/],
    [
      "a service, by target",
      { headers: { ...signed("dynamodb"), "x-amz-target": "DynamoDB_20120810.ListTables" } },
      /"__type":"UnknownOperationException","message":"[^"]*dynamodb/,
    ],
    [
      "a service, by form",
      { headers: { ...signed("ec2"), "content-type": FORM }, body: "Action=DescribeVpcs&Version=2016-11-15" },
      /<Code>UnknownOperationException<\/Code><Message>[^<]*ec2/,
    ],
    ["an operation, by path", { method: "GET", path: "/jobs" }, /"message":"[^"]*ListJobs of iot/],
    [
      "an operation, by a path of no operation",
      { method: "GET", path: "/nowhere", headers: signed("iot") },
      /"message":"[^"]*GET \/nowhere of iot/,
    ],
    [
      "an operation, by target",
      { headers: { "x-amz-target": "TrentService.Sign" } },
      /"message":"[^"]*Sign of kms/,
    ],
    [
      "an operation, by form",
      { headers: { "content-type": FORM }, body: "Action=ListUsers&Version=2010-05-08" },
      /<Message>[^<]*ListUsers of iam/,
    ],
    [
      "an API version",
      { headers: { "content-type": FORM }, body: "Action=ListRoles&Version=1999-01-01" },
      /POST \//,
    ],
    ["anything, when it says nothing", {}, /POST \//],
  ])("names %s in the protocol of the request", async (_what, ask, body) => {
    const response = await router().handle(request(ask));
    expect(response.status).toBe(400);
    expect(String(response.body)).toMatch(body);
    expect(calls).toEqual([]);
    expect(unexpected).toEqual([]);
  });
});
