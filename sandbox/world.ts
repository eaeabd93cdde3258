import { randomUUID } from "node:crypto";
import { regionalArn } from "../lib/aws/arns";
import { renderAlarm } from "../lib/detect/render-alarm";
import type { Environment } from "./environment";
import { Broker } from "./mqtt/broker";
import { cloudControlService } from "./services/cloudcontrol/service";
import { CloudControlStore } from "./services/cloudcontrol/store";
import { cloudWatchService } from "./services/cloudwatch/service";
import { CloudWatchStore } from "./services/cloudwatch/store";
import { detectActions, mitigatingActions } from "./services/detect/detect-actions";
import { type AlarmPublisher, DetectDriver } from "./services/detect/driver";
import type { MetricsExporter } from "./services/detect/metric-export";
import { MitigationStore, type Mitigator } from "./services/detect/mitigation-store";
import { reportListener } from "./services/detect/report-listener";
import { DetectStore } from "./services/detect/store";
import { dynamoService } from "./services/dynamodb/service";
import { DynamoStore } from "./services/dynamodb/store";
import { eventsService } from "./services/events/service";
import { type BusEvent, EventsStore } from "./services/events/store";
import { authorizeCall } from "./services/iam/call-authorization";
import { IamAuthorizer } from "./services/iam/iam-authorizer";
import { iamService } from "./services/iam/service";
import { IamStore } from "./services/iam/store";
import { addThingToThingGroup } from "./services/iot/actions/group-membership";
import { iotAuthority } from "./services/iot/authority";
import { detectRegistry } from "./services/iot/registry";
import { iotService } from "./services/iot/service";
import { IotStore } from "./services/iot/store";
import { iotDataService } from "./services/iot-data/service";
import { ShadowStore } from "./services/iot-data/shadow-store";
import { kmsService } from "./services/kms/service";
import { KmsStore } from "./services/kms/store";
import { lambdaService } from "./services/lambda/service";
import { LambdaStore } from "./services/lambda/store";
import { logsService } from "./services/logs/service";
import { LogsStore } from "./services/logs/store";
import { schedulerService } from "./services/scheduler/service";
import { SchedulerStore } from "./services/scheduler/store";
import { snsService } from "./services/sns/service";
import { SnsStore } from "./services/sns/store";
import { sqsService } from "./services/sqs/service";
import { SqsStore } from "./services/sqs/store";
import { stsService } from "./services/sts/service";
import { AwsError } from "./wire/aws-error";
import { Router } from "./wire/router";
import type { Service } from "./wire/service";

/** The role that Device Defender takes on for a profile or a mitigation action of its own. @throws AwsError - it may not. */
const assumed = (env: Environment, iam: IamAuthorizer, roleArn: string, sourceArn: string) =>
  iam.assumeRole(roleArn, "iot.amazonaws.com", {
    "aws:SourceArn": sourceArn,
    "aws:SourceAccount": env.account,
  });

/** Publishes alarms as Device Defender does: it takes on the target's role, and the role publishes. */
function alarmPublisher(env: Environment, iam: IamAuthorizer, sns: SnsStore): AlarmPublisher {
  return {
    publish: ({ alertTargetArn, roleArn }, profileArn, message) => {
      const principal = assumed(env, iam, roleArn, profileArn);
      sns.publish({ topicArn: alertTargetArn, message: renderAlarm(message), principal });
    },
  };
}

/** Publishes exported values as Device Defender does: it takes on the export's role, which must be allowed the topic. */
function metricsExporter(env: Environment, iam: IamAuthorizer, broker: () => Broker): MetricsExporter {
  return ({ mqttTopic = "", roleArn = "" }, profileArn, payload) => {
    const principal = assumed(env, iam, roleArn, profileArn);
    const resource = regionalArn(env, "iot", `topic/${mqttTopic}`);
    if (!iam.isAllowed({ principal, action: "iot:Publish", resource })) {
      throw new AwsError("AccessDenied", 403, `iot:Publish on ${resource} is not allowed`);
    }
    broker().publish(mqttTopic, payload, { qos: 1 });
  };
}

/** Adds things to groups as Device Defender does: it takes on the action's role, which must be allowed the call. */
function mitigator(env: Environment, iam: IamAuthorizer, iot: IotStore): Mitigator {
  return ({ arn, roleArn }, request) => {
    assumed(env, iam, roleArn, arn);
    const caller = { kind: "role", roleName: roleArn.slice(roleArn.lastIndexOf("/") + 1) } as const;
    authorizeCall(iam, "iot", "AddThingToThingGroup", { ...request }, { caller });
    addThingToThingGroup(iot, request);
  };
}

/** All services with nothing in them, wired together. A reset makes a new one. */
export class World {
  /** Unlike that of any other. */
  readonly identity = randomUUID();
  /** Answers every AWS request. */
  readonly router: Router;
  /** Takes MQTT connections on. */
  readonly broker: Broker;
  /** What came to the event bus. */
  readonly events: readonly BusEvent[];
  readonly #lambda: LambdaStore;
  readonly #dynamo: DynamoStore;

  private constructor(
    router: Router,
    broker: Broker,
    stores: { readonly lambda: LambdaStore; readonly dynamo: DynamoStore; readonly events: EventsStore },
  ) {
    this.router = router;
    this.broker = broker;
    this.events = stores.events.events;
    this.#lambda = stores.lambda;
    this.#dynamo = stores.dynamo;
  }

  /** Makes one that is ready for requests and connections. */
  static async make(env: Environment): Promise<World> {
    const iam = new IamAuthorizer(new IamStore(env));
    const kms = new KmsStore(env, iam);
    const logs = new LogsStore(env);
    const sqs = new SqsStore(env, iam);
    const lambda = new LambdaStore(env, { authorizer: iam, credentials: iam, logs, queues: sqs });
    const sns = new SnsStore(env, { authorizer: iam, keys: kms, functions: lambda, queues: sqs });
    const scheduler = new SchedulerStore(env, { roles: iam, functions: lambda, queues: sqs });
    const dynamo = new DynamoStore(env);
    const events = new EventsStore(env);
    const iot = new IotStore(env);
    const detect = new DetectStore(env, detectRegistry(iot));
    const mitigations = new MitigationStore(detect, mitigator(env, iam, iot));
    const driver = new DetectDriver(
      detect,
      alarmPublisher(env, iam, sns),
      metricsExporter(env, iam, () => broker),
    );
    const shadows = new ShadowStore(env.clock, (topic, payload) =>
      broker.publish(topic, payload, { qos: 1 }),
    );
    const reports = reportListener({
      observe: (thingName, report) => driver.reported(thingName, report),
      publish: (topic, payload) => broker.publish(topic, payload, { qos: 1 }),
      now: () => env.clock.now(),
    });
    const broker = await Broker.make({
      env,
      authority: iotAuthority(iot),
      activity: driver.activity,
      reserved: (topic, payload) => {
        shadows.handle(topic, payload);
        reports(topic, payload);
      },
    });
    iot.onDeactivated = (certificateId) => broker.endSessionsOf(certificateId);
    const services = [
      iotService(iot, {
        actions: { ...detectActions(detect), ...mitigatingActions(mitigations) },
        tagsOf: (arn) => detect.tagsOf(arn) ?? mitigations.tagsOf(arn),
      }),
      iotDataService({ shadows, messaging: broker }),
      ...[snsService(sns), sqsService(sqs), lambdaService(lambda)],
      ...[iamService(iam.store), kmsService(kms), logsService(logs), stsService(iam)],
      cloudControlService(new CloudControlStore(detect)),
      ...[dynamoService(dynamo), eventsService(events), cloudWatchService(new CloudWatchStore(env))],
      schedulerService(scheduler),
    ];
    return new World(routerOf(services, env, iam), broker, { lambda, dynamo, events });
  }

  /** Ends every session, every process that runs a function, and every table. */
  async close(): Promise<void> {
    await Promise.all([this.#lambda.close(), this.broker.close()]);
    // Functions that were running may have been writing.
    await this.#dynamo.close();
  }
}

function routerOf(services: readonly Service[], env: Environment, iam: IamAuthorizer): Router {
  return new Router(services, {
    callerOf: (accessKeyId) => iam.callerOf(accessKeyId),
    authorize: ({ name }, operation, input, call) => authorizeCall(iam, name, operation, input, call),
    now: () => env.clock.date(),
    unexpected: (error, where) => env.log(`${where}: ${(error as Error)?.stack ?? error}`),
  });
}
