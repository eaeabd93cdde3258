import { randomUUID } from "node:crypto";
import { renderAlarm } from "../lib/detect/render-alarm";
import type { Environment } from "./environment";
import type { BrokerPorts } from "./mqtt/broker";
import { cloudControlService } from "./services/cloudcontrol/service";
import { detectActions } from "./services/detect/detect-actions";
import { type AlarmPublisher, DetectDriver } from "./services/detect/driver";
import { DetectStore } from "./services/detect/store";
import { authorizeCall } from "./services/iam/call-authorization";
import { Iam } from "./services/iam/iam";
import { iamService } from "./services/iam/service";
import { iotAuthority } from "./services/iot/authority";
import { detectRegistry } from "./services/iot/registry";
import { iotService } from "./services/iot/service";
import { IotStore } from "./services/iot/store";
import type { Messaging } from "./services/iot-data/messaging";
import { iotDataService } from "./services/iot-data/service";
import { Shadows } from "./services/iot-data/shadows";
import { Kms } from "./services/kms/kms";
import { kmsService } from "./services/kms/service";
import { LambdaEngine } from "./services/lambda/engine";
import { lambdaService } from "./services/lambda/service";
import { LogStore } from "./services/logs/log-store";
import { logsService } from "./services/logs/service";
import { snsService } from "./services/sns/service";
import { Sns } from "./services/sns/sns";
import { sqsService } from "./services/sqs/service";
import { Sqs } from "./services/sqs/sqs";
import { stsService } from "./services/sts/service";
import { Router } from "./wire/router";

/** Publishes alarms as Device Defender does: it takes on the target's role, and the role publishes. */
function alarmPublisher(env: Environment, iam: Iam, sns: Sns): AlarmPublisher {
  return {
    publish: ({ alertTargetArn, roleArn }, profileArn, message) => {
      const context = { "aws:SourceArn": profileArn, "aws:SourceAccount": env.account };
      const principal = iam.assumeRole(roleArn, "iot.amazonaws.com", context);
      sns.publish({ topicArn: alertTargetArn, message: renderAlarm(message), principal });
    },
  };
}

/**
 * All services with nothing in them, wired together. A reset makes a new one; the broker and the HTTP server
 * go on and are given the new one.
 */
export class World {
  /** Unlike that of any other. */
  readonly identity = randomUUID();
  /** Answers every AWS request. */
  readonly router: Router;
  /** What the broker asks and tells. */
  readonly brokerPorts: BrokerPorts;
  readonly #lambda: LambdaEngine;
  #messaging: Messaging | undefined;

  constructor(env: Environment) {
    const iam = new Iam(env);
    const kms = new Kms(env, iam);
    const logs = new LogStore(env);
    const sqs = new Sqs(env, iam);
    const lambda = new LambdaEngine(env, { authorizer: iam, credentials: iam, logs, queues: sqs });
    const sns = new Sns(env, { authorizer: iam, keys: kms, functions: lambda, queues: sqs });
    const iot = new IotStore();
    const detect = new DetectStore();
    const registry = detectRegistry(iot);
    const activity = new DetectDriver(detect, env, { registry, publisher: alarmPublisher(env, iam, sns) });
    const messaging = this.#lateMessaging();
    const shadows = new Shadows(env.clock, (topic, payload) => messaging.publish(topic, payload, { qos: 1 }));
    this.#lambda = lambda;
    this.brokerPorts = {
      authority: iotAuthority(iot),
      activity,
      reserved: (topic, payload) => shadows.handle(topic, payload),
    };
    const services = [
      iotService(iot, env, {
        actions: detectActions(detect, env, { registry }),
        tagsOf: (arn) => detect.tagsOf(arn),
      }),
      iotDataService(shadows, messaging),
      ...[snsService(sns), sqsService(sqs), lambdaService(lambda)],
      ...[iamService(iam, env), kmsService(kms), logsService(logs), stsService(iam, env)],
      cloudControlService(detect, env, { registry }),
    ];
    this.router = new Router(services, {
      callerOf: (accessKeyId) => iam.callerOf(accessKeyId),
      authorize: ({ name }, operation, input, call) => authorizeCall(iam, env, name, operation, input, call),
      now: () => env.clock.date(),
      unexpected: (error, where) => env.log(`${where}: ${(error as Error)?.stack ?? error}`),
    });
  }

  /** Gives the services the broker, which is made after them. */
  connect(messaging: Messaging): void {
    this.#messaging = messaging;
  }

  /** Ends every process that runs a function. */
  close(): Promise<void> {
    return this.#lambda.close();
  }

  #lateMessaging(): Messaging {
    const broker = (): Messaging => {
      if (!this.#messaging) throw new Error("The broker has not been connected.");
      return this.#messaging;
    };
    return {
      publish: (topic, payload, options) => broker().publish(topic, payload, options),
      disconnect: (clientId, options) => broker().disconnect(clientId, options),
      retained: () => broker().retained(),
    };
  }
}
