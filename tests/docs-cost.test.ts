import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metrics } from "@aws-lambda-powertools/metrics";
import { reportRun } from "../functions/reconcile/report";
import { CONFIG_DEFAULTS } from "../infra/config/defaults";
import { alarmSpecs } from "../infra/notification-alarms";

const DOCUMENT = readFileSync(join(__dirname, "..", "docs", "cost.md"), "utf8");
const ROWS = [...DOCUMENT.matchAll(/^\| (.+) \|$/gm)].map(([, row = ""]) =>
  row.split("|").map((cell) => cell.trim()),
);
const parts = ROWS.filter(
  ({ length, 0: name = "", 1: price }) => length > 2 && price !== "price" && !name.startsWith("**all"),
);
const numberOf = (cell = "") => Number(cell.replaceAll(",", ""));

test("each part's cost is its price by its quantity, and the last line is their sum", () => {
  expect(parts.length).toBeGreaterThan(10);
  const sums = [0, 0, 0];
  for (const [name, price, per, ...numbers] of parts) {
    const [quantities, costs] = [numbers.slice(0, 3).map(numberOf), numbers.slice(3).map(numberOf)];
    const computed = quantities.map((quantity) => (numberOf(price) * quantity) / numberOf(per));
    expect([name, costs]).toEqual([name, computed.map((cost) => Number((cost + 1e-9).toFixed(2)))]);
    for (const [index, cost] of costs.entries()) sums[index] = (sums[index] ?? 0) + cost;
  }
  const all = ROWS.find(([name = ""]) => name.startsWith("**all"))?.slice(-3);
  expect(all).toEqual(
    sums.map((sum) => sum.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })),
  );
});

/** The metrics that each run of reconciling reports, one combination of dimensions each. */
function runMetrics(): readonly unknown[] {
  const added: unknown[] = [];
  const metrics = {
    clearDefaultDimensions: () => undefined,
    addDimension: () => undefined,
    addMetric: (name: string) => added.push(name),
    publishStoredMetrics: () => undefined,
  } as unknown as Metrics;
  const none = { held: 0, notContained: 0, digested: 0 } as Parameters<typeof reportRun>[0];
  reportRun(none, "reconcile", { info: () => undefined }, metrics);
  return added;
}

test("datapoints and CloudWatch metrics are as many as the default stack has", () => {
  const quantities = (name: string) =>
    parts
      .find(([part = ""]) => part.startsWith(name))
      ?.slice(3, 6)
      .map(numberOf);
  const monthly = 30 * 24 * 12;
  expect(quantities("Device Defender")).toEqual([1, 10_000, 200_000].map((devices) => devices * monthly));
  const behaviors = CONFIG_DEFAULTS.profiles.flatMap((profile) =>
    profile.behaviors.map(({ name }) => ({ profile: "P", behavior: name })),
  );
  const names = { stack: "s", alertTopicName: "a", queueName: "q", deadLetterQueueName: "d" };
  const functions = { callbackFunctionName: "c", reconcileFunctionName: "r" };
  const metrics = alarmSpecs({ ...names, ...functions, behaviors }).flatMap((spec) => spec.metrics);
  expect(quantities("CloudWatch alarms")).toEqual([1, 1, 1].map(() => metrics.length));
  expect(quantities("CloudWatch metrics of reconciling")).toEqual([1, 1, 1].map(() => runMetrics().length));
});
