import { securityProfileAlerts } from "../../../policy-pack/policies/security-profile-alerts";
import { ACCOUNT, closedLoop, mqtt, ROLE_ARN, TOPIC_ARN } from "../support/loop";
import { type Change, changed, judgeStack, one, type Stack, set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const targets = (alertTargets: unknown) => set("profile", { alertTargets });
const target = (alertTargetArn: unknown, roleArn: unknown = ROLE_ARN) =>
  targets({ SNS: { alertTargetArn, roleArn } });

const FOREIGN = "arn:aws:sns:us-east-1:999999999999:central";
const THERE = "arn:aws:iot:eu-west-1:999999999999:all/things";
const provided = (stack: Stack) => {
  one(stack, "profile").provider = { region: "us-east-1" };
};

const ABROAD = `arn:aws:sns:eu-west-1:${ACCOUNT}:central`;

/** The profile in CloudFormation's spelling. */
const properties = (overrides: object = {}) => ({
  SecurityProfileName: "prod-watch",
  AlertTargets: { SNS: { AlertTargetArn: TOPIC_ARN, RoleArn: ROLE_ARN } },
  TargetArns: [mqtt("all/things")],
  ...overrides,
});

const becomes =
  (type: string, props: Record<string, unknown>): Change =>
  (stack) => {
    Object.assign(one(stack, "profile"), { type, props });
  };

const cloudControl = (desiredState: unknown) =>
  becomes("aws:cloudcontrol/resource:Resource", { typeName: "AWS::IoT::SecurityProfile", desiredState });

const template = (resources: object, rest: object = {}, props: Record<string, unknown> = {}) =>
  becomes("aws:cloudformation/stack:Stack", {
    templateBody: JSON.stringify({ Resources: resources, ...rest }),
    ...props,
  });

const inTemplate = (overrides?: object) => ({
  Watch: { Type: "AWS::IoT::SecurityProfile", Properties: properties(overrides) },
});

/** A template that makes the profile, by each type that takes one. */
const muted = inTemplate({ AlertTargets: undefined });
const STACKS = {
  "a stack of aws-native": becomes("aws-native:cloudformation:Stack", {
    templateBody: { Resources: muted },
  }),
  "a stack set": becomes("aws:cloudformation/stackSet:StackSet", {
    templateBody: JSON.stringify({ Resources: muted }),
  }),
  "a stack set of aws-native": becomes("aws-native:cloudformation:StackSet", {
    templateBody: JSON.stringify({ Resources: muted }),
  }),
};
const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const lowerCamel = JSON.stringify({
  alertTargets: { SNS: { alertTargetArn: TOPIC_ARN, roleArn: ROLE_ARN } },
});
const extension = (props: unknown) =>
  becomes("aws-native:index:ExtensionResource", { type: "AWS::IoT::SecurityProfile", properties: props });

const NO_TARGET = /has no SNS alert target.*Set .* to \{ alertTargetArn, roleArn \}/;
const YAML = "Resources:\n  Watch:\n    Type: AWS::IoT::SecurityProfile\n";

holdPolicyTo(securityProfileAlerts, {
  level: "mandatory",
  faults: [
    ["no alert targets", targets(undefined), "profile", NO_TARGET],
    ["alert targets that are null", targets(null), "profile", NO_TARGET],
    ["alert targets without SNS", targets({ sns: {} }), "profile", NO_TARGET],
    ["no topic", target(undefined), "profile", /alertTargetArn of .* to the ARN of the SNS topic .*not set/],
    ["a queue for a topic", target(TOPIC_ARN.replace("sns", "sqs")), "profile", /it is "arn:aws:sqs/],
    ["a subscription for a topic", target(`${TOPIC_ARN}:1f2e`), "profile", /SNS topic/],
    ["an empty topic", target(""), "profile", /it is ""/],
    ["no role", target(TOPIC_ARN, null), "profile", /roleArn of .* to the ARN of the IAM role.*not set/],
    [
      "a user for a role",
      target(TOPIC_ARN, `arn:aws:iam::${ACCOUNT}:user/u`),
      "profile",
      /it is ".*user\/u"/,
    ],
    ["a topic of another account", target(FOREIGN), "profile", /account 999999999999.*allowedAccounts/],
    [
      "a topic of another region",
      both(target(ABROAD), provided),
      "profile",
      /region eu-west-1.*allowedRegions/,
    ],
    [
      "a topic of another account than the one allowed",
      target(FOREIGN),
      "profile",
      /account 999999999999/,
      { allowedAccounts: ["888888888888"] },
    ],
    ["a FIFO topic", target(`${TOPIC_ARN}.fifo`), "profile", /FIFO topic.*to a standard topic; it is/],
    ["a mute extension resource", extension({}), "profile", /AlertTargets\.SNS of properties/],
    [
      "an extension resource that sends to a queue",
      extension(
        properties({ AlertTargets: { SNS: { AlertTargetArn: "arn:aws:sqs:a:1:q", RoleArn: ROLE_ARN } } }),
      ),
      "profile",
      /SNS topic/,
    ],
    ...Object.entries(STACKS).map(
      ([what, change]) =>
        [`a mute profile of ${what}`, change, "profile", /"Watch" of CloudFormation stack.*no SNS/] as const,
    ),
    [
      "properties that are nested beyond reading",
      extension({ AlertTargets: JSON.parse(deep(20_000)) }),
      "profile",
      NO_TARGET,
    ],
    ["Cloud Control's state in the API's spelling", cloudControl(lowerCamel), "profile", NO_TARGET],
    [
      "a stack's region of its own",
      template(
        inTemplate({
          AlertTargets: { SNS: { AlertTargetArn: ABROAD, RoleArn: ROLE_ARN } },
          TargetArns: undefined,
        }),
        {},
        { region: "us-east-1" },
      ),
      "profile",
      /region eu-west-1/,
    ],
    ["a Cloud Control profile without targets", cloudControl("{}"), "profile", NO_TARGET],
    [
      "a Cloud Control profile with a queue for a topic",
      cloudControl(
        JSON.stringify(
          properties({ AlertTargets: { SNS: { AlertTargetArn: "arn:aws:sqs:a:1:q", RoleArn: ROLE_ARN } } }),
        ),
      ),
      "profile",
      /desiredState.*SNS topic/,
    ],
    ["a Cloud Control profile that is no JSON", cloudControl("{"), "profile", NO_TARGET],
    [
      "a profile of a template without targets",
      template(inTemplate({ AlertTargets: undefined })),
      "profile",
      /"Watch" of CloudFormation stack "profile" has no SNS alert target/,
    ],
    [
      "a parameter that is no topic",
      template(
        inTemplate({ AlertTargets: { SNS: { AlertTargetArn: { Ref: "Topic" }, RoleArn: ROLE_ARN } } }),
        { Parameters: { Topic: { Type: "String", Default: "nowhere" } } },
      ),
      "profile",
      /it is "nowhere"/,
    ],
  ],
  unjudged: [
    [
      "a topic and targets of two regions, of which either may be its own",
      target(ABROAD),
      "profile",
      /own region/,
    ],
    [
      "targets of another region than the topic's",
      set("profile", { targetArns: [mqtt("all/things").replace("us-east-1", "eu-west-1")] }),
      "profile",
      /own region/,
    ],
    ["unknown targets", targets(UNKNOWN), "profile", /alertTargets\.SNS is not known/],
    ["an unknown topic", target(UNKNOWN), "profile", /alertTargets\.SNS\.alertTargetArn/],
    ["an unknown desired state", cloudControl(UNKNOWN), "profile", /desiredState/],
    [
      "a target that a template's function computes",
      template(inTemplate({ AlertTargets: { SNS: { AlertTargetArn: { Ref: "Made" }, RoleArn: ROLE_ARN } } })),
      "profile",
      /AlertTargets\.SNS\.alertTargetArn/,
    ],
    [
      "a template in YAML with a profile",
      becomes("aws:cloudformation/stack:Stack", { templateBody: YAML }),
      "profile",
      /YAML is not read/,
    ],
    [
      "an unknown template",
      becomes("aws:cloudformation/stack:Stack", { templateBody: UNKNOWN }),
      "profile",
      /template is not known/,
    ],
    [
      "a template elsewhere",
      becomes("aws:cloudformation/stack:Stack", { templateUrl: "https://x.example/t" }),
      "profile",
      /templateUrl/,
    ],
    [
      "a template elsewhere, not known yet",
      becomes("aws-native:cloudformation:Stack", { templateUrl: UNKNOWN }),
      "profile",
      /templateUrl/,
    ],
    [
      "a loop that makes profiles",
      template({ "Fn::ForEach::Each": ["Name", ["a", "b"], { "P${Name}": muted.Watch }] }),
      "profile",
      /Fn::ForEach/,
    ],
    [
      "a stack in the stack",
      template({
        Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "https://x.example" } },
      }),
      "profile",
      /makes another stack/,
    ],
    ...[
      "AWS::CloudFormation::StackSet",
      "AWS::Serverless::Application",
      "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
      "Fleet::Watch::Profiles::MODULE",
    ].map(
      (Type) =>
        [
          `${Type} in a stack`,
          template({ Inner: { Type } }),
          "profile",
          /makes (?:another stack|what a module says)/,
        ] as const,
    ),
    [
      "a loop that makes stacks",
      template({
        "Fn::ForEach::Each": ["Name", ["a"], { "S${Name}": { Type: "AWS::CloudFormation::Stack" } }],
      }),
      "profile",
      /Fn::ForEach/,
    ],
    [
      "a loop over types",
      template({
        "Fn::ForEach::Each": ["Kind", ["SecurityProfile"], { "P${Kind}": { Type: "AWS::IoT::${Kind}" } }],
      }),
      "profile",
      /Fn::ForEach/,
    ],
    [
      "a template that a macro changes",
      becomes("aws:cloudformation/stack:Stack", { templateBody: '{"Transform":["Fleet"],"Resources":{}}' }),
      "profile",
      /macros \(Transform\)/,
    ],
    [
      "a template in YAML that a macro changes",
      becomes("aws:cloudformation/stack:Stack", { templateBody: "Transform: Fleet\nResources: {}\n" }),
      "profile",
      /macros \(Transform\)/,
    ],
    ["resources of a macro", template({ "Fn::Transform": { Name: "Fleet" } }), "profile", /itself computes/],
    [
      "an extension resource of an unknown type",
      becomes("aws-native:index:ExtensionResource", { type: UNKNOWN }),
      "profile",
      /what type it makes/,
    ],
    [
      "unknown properties of an extension resource",
      extension(UNKNOWN),
      "profile",
      /of properties is not known/,
    ],
    [
      "state that is nested beyond reading",
      cloudControl(`{"AlertTargets":${deep(20_000)}}`),
      "profile",
      /not known/,
    ],
    [
      "a template that is nested beyond reading",
      becomes("aws:cloudformation/stack:Stack", {
        templateBody: `{"Resources":{"W":{"Type":"AWS::IoT::SecurityProfile","Properties":${deep(20_000)}}}}`,
      }),
      "profile",
      /no JSON that can be read/,
    ],
    [
      "what --target leaves out of a new stack",
      (stack) => {
        one(stack, "profile").props = {};
      },
      "profile",
      /without properties, as what --target leaves out/,
    ],
    ["a region that cannot be told", set("profile", { targetArns: UNKNOWN }), "profile", /own region/],
  ],
  nearMisses: [
    ...[
      "Transform: AWS::Serverless-2016-10-31\nResources: {}\n",
      '{"Transform":"AWS::LanguageExtensions"}',
    ].map(
      (templateBody) =>
        [
          `a template of AWS's own transform, ${templateBody}`,
          becomes("aws:cloudformation/stack:Stack", { templateBody }),
        ] as const,
    ),
    ["keys in another order", targets({ SNS: { roleArn: ROLE_ARN, alertTargetArn: TOPIC_ARN } })],
    [
      "another partition",
      (stack) => {
        one(stack, "profile").props = {
          alertTargets: {
            SNS: {
              alertTargetArn: "arn:aws-cn:sns:cn-north-1:123456789012:alerts",
              roleArn: "arn:aws-cn:iam::123456789012:role/a/path/r+=,.@-_",
            },
          },
          targetArns: ["arn:aws-cn:iot:cn-north-1:123456789012:all/things"],
        };
      },
    ],
    ["an allowed account", target(FOREIGN), { allowedAccounts: ["999999999999"] }],
    ["an allowed region", target(ABROAD), { allowedRegions: ["eu-west-1"] }],
    ...[
      [THERE, mqtt("all/things")],
      [mqtt("all/things"), THERE],
    ].map(
      (targetArns, index) =>
        [
          `a target of another account and region, as number ${index}`,
          set("profile", { targetArns }),
        ] as const,
    ),
    ["no targets to tell the region by", set("profile", { targetArns: undefined })],
    ["a Cloud Control profile", cloudControl(JSON.stringify(properties()))],
    [
      "another type of Cloud Control",
      becomes("aws:cloudcontrol/resource:Resource", { typeName: "AWS::SNS::Topic", desiredState: "{}" }),
    ],
    ["a profile of a template", template(inTemplate())],
    [
      "a parameter that the stack gives",
      template(
        inTemplate({ AlertTargets: { SNS: { AlertTargetArn: { Ref: "Topic" }, RoleArn: ROLE_ARN } } }),
        { Parameters: { Topic: { Type: "String" } } },
        { parameters: { Topic: TOPIC_ARN } },
      ),
    ],
    [
      "a template in YAML without a profile",
      becomes("aws:cloudformation/stack:Stack", { templateBody: "Resources: {}" }),
    ],
    [
      "a parameter that a stack set gives",
      becomes("aws-native:cloudformation:StackSet", {
        templateBody: JSON.stringify({
          Resources: inTemplate({
            AlertTargets: { SNS: { AlertTargetArn: { Ref: "Topic" }, RoleArn: ROLE_ARN } },
          }),
          Parameters: { Topic: { Type: "String" } },
        }),
        parameters: [{ parameterKey: "Topic", parameterValue: TOPIC_ARN }],
      }),
    ],
    [
      "a loop that makes something else",
      template({ "Fn::ForEach::Each": ["N", ["a"], { "T${N}": { Type: "AWS::SNS::Topic" } }] }),
    ],
    ["an extension resource that alarms", extension(properties())],
    [
      "an extension resource of something else",
      becomes("aws-native:index:ExtensionResource", { type: "AWS::SNS::Topic", properties: {} }),
    ],
    ["another resource with such properties", becomes("aws:sns/topic:Topic", { alertTargets: {} })],
  ],
});

test("an unknown topic and a wrong role are both told", () => {
  const verdicts = judgeStack(securityProfileAlerts, changed(closedLoop, target(UNKNOWN, "nobody")));
  expect(verdicts).toEqual([
    { level: "own", name: "profile", message: expect.stringMatching(/roleArn.*"nobody"/) },
    { level: "advisory", name: "profile", message: expect.stringMatching(/alertTargetArn/) },
  ]);
});

test("both faults of a target are told at once", () => {
  expect(judgeStack(securityProfileAlerts, changed(closedLoop, target(1, 2)))).toHaveLength(2);
});
