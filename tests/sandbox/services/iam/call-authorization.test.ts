import { CloudWatchLogsClient, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as iotSdk from "@aws-sdk/client-iot";
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  DescribeThingCommand,
  IoTClient,
  ListThingGroupsForThingCommand,
  RemoveThingFromThingGroupCommand,
  UpdateThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import * as iotDataSdk from "@aws-sdk/client-iot-data-plane";
import {
  DeleteConnectionCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  PublishCommand,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { authorizeCall } from "../../../../sandbox/services/iam/call-authorization";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { logsService } from "../../../../sandbox/services/logs/service";
import { LogsStore } from "../../../../sandbox/services/logs/store";
import { stsService } from "../../../../sandbox/services/sts/service";
import { AwsError } from "../../../../sandbox/wire/aws-error";
import type { Service } from "../../../../sandbox/wire/service";
import { type Served, serve } from "../../support/serve";

const ARN = "arn:aws:iot:us-east-1:123456789012";

/** A service of which every operation answers nothing. */
const yielding = (name: string, signingName: string, sdk: object): Service => ({
  name,
  signingNames: [signingName],
  protocol: "rest-json",
  sdk,
  actions: new Proxy({}, { get: () => () => ({}) }),
  invalid: (message) => new AwsError("InvalidRequestException", 400, message),
});

let served: Served;
let iam: IamAuthorizer;
let settings: Served["client"];

beforeEach(async () => {
  served = await serve(
    (env) => {
      iam = new IamAuthorizer(new IamStore(env));
      const logs = new LogsStore(env);
      logs.append("/aws/lambda/f", "s", []);
      return [
        yielding("iot", "iot", iotSdk),
        yielding("iot-data", "iotdata", iotDataSdk),
        logsService(logs),
        stsService(iam),
      ];
    },
    {
      callerOf: (key) => iam.callerOf(key),
      authorize: (service, operation, input, call) =>
        authorizeCall(iam, service.name, operation, input, call),
    },
  );
  const role = "arn:aws:iam::123456789012:role/worker";
  settings = { ...served.client, credentials: iam.issue(role) };
});
afterEach(() => served.stop());

/** Gives the role one policy with these statements. */
function grant(...Statement: readonly object[]): void {
  iam.store.roles.set("worker", {
    name: "worker",
    path: "/",
    id: "AROAEXAMPLE",
    arn: "arn:aws:iam::123456789012:role/worker",
    createDate: new Date(0),
    trustPolicy: "{}",
    maxSessionDuration: 3600,
    tags: new Map(),
    inlinePolicies: new Map([["p", JSON.stringify({ Version: "2012-10-17", Statement })]]),
    attachedPolicies: new Set(),
  });
}

const iot = () => new IoTClient(settings);
const data = () => new IoTDataPlaneClient(settings);
const membership = { thingName: "t", thingGroupName: "g" };

describe("a call by a role", () => {
  it.each<[string, readonly string[], () => Promise<unknown>]>([
    [
      "iot:UpdateThingGroupsForThing",
      ["thing/t", "thinggroup/g", "thinggroup/h", "thinggroup/old"],
      () =>
        iot().send(
          new UpdateThingGroupsForThingCommand({
            thingName: "t",
            thingGroupsToAdd: ["g", "h"],
            thingGroupsToRemove: ["old"],
          }),
        ),
    ],
    [
      "iot:AddThingToThingGroup",
      ["thing/t", "thinggroup/g"],
      () => iot().send(new AddThingToThingGroupCommand(membership)),
    ],
    [
      "iot:AddThingToThingGroup",
      ["thing/t", "thinggroup/g"],
      () =>
        iot().send(
          new AddThingToThingGroupCommand({
            thingArn: `${ARN}:thing/t`,
            thingGroupArn: `${ARN}:thinggroup/g`,
          }),
        ),
    ],
    [
      "iot:RemoveThingFromThingGroup",
      ["thing/t", "thinggroup/g"],
      () => iot().send(new RemoveThingFromThingGroupCommand(membership)),
    ],
    [
      "iot:ListThingGroupsForThing",
      ["thing/t"],
      () => iot().send(new ListThingGroupsForThingCommand({ thingName: "t" })),
    ],
    ["iot:DescribeThing", ["thing/t"], () => iot().send(new DescribeThingCommand({ thingName: "t" }))],
    [
      "iot:UpdateThingShadow",
      ["thing/t"],
      () => data().send(new UpdateThingShadowCommand({ thingName: "t", payload: Buffer.from("{}") })),
    ],
    ["iot:GetThingShadow", ["thing/t"], () => data().send(new GetThingShadowCommand({ thingName: "t" }))],
    ["iot:DeleteConnection", ["client/c"], () => data().send(new DeleteConnectionCommand({ clientId: "c" }))],
    [
      "iot:Publish",
      ["topic/a/b"],
      () => data().send(new PublishCommand({ topic: "a/b", payload: Buffer.from("x") })),
    ],
  ])("needs %s on %j: on each of them, and no more", async (action, names, send) => {
    const resources = names.map((name) => `${ARN}:${name}`);
    grant({ Effect: "Allow", Action: action, Resource: resources });
    await expect(send()).resolves.toBeDefined();
    for (const missing of resources) {
      const others = resources.filter((resource) => resource !== missing);
      grant({ Effect: "Allow", Action: action, Resource: [...others, "arn:aws:iot:::none"] });
      await expect(send()).rejects.toMatchObject({
        message: `User: arn:aws:sts::123456789012:assumed-role/worker/sandbox is not authorized to perform: ${action} on resource: ${missing} because no identity-based policy allows the ${action} action`,
        $metadata: { httpStatusCode: 403 },
      });
    }
  });

  it("is refused with the code of its service", async () => {
    grant({ Effect: "Deny", Action: "*", Resource: "*" });
    await expect(iot().send(new DescribeThingCommand({ thingName: "t" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
    await expect(data().send(new DeleteConnectionCommand({ clientId: "c" }))).rejects.toMatchObject({
      name: "ForbiddenException",
    });
  });

  it("is refused for an operation of which the sandbox does not know what it needs, even to iot:*", async () => {
    grant({ Effect: "Allow", Action: "*", Resource: "*" });
    await expect(iot().send(new CreateThingCommand({ thingName: "t" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: iot:CreateThing on resource: *"),
    });
  });

  it("is refused when the role is gone", async () => {
    await expect(iot().send(new DescribeThingCommand({ thingName: "t" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  it("needs logs:PutLogEvents on the stream", async () => {
    const put = () =>
      new CloudWatchLogsClient(settings).send(
        new PutLogEventsCommand({
          logGroupName: "/aws/lambda/f",
          logStreamName: "s",
          logEvents: [{ timestamp: served.environment.clock.now(), message: "m" }],
        }),
      );
    const group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f";
    grant({ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${group}:*` });
    await expect(put()).resolves.toBeDefined();
    grant({ Effect: "Allow", Action: "logs:PutLogEvents", Resource: `${group}2:*` });
    await expect(put()).rejects.toMatchObject({ message: expect.stringContaining(`${group}:log-stream:s`) });
  });

  it("needs nothing to ask who it is", async () => {
    grant({ Effect: "Allow", Action: "none:None", Resource: "*" });
    await expect(new STSClient(settings).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: "arn:aws:sts::123456789012:assumed-role/worker/sandbox",
    });
  });

  it.each([
    ...["sns:Publish", "sns:PublishBatch", "lambda:Invoke", "sts:AssumeRole"],
    ...["sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch", "sqs:DeleteMessage"],
    ...["sqs:DeleteMessageBatch", "sqs:GetQueueAttributes", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage"],
    ...["sqs:SendMessage", "sqs:SendMessageBatch", "sqs:StartMessageMoveTask"],
    ...["lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping"],
  ])("leaves %s to its service", (name) => {
    const [service = "", operation = ""] = name.split(":");
    const caller = { kind: "role", roleName: "nobody" } as const;
    expect(() => authorizeCall(iam, service, operation, {}, { caller })).not.toThrow();
  });
});

describe("a call by a person", () => {
  it("is allowed, whatever it is", async () => {
    settings = served.client;
    await expect(iot().send(new CreateThingCommand({ thingName: "t" }))).resolves.toBeDefined();
    await expect(data().send(new DeleteConnectionCommand({ clientId: "c" }))).resolves.toBeDefined();
  });
});
