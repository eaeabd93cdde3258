import * as sdk from "@aws-sdk/client-iot";
import { ALL_THINGS, type Detect, MESSAGES_SENT, startDetect } from "./support";

type Page = { readonly maxResults?: number; readonly nextToken?: string };

let detect: Detect;
beforeAll(async () => {
  detect = await startDetect();
  await detect.profile("P", [MESSAGES_SENT]);
});
afterAll(() => detect.stop());

const span = { startTime: new Date(0), endTime: new Date(1000) };
const profile = { securityProfileName: "P" };
const metric = { thingName: "d", metricName: "aws:num-messages-sent" };

/** Every listing of Detect and of mitigation. */
const LISTINGS: Readonly<Record<string, (page: Page) => Promise<{ nextToken?: string | undefined }>>> = {
  ListActiveViolations: (page) => detect.iot.send(new sdk.ListActiveViolationsCommand(page)),
  ListCustomMetrics: (page) => detect.iot.send(new sdk.ListCustomMetricsCommand(page)),
  ListDetectMitigationActionsExecutions: (page) =>
    detect.iot.send(new sdk.ListDetectMitigationActionsExecutionsCommand({ ...span, ...page })),
  ListDetectMitigationActionsTasks: (page) =>
    detect.iot.send(new sdk.ListDetectMitigationActionsTasksCommand({ ...span, ...page })),
  ListDimensions: (page) => detect.iot.send(new sdk.ListDimensionsCommand(page)),
  ListMetricValues: (page) =>
    detect.iot.send(new sdk.ListMetricValuesCommand({ ...metric, ...span, ...page })),
  ListMitigationActions: (page) => detect.iot.send(new sdk.ListMitigationActionsCommand(page)),
  ListSecurityProfiles: (page) => detect.iot.send(new sdk.ListSecurityProfilesCommand(page)),
  ListSecurityProfilesForTarget: (page) =>
    detect.iot.send(
      new sdk.ListSecurityProfilesForTargetCommand({ securityProfileTargetArn: ALL_THINGS, ...page }),
    ),
  ListTargetsForSecurityProfile: (page) =>
    detect.iot.send(new sdk.ListTargetsForSecurityProfileCommand({ ...profile, ...page })),
  ListViolationEvents: (page) => detect.iot.send(new sdk.ListViolationEventsCommand({ ...span, ...page })),
};

describe.each(Object.entries(LISTINGS))("%s", (_name, list) => {
  test.each([{ maxResults: 0 }, { maxResults: 251 }, { nextToken: "none" }])("refuses %j", async (page) => {
    await expect(list(page)).rejects.toMatchObject({
      ...{ name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } },
    });
  });

  test.each([{ maxResults: 1 }, { maxResults: 250 }])("takes %j, and has no further page", async (page) => {
    expect((await list(page)).nextToken).toBeUndefined();
  });
});
