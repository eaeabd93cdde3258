import {
  DescribeSecurityProfileCommand,
  DescribeThingGroupCommand,
  GetPolicyCommand as GetIotPolicyCommand,
  ListAttachedPoliciesCommand,
  ListTargetsForSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
} from "@aws-sdk/client-lambda";
import { allow, code, type HandlerCase } from "./case";
import type { Fixtures } from "./fixtures";

const behavior = (name: string, count: string) => ({
  name,
  metric: "aws:num-messages-sent",
  criteria: {
    comparisonOperator: "less-than",
    value: { count },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
});

/** Functions, and who may invoke them. */
export function lambdaCases(made: Fixtures): HandlerCase[] {
  const settings = " nodejs22.x index.handler 3";
  const first = [settings, 256, 5, { KEY: "one" }, expect.any(Number), ["x86_64"], { a: "1" }];
  return [
    {
      type: "aws:lambda/function:Function",
      least: {
        name: "f0",
        runtime: "nodejs22.x",
        handler: "index.handler",
        role: made.roleArn,
        code: code("exports.handler = 0"),
      },
      replacing: ["name"],
      inputs: {
        name: "f1",
        runtime: "nodejs22.x",
        handler: "index.handler",
        role: made.roleArn,
        code: code("exports.handler = 1"),
        memorySize: 256,
        reservedConcurrentExecutions: 5,
        environment: { variables: { KEY: "one" } },
        tags: { a: "1" },
      },
      change: {
        description: "two",
        runtime: "nodejs24.x",
        handler: "main.run",
        memorySize: 512,
        timeout: 9,
        reservedConcurrentExecutions: undefined,
        environment: { variables: { KEY: "two" } },
        code: code("exports.handler = 22"),
        architectures: ["arm64"],
        tags: { a: "2" },
      },
      seen: async ({ lambda }, id) => {
        const { Configuration, Concurrency, Tags } = await lambda.send(
          new GetFunctionCommand({ FunctionName: id }),
        );
        const { MemorySize, Environment, CodeSize, Architectures } = Configuration ?? {};
        const { Description, Runtime, Handler, Timeout } = Configuration ?? {};
        return [
          `${Description} ${Runtime} ${Handler} ${Timeout}`,
          MemorySize,
          Concurrency?.ReservedConcurrentExecutions,
          Environment?.Variables,
          CodeSize,
          Architectures,
          Tags,
        ];
      },
      before: first,
      after: [
        "two nodejs24.x main.run 9",
        512,
        undefined,
        { KEY: "two" },
        expect.any(Number),
        ["arm64"],
        { a: "2" },
      ],
      replacement: { name: "f2" },
      replaced: first,
    },
    {
      type: "aws:lambda/permission:Permission",
      least: {
        statementId: "s0",
        function: made.functionName,
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
      },
      replacing: ["statementId", "function", "action", "principal", "sourceArn", "sourceAccount"],
      inputs: {
        statementId: "s1",
        function: made.functionName,
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: made.topicArn,
        sourceAccount: "123456789012",
      },
      seen: async ({ lambda }) => {
        const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: made.functionName }));
        return /arn:aws:sns:[\w:-]+/.exec(Policy ?? "")?.[0];
      },
      before: made.topicArn,
      replacement: { sourceArn: made.secondTopicArn },
      replaced: made.secondTopicArn,
    },
    {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      least: { eventSourceArn: made.secondQueueArn, functionName: made.secondFunctionName },
      replacing: ["eventSourceArn"],
      inputs: {
        eventSourceArn: made.queueArn,
        functionName: made.functionArn,
        batchSize: 5,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: 2 },
        tags: { a: "1" },
      },
      change: {
        batchSize: undefined,
        enabled: false,
        functionResponseTypes: undefined,
        maximumBatchingWindowInSeconds: 3,
        scalingConfig: undefined,
        tags: { a: "2" },
      },
      seen: async ({ lambda }, id) => {
        const found = await lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
        const { EventSourceArn, BatchSize, MaximumBatchingWindowInSeconds, State } = found;
        return [
          `${EventSourceArn} ${BatchSize} ${MaximumBatchingWindowInSeconds} ${State}`,
          found.FunctionResponseTypes,
          found.ScalingConfig,
        ];
      },
      before: [`${made.queueArn} 5 0 Enabled`, ["ReportBatchItemFailures"], { MaximumConcurrency: 2 }],
      after: [`${made.queueArn} 10 3 Disabled`, [], undefined],
      replacement: { eventSourceArn: made.secondQueueArn },
      replaced: [
        `${made.secondQueueArn} 5 0 Enabled`,
        ["ReportBatchItemFailures"],
        { MaximumConcurrency: 2 },
      ],
    },
    {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      least: { functionName: made.functionName },
      replacing: ["functionName"],
      inputs: {
        functionName: made.functionName,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 60,
        destinationConfig: { onFailure: { destination: made.queueArn } },
      },
      change: { maximumRetryAttempts: 0, destinationConfig: { onSuccess: { destination: made.queueArn } } },
      seen: async ({ lambda }, id) => {
        const found = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: id }));
        return [found.MaximumRetryAttempts, found.DestinationConfig];
      },
      before: [2, { OnFailure: { Destination: made.queueArn }, OnSuccess: {} }],
      after: [0, { OnFailure: {}, OnSuccess: { Destination: made.queueArn } }],
      replacement: { functionName: made.secondFunctionName },
      replaced: [2, { OnFailure: { Destination: made.queueArn }, OnSuccess: {} }],
    },
  ];
}

/** Thing groups, policies and security profiles. */
export function iotCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:iot/thingGroup:ThingGroup",
      least: { name: "g0" },
      replacing: ["name", "parentGroupName"],
      inputs: {
        name: "g1",
        properties: { description: "one", attributePayload: { attributes: { a: "1" } } },
        tags: { a: "1" },
      },
      change: { properties: { description: "two" }, tags: { b: "1" } },
      seen: async ({ iot }, id) =>
        (await iot.send(new DescribeThingGroupCommand({ thingGroupName: id }))).thingGroupProperties,
      before: { thingGroupDescription: "one", attributePayload: { attributes: { a: "1" } } },
      after: { thingGroupDescription: "two" },
      replacement: { name: "g2" },
      replaced: { thingGroupDescription: "one", attributePayload: { attributes: { a: "1" } } },
    },
    {
      type: "aws:iot/policy:Policy",
      least: { name: "p0", policy: allow({ Action: "iot:Connect", Resource: "*" }) },
      replacing: ["name"],
      inputs: { name: "p1", policy: allow({ Action: "iot:Connect", Resource: "*" }), tags: { a: "1" } },
      change: { policy: allow({ Action: "iot:Publish", Resource: "*" }), tags: { a: "2" } },
      seen: async ({ iot }, id) => {
        const { policyDocument, defaultVersionId } = await iot.send(
          new GetIotPolicyCommand({ policyName: id }),
        );
        return [/"(iot:\w+)"/.exec(policyDocument ?? "")?.[1], defaultVersionId];
      },
      before: ["iot:Connect", "1"],
      after: ["iot:Publish", "2"],
      replacement: { name: "p2" },
      replaced: ["iot:Connect", "1"],
    },
    {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      least: { policy: made.policyName, target: made.secondGroupArn },
      replacing: ["policy", "target"],
      inputs: { policy: made.policyName, target: made.groupArn },
      seen: async ({ iot }, id) => {
        const target = id.split("|")[1];
        const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
        return policies?.[0]?.policyName;
      },
      before: made.policyName,
      replacement: { target: made.secondGroupArn },
      replaced: made.policyName,
    },
    {
      type: "aws-native:iot:SecurityProfile",
      least: { securityProfileName: "sp0" },
      replacing: ["securityProfileName"],
      inputs: {
        securityProfileName: "sp1",
        securityProfileDescription: "one",
        behaviors: [behavior("A", "10"), behavior("B", "20")],
        alertTargets: { SNS: { alertTargetArn: made.topicArn, roleArn: made.roleArn } },
        targetArns: ["arn:aws:iot:us-east-1:123456789012:all/things", made.groupArn],
        tags: [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
      },
      change: {
        securityProfileDescription: "two",
        behaviors: [behavior("C", "30"), behavior("A", "11")],
        targetArns: ["arn:aws:iot:us-east-1:123456789012:all/registered-things"],
        tags: [{ key: "a", value: "2" }],
      },
      seen: async ({ iot }, id) => {
        const found = await iot.send(new DescribeSecurityProfileCommand({ securityProfileName: id }));
        const { securityProfileTargets = [] } = await iot.send(
          new ListTargetsForSecurityProfileCommand({ securityProfileName: id }),
        );
        return [
          found.securityProfileDescription,
          found.behaviors?.map(({ name, criteria }) => `${name}${criteria?.value?.count}`).sort(),
          found.alertTargets?.SNS?.alertTargetArn,
          securityProfileTargets.map(({ arn }) => arn?.split("/").at(-1)).sort(),
        ];
      },
      before: ["one", ["A10", "B20"], made.topicArn, ["fixture-group", "things"]],
      after: ["two", ["A11", "C30"], made.topicArn, ["registered-things"]],
      replacement: { securityProfileName: "sp2" },
      replaced: ["one", ["A10", "B20"], made.topicArn, ["fixture-group", "things"]],
    },
  ];
}
