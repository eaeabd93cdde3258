import * as pulumi from "@pulumi/pulumi";
import type { HookAccess } from "./aws-session";
import { type ExistingResources, existingResources, type Tags } from "./existing-resources";

/** What a creation says. */
export type Creation = Pick<pulumi.ResourceHookArgs, "type" | "newInputs">;

/** A kind of resource whose create call answers success for one that is there already, if that is the same. */
interface Kind {
  readonly find: keyof ExistingResources;
  /** What it is called. */
  readonly called: string;
  /** What is lost with it, when this stack is destroyed. */
  readonly loss: string;
  /** How to give this stack's own another name. */
  readonly rename: string;
}

/** Source: AWS IoT API Reference, "CreateThingGroup". */
const GROUP: Kind = {
  find: "thingGroup",
  called: "thing group",
  loss: "and every device in it would be free",
  rename: "Set another `quarantineGroupName`",
};

/** Source: Amazon SNS API Reference, "CreateTopic". */
const TOPIC: Kind = {
  find: "topic",
  called: "SNS topic",
  loss: "and whoever listens to it would hear of no alarm",
  rename: "Set another `alertTopicName`",
};

/** The topic for people is named after the stack. */
const NOTIFICATIONS: Kind = {
  ...TOPIC,
  loss: "and whoever listens to it would be told of nothing",
  rename: "Give this stack another name, of which the topic's is made",
};

/** Source: Amazon SQS API Reference, "CreateQueue". */
const QUEUE: Kind = {
  find: "queue",
  called: "SQS queue",
  loss: "with the alarms in it",
  rename: "Give this stack another name, of which the queue's is made",
};

/** Source: comments in AWS's handler of `AWS::IoT::SecurityProfile`, which calls `CreateSecurityProfile` alone. */
const PROFILE: Kind = {
  find: "securityProfile",
  called: "security profile",
  loss: "and nobody would watch its devices",
  rename: "Set another `name` in `profiles`",
};

type Inputs = Readonly<Record<string, unknown>>;

/** A name that a resource is to have. */
type Claim = readonly [Kind, name: unknown];

/**
 * The names that a creation claims. Components are created before what they hold, and in a stack that knows none of it:
 * they tell early, before anything else of theirs is made.
 */
const CLAIMS: Readonly<Record<string, (inputs: Inputs) => readonly Claim[]>> = {
  "iot-quarantine:index:QuarantineGroup": ({ groupName }) => [[GROUP, groupName]],
  "aws:iot/thingGroup:ThingGroup": ({ name }) => [[GROUP, name]],
  "iot-quarantine:index:AlertTopic": ({ topicName }) => [[TOPIC, topicName]],
  "iot-quarantine:index:Notifications": ({ topicName }) => [[NOTIFICATIONS, topicName]],
  "aws:sns/topic:Topic": ({ name }) => [[TOPIC, name]],
  "iot-quarantine:index:AlarmQueue": (inputs) => [
    [QUEUE, inputs.queueName],
    [QUEUE, inputs.deadLetterQueueName],
  ],
  "aws:sqs/queue:Queue": ({ name }) => [[QUEUE, name]],
  "iot-quarantine:index:DefenderProfile": ({ profiles }) =>
    (profiles as readonly Inputs[]).map(({ name }) => [PROFILE, name]),
  "aws-native:iot:SecurityProfile": ({ securityProfileName }) => [[PROFILE, securityProfileName]],
};

/**
 * A hook that refuses to create what would take over somebody else's: a create call that answers success for what is
 * there already makes it this stack's, which changes it, and deletes it when it is destroyed. Called for what the stack's
 * state does not know, so never for what was imported. A preview is refused as well: nothing has changed then.
 *
 * There is no other place for it: the program cannot see the state, and no provider tells what a call found.
 *
 * @param stack - name of the stack, as its tags say it.
 */
export function nameTakenHook(stack: string, access: HookAccess): pulumi.ResourceHook {
  const resources = existingResources(access);
  return new pulumi.ResourceHook(
    "name-taken",
    (creation) => refuseTaken(creation, stack, resources, access),
    {
      onDryRun: true,
    },
  );
}

/** The option by which what a component holds is created under the hooks of the component's own creation. */
export function underCreationHooks(opts: pulumi.ComponentResourceOptions = {}): pulumi.CustomResourceOptions {
  const { beforeCreate } = opts.hooks ?? {};
  return beforeCreate === undefined ? {} : { hooks: { beforeCreate } };
}

/**
 * Refuses a creation under a name that is taken.
 *
 * @param stack - name of the stack.
 * @throws Error that names all that is there already, or why that is not known.
 */
export async function refuseTaken(
  { type, newInputs = {} }: Creation,
  stack: string,
  resources: ExistingResources,
  { scope }: Pick<HookAccess, "scope">,
): Promise<void> {
  const claims = CLAIMS[type]?.(newInputs) ?? [];
  const faults = await Promise.all(
    claims.map(async ([kind, given]) => {
      const name = String(given);
      const tags = await resources[kind.find](name).catch((error: Error) => {
        throw new Error(
          `Whether the ${kind.called} ${name} is somebody else's could not be asked, so it is not made. Run this with ` +
            `credentials of account ${scope.account} that may read it. ${error.name}: ${error.message}`,
        );
      });
      return tags === undefined ? [] : [faultOf(kind, name, stack, tags)];
    }),
  );
  if (faults.flat().length > 0) throw new Error(faults.flat().join(" "));
}

function faultOf({ called, loss, rename }: Kind, name: string, stack: string, tags: Tags): string {
  return (
    `The ${called} ${name} exists already, and this stack's state does not know it: ${ownerOf(stack, tags)}. Made ` +
    `here, it would be taken over, and deleted with this stack, ${loss}. ${rename}, or import it, if it shall be this ` +
    "stack's from now on (docs/adopt.md)."
  );
}

function ownerOf(stack: string, tags: Tags): string {
  const owner = tags["iot-quarantine:stack"];
  if (owner === undefined) return "it is no stack's of iot-quarantine (it has no tag iot-quarantine:stack)";
  const whose = `it is tagged iot-quarantine:stack = ${owner}`;
  return owner === stack
    ? `${whose}, so of another project or backend, or left by an update of this stack`
    : whose;
}
