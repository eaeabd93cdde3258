import { ListCustomMetricsCommand, ListDimensionsCommand } from "@aws-sdk/client-iot";
import type { Behavior } from "../../../lib/detect/behavior";
import { prepareSandbox } from "../../../tools/sandbox/prerequisites";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";

let sandbox: EmptySandbox;
beforeEach(async () => {
  sandbox = await startEmptySandbox();
});
afterEach(() => sandbox.stop());

/** Names that no token of a request can be: with a colon, and longer than 64. */
const METRIC = "fleet:charge";
const DIMENSION = `fleet:${"d".repeat(100)}`;
const BEHAVIORS: readonly Behavior[] = [
  { name: "A", metric: METRIC, criteria: { comparisonOperator: "greater-than", value: { number: 1 } } },
  {
    name: "B",
    metric: "aws:num-messages-sent",
    metricDimension: { dimensionName: DIMENSION },
    criteria: { comparisonOperator: "less-than", value: { count: 1 }, durationSeconds: 300 },
  },
];

test("custom metrics and dimensions are made whatever they are called, and once", async () => {
  const lines: string[] = [];
  const prepare = () =>
    prepareSandbox(
      sandbox,
      {
        ...{ groups: [], exemptGroups: [] },
        watched: BEHAVIORS.map((behavior) => ({ profile: "P", behavior, targets: [], response: "notify" })),
        dimensions: { [DIMENSION]: "a/#" },
      },
      (line) => lines.push(line),
    );
  await prepare();
  await prepare();
  const { iot } = sandbox.clients;
  expect((await iot.send(new ListCustomMetricsCommand({}))).metricNames).toEqual([METRIC]);
  expect((await iot.send(new ListDimensionsCommand({}))).dimensionNames).toEqual([DIMENSION]);
  expect(lines).toHaveLength(2);
});
