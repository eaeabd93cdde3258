import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import type { HandlerContext } from "../../../../pulumi-host/resources/handler";
import { HANDLERS } from "../../../../pulumi-host/resources/handlers/table";
import { create, type Made } from "../../../../pulumi-host/resources/lifecycle";
import type { Properties } from "../../../../pulumi-host/resources/property-values";
import { allow, code } from "./case";

/** Things that other resources need, made before. */
export interface Fixtures {
  readonly roleArn: string;
  readonly scheduleRoleArn: string;
  readonly keyId: string;
  readonly secondKeyId: string;
  readonly topicArn: string;
  readonly secondTopicArn: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly secondFunctionName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly secondQueueUrl: string;
  readonly secondQueueArn: string;
  readonly groupArn: string;
  readonly secondGroupArn: string;
  readonly policyName: string;
  readonly boundaryArn: string;
}

/** Makes the things that other resources need. */
export async function makeFixtures(context: HandlerContext): Promise<Fixtures> {
  const make = (type: string, inputs: Properties): Promise<Made> => {
    const handler = HANDLERS[type];
    if (!handler) throw new Error(`no handler of ${type}`);
    return create(handler, inputs, context);
  };
  const role = await make("aws:iam/role:Role", {
    name: "fixture-role",
    assumeRolePolicy: allow({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
  });
  await make("aws:iam/rolePolicy:RolePolicy", {
    name: "all",
    role: "fixture-role",
    policy: allow({ Action: "*", Resource: "*" }),
  });
  const scheduleRole = await make("aws:iam/role:Role", {
    name: "fixture-schedule-role",
    assumeRolePolicy: allow({ Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }),
  });
  const makeFunction = (name: string) =>
    make("aws:lambda/function:Function", {
      name,
      runtime: "nodejs22.x",
      handler: "index.handler",
      role: role.state.arn,
      code: code("exports.handler = 0"),
    });
  const [first, second] = [await makeFunction("fixture-function"), await makeFunction("second-function")];
  const queue = await make("aws:sqs/queue:Queue", { name: "fixture-queue" });
  const secondQueue = await make("aws:sqs/queue:Queue", { name: "second-queue" });
  const group = await make("aws:iot/thingGroup:ThingGroup", { name: "fixture-group" });
  const secondGroup = await make("aws:iot/thingGroup:ThingGroup", { name: "second-group" });
  const policy = await make("aws:iot/policy:Policy", {
    name: "fixture-policy",
    policy: allow({ Action: "iot:Connect", Resource: "*" }),
  });
  const boundary = await context.clients.iam.send(
    new CreatePolicyCommand({
      PolicyName: "fixture-boundary",
      PolicyDocument: allow({ Action: "sns:Publish", Resource: "*" }),
    }),
  );
  return {
    roleArn: String(role.state.arn),
    scheduleRoleArn: String(scheduleRole.state.arn),
    keyId: (await make("aws:kms/key:Key", {})).id,
    secondKeyId: (await make("aws:kms/key:Key", {})).id,
    topicArn: (await make("aws:sns/topic:Topic", { name: "fixture-topic" })).id,
    secondTopicArn: (await make("aws:sns/topic:Topic", { name: "second-topic" })).id,
    functionName: first.id,
    functionArn: String(first.state.arn),
    secondFunctionName: second.id,
    queueUrl: queue.id,
    queueArn: String(queue.state.arn),
    secondQueueUrl: secondQueue.id,
    secondQueueArn: String(secondQueue.state.arn),
    groupArn: String(group.state.arn),
    secondGroupArn: String(secondGroup.state.arn),
    policyName: policy.id,
    boundaryArn: boundary.Policy?.Arn ?? "",
  };
}
