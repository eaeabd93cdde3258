import {
  CreateCustomMetricCommand,
  CreateDimensionCommand,
  CreateThingGroupCommand,
  DimensionType,
  IoTClient,
} from "@aws-sdk/client-iot";
import { familyOf, isAwsMetric } from "../../lib/detect/metrics";
import { DeployError } from "../../pulumi-host/program/deploy-error";
import type { SandboxAddress } from "../../sandbox/start-sandbox";
import { metricOf } from "../scenario/reading";
import type { Scenario, Watched } from "../scenario/scenario";
import { clientSettings } from "./client-settings";

/** Type of a custom metric. */
type CustomMetricType = "number" | "number-list" | "string-list" | "ip-address-list";

/** Custom metrics that behaviors watch, with their types. Source: AWS IoT API Reference, `CreateCustomMetric`. */
function customMetricsOf(watched: readonly Watched[]): Readonly<Record<string, CustomMetricType>> {
  const TYPES = {
    customNumber: "number",
    customNumbers: "number-list",
    customStrings: "string-list",
    customAddresses: "ip-address-list",
  } as const;
  const custom = watched.filter(({ behavior }) => !isAwsMetric(metricOf(behavior)));
  const entries = custom.map(({ behavior }) => {
    const family = familyOf(metricOf(behavior), behavior.criteria ?? {});
    return [metricOf(behavior), TYPES[family as keyof typeof TYPES] ?? "number"] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Topic filters of the dimensions that behaviors name. One that is not told is not made: its behaviors never alarm then,
 * and are not played.
 */
function dimensionsOf(watched: readonly Watched[], told: Scenario["dimensions"]): Scenario["dimensions"] {
  const names = new Set(watched.flatMap(({ behavior }) => behavior.metricDimension?.dimensionName ?? []));
  return Object.fromEntries(Object.entries(told).filter(([name]) => names.has(name)));
}

/** What of a scenario somebody makes in an account before. */
type Needed = Pick<Scenario, "groups" | "exemptGroups" | "watched" | "dimensions">;

/** Makes in a sandbox what a stack names and does not make. */
export async function prepareSandbox(
  address: Pick<SandboxAddress, "endpoint" | "region">,
  { groups, exemptGroups, watched, dimensions }: Needed,
  log: (line: string) => void,
): Promise<void> {
  const iot = new IoTClient(clientSettings(address));
  const make = async (what: string, made: Promise<unknown>) => {
    try {
      await made;
      log(`made ${what}, which the stack names and does not make`);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === "ResourceAlreadyExistsException") return;
      throw new DeployError(
        `${what}, which the stack names and does not make, cannot be had in the sandbox: ${name}: ${message}`,
        { cause: error },
      );
    }
  };
  try {
    for (const thingGroupName of [...groups, ...exemptGroups]) {
      const group = new CreateThingGroupCommand({ thingGroupName });
      await make(`the thing group ${thingGroupName}`, iot.send(group));
    }
    for (const [metricName, metricType] of Object.entries(customMetricsOf(watched))) {
      const named = { metricName, metricType };
      await make(`the custom metric ${metricName}`, iot.send(new CreateCustomMetricCommand(named)));
    }
    for (const [name, filter] of Object.entries(dimensionsOf(watched, dimensions))) {
      const type = DimensionType.TOPIC_FILTER;
      const named = { name, type, stringValues: [filter] };
      await make(`the dimension ${name} of ${filter}`, iot.send(new CreateDimensionCommand(named)));
    }
  } finally {
    iot.destroy();
  }
}

/**
 * Makes what a stack cannot be deployed without. An exempt group that is not there stays so: whether its name is misspelt is
 * for the stack to tell.
 */
export const prepareDeploy = (
  address: Pick<SandboxAddress, "endpoint" | "region">,
  scenario: Needed,
  log: (line: string) => void,
): Promise<void> => prepareSandbox(address, { ...scenario, exemptGroups: [] }, log);
