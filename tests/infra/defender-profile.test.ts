import { DefenderProfile, type DefenderProfileArgs } from "../../infra/defender-profile";
import { QuarantineGroup } from "../../infra/quarantine-group";
import { childrenOf, named, record, SCOPE, settled } from "./recorder";

const args: DefenderProfileArgs = {
  stack: "dev",
  scope: SCOPE,
  credentials: { profile: "prod" },
  profiles: [
    {
      name: "MsgSentSecProfile",
      behaviors: [
        {
          name: "MsgSentBehavior",
          metric: "aws:num-messages-sent",
          criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
        },
      ],
      targets: ["all-things", "Fleet"],
    },
    {
      name: "Learned",
      description: "what ML finds odd",
      behaviors: [
        {
          name: "Odd",
          metric: "aws:num-disconnects",
          criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" } },
          suppressAlerts: true,
        },
      ],
      targets: ["registered-things"],
    },
  ],
  alertTopicArn: "arn:aws:sns:us-east-1:123456789012:DDA_Alerts",
  alertRoleArn: "arn:aws:iam::123456789012:role/alert-role",
};
const iot = "arn:aws:iot:us-east-1:123456789012";
const shared = {
  alertTargets: { SNS: { alertTargetArn: args.alertTopicArn, roleArn: args.alertRoleArn } },
  tags: [
    { key: "iot-quarantine:stack", value: "dev" },
    { key: "iot-quarantine:component", value: "DefenderProfile" },
  ],
};

test("the component is a provider and one security profile for each of the list", async () => {
  const { registrations, result } = await record(() => new DefenderProfile("d", args));
  const { component, children } = childrenOf(registrations, "iot-quarantine:index:DefenderProfile");
  const { "d-provider": provider, ...profiles } = children;
  expect(provider?.type).toBe("pulumi:providers:aws-native");
  expect(provider?.inputs).toMatchObject({
    region: "us-east-1",
    allowedAccountIds: JSON.stringify(["123456789012"]),
  });
  expect(profiles).toEqual({
    "d-MsgSentSecProfile": {
      type: "aws-native:iot:SecurityProfile",
      inputs: {
        ...shared,
        securityProfileName: "MsgSentSecProfile",
        behaviors: [
          {
            name: "MsgSentBehavior",
            metric: "aws:num-messages-sent",
            criteria: { comparisonOperator: "less-than", value: { count: "10" }, durationSeconds: 300 },
          },
        ],
        targetArns: [`${iot}:all/things`, `${iot}:thinggroup/Fleet`],
      },
    },
    "d-Learned": {
      type: "aws-native:iot:SecurityProfile",
      inputs: {
        ...shared,
        securityProfileName: "Learned",
        securityProfileDescription: "what ML finds odd",
        behaviors: [
          {
            name: "Odd",
            metric: "aws:num-disconnects",
            criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" } },
            suppressAlerts: true,
          },
        ],
        targetArns: [`${iot}:all/registered-things`],
      },
    },
  });
  const made = [
    { name: "MsgSentSecProfile", arn: `${iot}:securityprofile/MsgSentSecProfile` },
    { name: "Learned", arn: `${iot}:securityprofile/Learned` },
  ];
  expect(component.outputs).toEqual({ securityProfiles: made });
  expect(await settled(result.securityProfiles)).toEqual(made);
});

test("the profiles use the component's own provider, and its credentials stay out of the component", async () => {
  const { registrations } = await record(() => new DefenderProfile("d", args));
  const provider = named(registrations, "d-provider");
  expect(named(registrations, "d-Learned").provider).toBe(`${provider.urn}::d-provider-id`);
  expect(named(registrations, "d").inputs).not.toHaveProperty("credentials");
});

test("a profile without behaviors retains metrics and exports them, in AWS's words", async () => {
  const metricsExport = { mqttTopic: "t", roleArn: "arn:aws:iam::123456789012:role/export" };
  const additionalMetricsToRetain = [{ metric: "aws:num-messages-sent", exportMetric: true }];
  const look = {
    name: "Look",
    behaviors: [],
    targets: ["all-things"],
    additionalMetricsToRetain,
    metricsExport,
  };
  const { registrations } = await record(() => new DefenderProfile("d", { ...args, profiles: [look] }));
  expect(named(registrations, "d-Look").inputs).toEqual({
    ...shared,
    securityProfileName: "Look",
    targetArns: [`${iot}:all/things`],
    additionalMetricsToRetainV2: additionalMetricsToRetain,
    metricsExportConfig: metricsExport,
  });
});

test("how the provider comes by its credentials is a secret, as the state keeps it", async () => {
  const role = { roleArn: "arn:aws:iam::123456789012:role/deploy", externalId: "told to nobody" };
  const credentials = { profile: "prod", assumeRoles: [role] };
  const { registrations } = await record(() => new DefenderProfile("d", { ...args, credentials }));
  const { profile, assumeRole, region } = named(registrations, "d-provider").inputs;
  // Source: pulumi/pulumi, sdk/nodejs/runtime/rpc.ts, `specialSigKey` and `specialSecretSig`.
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  expect(profile).toEqual({ ...secret, value: "prod" });
  expect(assumeRole).toEqual({ ...secret, value: JSON.stringify(role) });
  expect(region).toBe("us-east-1");
});

test("every profile depends on the resources inside what the component depends on", async () => {
  const { registrations } = await record(() => {
    const group = new QuarantineGroup("g", { stack: "dev", groupName: "Quarantine", protect: false });
    return new DefenderProfile("d", args, { dependsOn: [group] });
  });
  const { urn } = named(registrations, "g-group");
  expect(named(registrations, "d-MsgSentSecProfile").dependencies).toContain(urn);
  expect(named(registrations, "d-Learned").dependencies).toContain(urn);
});

test("all faults of the profiles are told before one is made", async () => {
  const [first] = args.profiles;
  if (first === undefined) throw new Error("no profile");
  const faulty = { ...first, name: "a b", targets: [] };
  const run = record(() => new DefenderProfile("d", { ...args, profiles: [faulty] }));
  await expect(run).rejects.toThrow(/profiles\[0\]\.name: .*\nprofiles\[0\]\.targets: /);
});
