import * as iamSdk from "@aws-sdk/client-iam";
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  TagRoleCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import * as snsSdk from "@aws-sdk/client-sns";
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import fc from "fast-check";
import { AwsError } from "../../../sandbox/wire/aws-error";
import type { Action, Service } from "../../../sandbox/wire/service";
import { anyText } from "../../support/any-text";
import { type Served, serve } from "../support/serve";

let served: Served;
const inputs = new Map<string, unknown>();
const answers = new Map<string, unknown>();

function queryService(name: string, version: string, sdk: object, operations: readonly string[]): Service {
  const action =
    (operation: string): Action =>
    (input) => {
      inputs.set(operation, input);
      const answer = answers.get(operation);
      if (answer instanceof Error) throw answer;
      return answer;
    };
  return {
    name,
    signingNames: [name],
    protocol: "query",
    version,
    xmlNamespace: `https://${name}.amazonaws.com/doc/${version}/`,
    sdk,
    actions: Object.fromEntries(operations.map((operation) => [operation, action(operation)])),
    invalid: (message) => new AwsError("ValidationError", 400, message),
  };
}

beforeAll(async () => {
  served = await serve(() => [
    queryService("iam", "2010-05-08", iamSdk, [
      "CreateRole",
      "GetRole",
      "ListRoles",
      "TagRole",
      "UpdateRole",
    ]),
    queryService("sns", "2010-03-31", snsSdk, [
      ...[
        "CreateTopic",
        "GetTopicAttributes",
        "SetTopicAttributes",
        "Publish",
        "TagResource",
        "UntagResource",
      ],
    ]),
  ]);
});
afterAll(() => served.stop());
beforeEach(() => {
  inputs.clear();
  answers.clear();
});

const iam = () => new IAMClient(served.client);
const sns = () => new SNSClient(served.client);
const form = (parameters: Record<string, string>) =>
  fetch(served.endpoint, { method: "POST", body: new URLSearchParams(parameters) });

const ROLE = {
  Path: "/",
  RoleName: "r",
  RoleId: "AROA",
  Arn: "arn:aws:iam::123456789012:role/r",
  CreateDate: new Date("2030-01-02T03:04:05Z"),
};

describe("an input of Query", () => {
  it("reads texts, numbers and lists of structures", async () => {
    answers.set("CreateRole", { Role: ROLE });
    const input = {
      RoleName: "r",
      AssumeRolePolicyDocument: '{"a": "b & <c>"}\r\n',
      MaxSessionDuration: 3600,
      Tags: Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: `v ${index}` })),
    };
    await iam().send(new CreateRoleCommand(input));
    expect(inputs.get("CreateRole")).toEqual(input);
  });

  it("reads maps, of texts and of structures, and base64", async () => {
    answers.set("CreateTopic", { TopicArn: "arn:x" });
    const input = { Name: "t", Attributes: { Policy: "{}", DisplayName: "a=b" } };
    await sns().send(new CreateTopicCommand(input));
    expect(inputs.get("CreateTopic")).toEqual(input);
    answers.set("Publish", { MessageId: "m" });
    await sns().send(
      new PublishCommand({
        Message: "x",
        MessageAttributes: {
          text: { DataType: "String", StringValue: "v" },
          bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
        },
      }),
    );
    expect(inputs.get("Publish")).toEqual({
      Message: "x",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "v" },
        bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
      },
    });
  });

  it("reads an empty list as one", async () => {
    await iam().send(new TagRoleCommand({ RoleName: "r", Tags: [] }));
    expect(inputs.get("TagRole")).toMatchObject({ RoleName: "r" });
  });

  it("takes parameters of a GET request, too", async () => {
    answers.set("GetRole", { Role: ROLE });
    const response = await fetch(`${served.endpoint}/?Action=GetRole&Version=2010-05-08&RoleName=r`);
    expect(response.status).toBe(200);
    expect(inputs.get("GetRole")).toEqual({ RoleName: "r" });
  });

  it.each([
    [{ "Tags.member.1": "flat" }, "Tags[0]"],
    [{ Tags: "flat" }, ""],
    [{ "__proto__.x": "1", "constructor.prototype.y": "2" }, ""],
    [{ "Tags.member.1.Key": "k", "Tags.member.1.Key.deeper": "x" }, "Tags[0].Key"],
    [{ "RoleName.x": "r" }, "RoleName"],
  ])("survives the crooked form %j", async (parameters, path) => {
    const response = await form({ Action: "TagRole", Version: "2010-05-08", RoleName: "r", ...parameters });
    const text = await response.text();
    expect(response.status).toBeLessThan(500);
    expect(text).toContain(response.status === 200 ? "<TagRoleResponse" : path);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe("an output of Query", () => {
  it("is the envelope with namespace, result and request id", async () => {
    answers.set("GetRole", { Role: { ...ROLE, Description: 'a<b>&"c"\r\n' } });
    const response = await form({ Action: "GetRole", Version: "2010-05-08", RoleName: "r" });
    expect(response.headers.get("content-type")).toBe("text/xml");
    const requestId = response.headers.get("x-amzn-requestid");
    expect(await response.text()).toBe(
      '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role>' +
        "<Path>/</Path><RoleName>r</RoleName><RoleId>AROA</RoleId><Arn>arn:aws:iam::123456789012:role/r</Arn>" +
        "<CreateDate>2030-01-02T03:04:05Z</CreateDate><Description>a&lt;b&gt;&amp;&quot;c&quot;&#xD;\n</Description>" +
        `</Role></GetRoleResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetRoleResponse>`,
    );
  });

  it("has no result where the operation answers nothing", async () => {
    const response = await form({
      Action: "TagRole",
      Version: "2010-05-08",
      RoleName: "r",
      "Tags.member.1.Key": "k",
    });
    expect(await response.text()).not.toContain("TagRoleResult");
    await expect(
      sns().send(new SetTopicAttributesCommand({ TopicArn: "a", AttributeName: "n" })),
    ).resolves.toBeDefined();
  });

  it.each([
    [
      {
        Action: "TagResource",
        Version: "2010-03-31",
        ResourceArn: "a",
        "Tags.member.1.Key": "k",
        "Tags.member.1.Value": "v",
      },
    ],
    [{ Action: "UntagResource", Version: "2010-03-31", ResourceArn: "a", "TagKeys.member.1": "k" }],
    [{ Action: "UpdateRole", Version: "2010-05-08", RoleName: "r" }],
  ])(
    "has an empty result where the operation answers a structure without members: %j",
    async (parameters) => {
      // Botocore and the Go SDK look for the element, and fail without it after the change was made.
      expect(await (await form(parameters)).text()).toContain(
        `<${parameters.Action}Result></${parameters.Action}Result>`,
      );
      await expect(iam().send(new UpdateRoleCommand({ RoleName: "r" }))).resolves.toBeDefined();
    },
  );

  it("is read back by the SDK: dates with a fraction, truth values, empty lists", async () => {
    const CreateDate = new Date("2030-01-02T03:04:05.678Z");
    answers.set("ListRoles", { Roles: [{ ...ROLE, CreateDate }, ROLE], IsTruncated: false });
    await expect(iam().send(new ListRolesCommand({}))).resolves.toMatchObject({
      Roles: [{ CreateDate }, { CreateDate: ROLE.CreateDate }],
      IsTruncated: false,
    });
    answers.set("ListRoles", { Roles: [], IsTruncated: true, Marker: "m" });
    await expect(iam().send(new ListRolesCommand({}))).resolves.toMatchObject({
      Roles: [],
      IsTruncated: true,
      Marker: "m",
    });
  });

  it("carries any text that XML can, and drops what it cannot", async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden in XML 1.0.
    const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
    // A text of white space alone is told from none by no reader.
    const text = anyText.map((any) => `.${any}.`);
    const client = sns();
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 10, maxLength: 30 }), async (texts) => {
        answers.set("GetTopicAttributes", { Attributes: { "a&b": "1", ...texts } });
        const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: "a" }));
        expect(Attributes).toEqual({ "a&b": "1", ...texts.map((any) => any.replace(forbidden, "")) });
      }),
      { numRuns: 10 },
    );
  });
});

describe("an error of Query", () => {
  it("has the code of the Query protocol and is the SDK's typed error", async () => {
    answers.set("GetRole", new AwsError("NoSuchEntityException", 404, "no <role>"));
    const failed = iam().send(new GetRoleCommand({ RoleName: "r" }));
    await expect(failed).rejects.toBeInstanceOf(iamSdk.NoSuchEntityException);
    await expect(failed).rejects.toMatchObject({ message: "no <role>", $metadata: { httpStatusCode: 404 } });
    const response = await form({ Action: "GetRole", Version: "2010-05-08", RoleName: "r" });
    expect(await response.text()).toContain("<Type>Sender</Type><Code>NoSuchEntity</Code>");
  });

  it("says of an error of the server's that it is the receiver's", async () => {
    answers.set("GetRole", new AwsError("ServiceFailureException", 500, "down"));
    const response = await form({ Action: "GetRole", Version: "2010-05-08", RoleName: "r" });
    expect(await response.text()).toContain("<Type>Receiver</Type><Code>ServiceFailure</Code>");
  });

  it.each([
    [{ Action: "GetRole" }, "ValidationError", "Missing required member: RoleName"],
    [
      { Action: "CreateRole", RoleName: "r", AssumeRolePolicyDocument: "x", MaxSessionDuration: "long" },
      "ValidationError",
      "MaxSessionDuration must be a number, not string",
    ],
    [{ Action: "DeleteUser" }, "UnknownOperationException", "DeleteUser"],
    [{ Action: "constructor" }, "UnknownOperationException", "constructor"],
  ])("refuses %j in XML", async (parameters, code, message) => {
    const response = await form({ Version: "2010-05-08", ...(parameters as Record<string, string>) });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain(`<Code>${code}</Code>`);
    expect(text).toContain(message);
  });
});
