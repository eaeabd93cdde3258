import * as sdk from "@aws-sdk/client-scheduler";
import { isObject } from "../../../lib/json";
import { type ResourceHandler, text } from "../handler";
import { capitalized } from "../known-inputs";
import type { Properties } from "../property-values";
import { sameValue } from "../same-value";

/** Source: hashicorp/terraform-provider-aws, internal/service/scheduler/schedule.go, `Default` in its schema. */
const DEFAULTS = { scheduleExpressionTimezone: "UTC", state: "ENABLED" };
const DEFAULT_RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

const SETTINGS = ["description", "flexibleTimeWindow", "scheduleExpression", "target"] as const;

/** A value in the other side's spelling, in which its keys alone differ. */
const spelt = (value: unknown, spelling: (key: string) => string): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, held]) => [spelling(key), spelt(held, spelling)]))
    : value;

const fromApi = (value: unknown) => spelt(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));

const settingsOf = (inputs: Properties) => {
  const names = [...SETTINGS, ...Object.keys(DEFAULTS)].filter((name) => inputs[name] !== undefined);
  const given = Object.fromEntries(names.map((name) => [name, inputs[name]]));
  return spelt({ ...DEFAULTS, ...given }, capitalized) as sdk.CreateScheduleInput;
};

/** The target as the provider tells it: AWS's own retry policy is none where the program set none. */
function targetOf(found: sdk.GetScheduleOutput, known: Properties): unknown {
  const { retryPolicy, ...target } = fromApi(found.Target) as Properties;
  const isSet = isObject(known.target) && known.target.retryPolicy !== undefined;
  return isSet || !sameValue(retryPolicy, DEFAULT_RETRY) ? { ...target, retryPolicy } : target;
}

const placeOf = (id: string) => {
  const [GroupName, Name] = id.split("/");
  return { GroupName, Name };
};

/**
 * `aws:scheduler/schedule:Schedule`, of a Lambda function. Its id is group and name.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/scheduler/schedule.go.
 */
export const schedule: ResourceHandler = {
  inputs: ["name", "groupName", ...SETTINGS, ...Object.keys(DEFAULTS)],
  nested: {
    flexibleTimeWindow: { mode: "anything", maximumWindowInMinutes: "anything" },
    target: {
      ...{ arn: "anything", roleArn: "anything", input: "anything" },
      deadLetterConfig: { arn: "anything" },
      retryPolicy: { maximumEventAgeInSeconds: "anything", maximumRetryAttempts: "anything" },
    },
  },
  computedIfAbsent: { actionAfterCompletion: "NONE", groupName: "default", namePrefix: "" },
  computed: ["arn"],
  autoName: "name",
  createOnly: ["name", "groupName"],
  defaults: DEFAULTS,
  async create(inputs, { clients }) {
    const place = { Name: text(inputs, "name"), GroupName: inputs.groupName as string | undefined };
    const command = new sdk.CreateScheduleCommand({ ...settingsOf(inputs), ...place });
    const { ScheduleArn = "" } = await clients.scheduler.send(command);
    return ScheduleArn.split("/").slice(1).join("/");
  },
  async read(id, known, { clients }) {
    const found = await clients.scheduler.send(new sdk.GetScheduleCommand(placeOf(id)));
    return {
      inputs: {
        name: found.Name,
        groupName: found.GroupName,
        description: found.Description,
        flexibleTimeWindow: fromApi(found.FlexibleTimeWindow),
        scheduleExpression: found.ScheduleExpression,
        scheduleExpressionTimezone: found.ScheduleExpressionTimezone,
        state: found.State,
        target: targetOf(found, known),
      },
      outputs: { arn: found.Arn, actionAfterCompletion: found.ActionAfterCompletion },
    };
  },
  async update({ id, inputs }, { clients }) {
    await clients.scheduler.send(new sdk.UpdateScheduleCommand({ ...settingsOf(inputs), ...placeOf(id) }));
  },
  async delete(id, _known, { clients }) {
    await clients.scheduler.send(new sdk.DeleteScheduleCommand(placeOf(id)));
  },
};
