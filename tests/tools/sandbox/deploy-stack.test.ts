import { IoTClient, ListThingGroupsCommand } from "@aws-sdk/client-iot";
import { clientSettings, startDevSandbox } from "../../sandbox/support/dev-sandbox";

const criteria = { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 };
const behaviors = [{ name: "Sent", metric: "aws:num-messages-sent", criteria }];

it("makes what a stack names and does not make, also after a reset", async () => {
  const look = {
    name: "Look",
    targets: ["Fleet"],
    additionalMetricsToRetain: [{ metric: "aws:num-disconnects" }],
  };
  const profiles = [{ behaviors, targets: ["Canary"] }, look];
  const { sandbox } = await startDevSandbox(undefined, { profiles });
  const iot = new IoTClient(clientSettings(sandbox));
  try {
    await sandbox.reset(true);
    const { thingGroups = [] } = await iot.send(new ListThingGroupsCommand({}));
    expect(thingGroups.map(({ groupName }) => groupName)).toEqual(
      expect.arrayContaining(["Canary", "Fleet"]),
    );
  } finally {
    iot.destroy();
    await sandbox.stop();
  }
});
