import { AddPermissionCommand, DeleteFunctionCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { snsService } from "../../../../sandbox/services/sns/service";
import { SnsStore } from "../../../../sandbox/services/sns/store";
import { serve } from "../../support/serve";
import { letsSnsIn } from "../sqs/fake-authorizer";
import { createFunction, type ServedLambda, serveLambda } from "./serve-lambda";

const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:callback";
const DEAD = "arn:aws:sqs:us-east-1:123456789012:dead";

/** Topic, function, and a queue behind the subscription, as the services make them together. */
async function alarmPath(isPermitted: boolean) {
  const lambda: ServedLambda = await serveLambda();
  const { sqs, authorizer } = lambda;
  const served = await serve(() => [
    snsService(
      new SnsStore(lambda.served.environment, {
        authorizer,
        functions: lambda.lambda,
        queues: sqs,
        keys: { check: () => undefined },
      }),
    ),
  ]);
  const sns = new SNSClient(served.client);
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
  sqs.create("dead", { Policy: letsSnsIn(TopicArn) });
  await createFunction(
    lambda,
    "callback",
    "exports.handler = async (event) => console.log(JSON.stringify(event));",
  );
  if (isPermitted) {
    await lambda.client.send(
      new AddPermissionCommand({
        FunctionName: "callback",
        StatementId: "sns",
        Action: "lambda:InvokeFunction",
        Principal: "sns.amazonaws.com",
        SourceArn: TopicArn,
      }),
    );
  }
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "lambda",
      Endpoint: FUNCTION,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD }) },
    }),
  );
  return {
    lambda,
    publish: async (Message: string) => {
      await sns.send(new PublishCommand({ TopicArn, Message }));
      await lambda.advance(0);
    },
    dead: () => sqs.named("dead")?.counts(lambda.served.environment.clock.now()).visible,
    stop: async () => {
      sns.destroy();
      await served.stop();
      await lambda.stop();
    },
  };
}

describe("an alarm", () => {
  it("travels from the topic into the function, before the clock goes on", async () => {
    const path = await alarmPath(true);
    await path.publish('{"thingName":"dev-XBHY"}');
    const line = path.lambda.logs[0]?.lines[1]?.message ?? "";
    expect(JSON.parse(line.split("\t")[3] ?? "").Records[0].Sns.Message).toBe('{"thingName":"dev-XBHY"}');
    expect(path.dead()).toBe(0);
    await path.stop();
  });

  it("ends in the subscription's dead-letter queue without the permission, or the function", async () => {
    const closed = await alarmPath(false);
    await closed.publish("x");
    expect([closed.lambda.logs.length, closed.dead()]).toEqual([0, 1]);
    await closed.stop();
    const open = await alarmPath(true);
    await open.lambda.client.send(new DeleteFunctionCommand({ FunctionName: "callback" }));
    await open.publish("x");
    expect([open.lambda.logs.length, open.dead()]).toEqual([0, 1]);
    await open.stop();
  });
});
