import { devicePolicyPinsClient } from "../../../policy-pack/policies/device-policy-pins-client";
import { document, GROUP_ARN, mqtt } from "../support/loop";
import { ordinaryStack } from "../support/ordinary-stack";
import { changed, judgeStack, type Stack, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const device =
  (...statements: object[]) =>
  (stack: Stack) => {
    stack.device = {
      type: "aws:iot/policy:Policy",
      props: { name: "device", policy: document(...statements) },
    };
  };

const attached = (target: unknown) => (stack: Stack) => {
  stack["device-attachment"] = {
    type: "aws:iot/policyAttachment:PolicyAttachment",
    props: { policy: "device", target },
  };
};

const CERTIFICATE = mqtt("cert/0123456789abcdef");
const connect = (Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action: "iot:Connect",
  Resource,
  ...more,
});
const any = connect(mqtt("client/*"));
const pinned = mqtt("client/${iot:Connection.Thing.ThingName}");
const ANY = /"device" lets a device connect under any client id.*ThingName\}/;
const POLICY = "AWS::IoT::Policy";

/** A template that attaches the policy to a certificate. */
const principalAttachment = {
  templateBody: JSON.stringify({
    Resources: {
      Given: {
        Type: "AWS::IoT::PolicyPrincipalAttachment",
        Properties: { PolicyName: "device", Principal: CERTIFICATE },
      },
    },
  }),
};

/** A resource that declares things of CloudFormation. */
const declares = (type: string, props: Record<string, unknown>) => (stack: Stack) => {
  stack.declaring = { type, props };
};
const template = (PolicyDocument: unknown, rest: object = {}) => ({
  templateBody: JSON.stringify({
    Resources: { Device: { Type: POLICY, Properties: { PolicyDocument, ...rest } } },
  }),
});
const STACK = "aws:cloudformation/stack:Stack";
const PROVISIONING = "aws:iot/provisioningTemplate:ProvisioningTemplate";

/** The open policy, by all that declares one. */
const DECLARED = {
  "a template of CloudFormation": declares(STACK, template({ Version: "2012-10-17", Statement: [any] })),
  "a stack of aws-native": declares("aws-native:cloudformation:Stack", {
    templateBody: JSON.parse(template({ Version: "2012-10-17", Statement: [any] }).templateBody),
  }),
  "a provisioning template": declares(PROVISIONING, template(document(any))),
  "a provisioning template of aws-native": declares(
    "aws-native:iot:ProvisioningTemplate",
    template(document(any)),
  ),
  "Cloud Control": declares("aws:cloudcontrol/resource:Resource", {
    typeName: POLICY,
    desiredState: JSON.stringify({ PolicyDocument: { Version: "2012-10-17", Statement: [any] } }),
  }),
  "a provisioning template by Cloud Control": declares("aws:cloudcontrol/resource:Resource", {
    typeName: "AWS::IoT::ProvisioningTemplate",
    desiredState: JSON.stringify({ TemplateBody: template(document(any)).templateBody }),
  }),
  "a provisioning template in one of CloudFormation": declares(STACK, {
    templateBody: JSON.stringify({
      Resources: {
        Template: {
          Type: "AWS::IoT::ProvisioningTemplate",
          Properties: { TemplateBody: template(document(any)).templateBody },
        },
      },
    }),
  }),
  "the registration of a CA certificate": declares("aws:iot/caCertificate:CaCertificate", {
    registrationConfig: { templateBody: template(document(any)).templateBody },
  }),
  "the registration of a CA certificate of aws-native": declares("aws-native:iot:CaCertificate", {
    registrationConfig: { templateBody: template(document(any)).templateBody },
  }),
  "an extension resource": declares("aws-native:index:ExtensionResource", {
    type: POLICY,
    properties: { PolicyDocument: document(any) },
  }),
};

holdPolicyTo(devicePolicyPinsClient, {
  level: "mandatory",
  faults: [
    [
      "any client in a group's policy that a template attaches to a certificate as well",
      both(device(any), attached(GROUP_ARN), declares(STACK, principalAttachment)),
      "device",
      ANY,
    ],
    [
      "any client in a policy that a certificate of the stack gets, whose ARN is not known yet",
      both(device(any), attached(UNKNOWN), (stack) => {
        stack.certificate = { type: "aws:iot/certificate:Certificate", props: { active: true } };
        Object.assign(stack["device-attachment"] ?? {}, { sources: { target: ["certificate"] } });
      }),
      "device",
      ANY,
    ],
    ["any client", device(any), "device", ANY],
    [
      "any client, behind a topic of another account",
      device(
        { Effect: "Allow", Action: "iot:Publish", Resource: "arn:aws:iot:eu-west-1:999999999999:topic/a" },
        any,
      ),
      "device",
      ANY,
    ],
    ...["sensor-*", "*-sensor", "gw-?", "a*b*"].map(
      (pattern) =>
        [
          `client ids of the form ${pattern}`,
          device(connect(mqtt(`client/${pattern}`))),
          "device",
          /"device" lets a device connect under any client id of the form .*[*?].*ThingName\} alone/,
        ] as const,
    ),
    [
      "any client by its condition, of a form",
      device(connect("*", { Condition: { StringLike: { "iot:ClientId": "sensor-*" } } })),
      "device",
      /under any client id of the form sensor-\*/,
    ],
    [
      "client ids that only begin as the certificate says",
      device(connect(mqtt("client/${iot:Certificate.Subject.CommonName}-*"))),
      "device",
      /any client id of the form \$\{iot:Certificate...\}-\*/,
    ],
    [
      "several client ids by name",
      device(connect([mqtt("client/gateway-1"), mqtt("client/gateway-2")])),
      "device",
      /under each of the client ids gateway-1, gateway-2/,
    ],
    [
      "several client ids by a condition",
      device(connect("*", { Condition: { StringEquals: { "iot:ClientId": ["a", "b"] } } })),
      "device",
      /under each of the client ids a, b/,
    ],
    [
      "a pinned Allow beside one by pattern",
      device(connect([pinned, mqtt("client/sensor-*")])),
      "device",
      /sensor-\*/,
    ],
    ...Object.entries(DECLARED).map(
      ([what, change]) =>
        [`any client by ${what}`, change, "declaring", /lets a device connect under any client id/] as const,
    ),
    ["everything", device({ Effect: "Allow", Action: "iot:*", Resource: "*" }), "device", ANY],
    [
      "a list of actions on a list of resources",
      device({
        Effect: "Allow",
        Action: ["iot:Publish", "IOT:CONNECT"],
        Resource: [mqtt("topic/a"), mqtt("client/*")],
      }),
      "device",
      ANY,
    ],
    ["another account's notation", device(connect("arn:aws:iot:*:*:client/*")), "device", ANY],
    [
      "a NotAction that leaves publishing out",
      device({ Effect: "Allow", NotAction: "iot:Publish", Resource: "*" }),
      "device",
      ANY,
    ],
    [
      "a NotResource",
      device({ Effect: "Allow", Action: "iot:Connect", NotResource: mqtt("topic/*") }),
      "device",
      ANY,
    ],
    [
      "the client's own variable, which is whatever it says",
      device(connect(mqtt("client/${iot:ClientId}"))),
      "device",
      ANY,
    ],
    ["a pinned Allow beside an open one", device(connect(pinned), any), "device", ANY],
    [
      "a Deny that is narrowed",
      device(any, {
        Effect: "Deny",
        Action: "iot:Connect",
        NotResource: pinned,
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      }),
      "device",
      ANY,
    ],
    [
      "any client from a network",
      device({ ...any, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
      "device",
      ANY,
    ],
    [
      "any client of one domain",
      device({ ...any, Condition: { StringEquals: { "iot:DomainName": "iot.example.com" } } }),
      "device",
      ANY,
    ],
    [
      "any client in a document that is an object",
      (stack) => {
        stack.device = {
          type: "aws-native:iot:Policy",
          props: { policyName: "device", policyDocument: { Statement: [any] } },
        };
      },
      "device",
      ANY,
    ],
    ["any client for a certificate", both(device(any), attached(CERTIFICATE)), "device", ANY],
    [
      "any client for a certificate and a group",
      both(device(any), attached(CERTIFICATE), (stack) => {
        stack["group-attachment"] = {
          type: "aws:iot/policyAttachment:PolicyAttachment",
          props: { policy: "device", target: GROUP_ARN },
        };
      }),
      "device",
      ANY,
    ],
  ],
  unjudged: [
    [
      "any client in a policy of which nobody knows yet whether it is a group's",
      both(device(any), attached(UNKNOWN)),
      "device",
      /which clients "device" lets connect, as .* attached to/,
    ],
    [
      "an unknown document",
      (stack) => {
        stack.device = { type: "aws:iot/policy:Policy", props: { name: "device", policy: UNKNOWN } };
      },
      "device",
      /which clients "device" lets connect/,
    ],
    [
      "a document that CloudFormation computes",
      declares(STACK, template({ "Fn::Sub": "${X}" })),
      "declaring",
      /which clients "Device" of CloudFormation stack "declaring"/,
    ],
    [
      "a template elsewhere",
      declares(STACK, { templateUrl: "https://x.example" }),
      "declaring",
      /policies in it, as/,
    ],
    [
      "a provisioning template that names a policy of another stack",
      declares(PROVISIONING, template(undefined, { PolicyName: "elsewhere" })),
      "declaring",
      /policy "Device" of provisioning template "declaring", which is not written there/,
    ],
  ],
  nearMisses: [
    [
      "its own client in a policy of which nobody knows yet what for",
      both(device(connect(pinned)), attached(UNKNOWN)),
    ],
    [
      "client ids of a form, but a Deny of all that is not the thing's",
      device(connect(mqtt("client/sensor-*")), {
        Effect: "Deny",
        Action: "iot:Connect",
        NotResource: pinned,
      }),
    ],
    [
      "client ids of a form that must be the thing's name",
      device(
        connect(mqtt("client/sensor-*"), {
          Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
        }),
      ),
    ],
    ["a pinned policy of a template", declares(STACK, template(JSON.parse(document(connect(pinned)))))],
    [
      "a provisioning template that names a policy of the stack",
      both(device(connect(pinned)), declares(PROVISIONING, template(undefined, { PolicyName: "device" }))),
    ],
    ["a template without a policy", declares(STACK, { templateBody: "{}" })],
    [
      "any client in a declared policy of a group",
      both(
        declares("aws-native:index:ExtensionResource", {
          type: POLICY,
          properties: { PolicyName: "device", PolicyDocument: document(any) },
        }),
        attached(mqtt("thinggroup/fleet")),
      ),
    ],
    ["the thing's name", device(connect(pinned))],
    [
      "any client, if it is a thing's name",
      device({ ...any, Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } } }),
    ],
    [
      "any client, but a Deny of all that is not the thing's",
      device(any, { Effect: "Deny", Action: "iot:Connect", NotResource: pinned }),
    ],
    [
      "one client by a condition",
      device(connect("*", { Condition: { StringEquals: { "iot:ClientId": "gateway-1" } } })),
    ],
    ["a client that the policy names", device(connect(mqtt("client/gateway-1")))],
    ["the certificate's common name", device(connect(mqtt("client/${iot:Certificate.Subject.CommonName}")))],
    [
      "every topic, but no client",
      device({ Effect: "Allow", Action: ["iot:Publish", "iot:Subscribe"], Resource: "*" }),
    ],
    ["a Deny of any client", device({ ...any, Effect: "Deny" })],
    ["a document that AWS refuses", device({ Effect: "Allow" })],
    [
      "any client in the policy of a group, where it acts under the thing's name",
      both(device(any), attached(mqtt("thinggroup/fleet"))),
    ],
  ],
});

test("in a stack without a quarantine it is advice", () => {
  expect(judgeStack(devicePolicyPinsClient, changed(ordinaryStack, device(any)))).toEqual([
    { level: "advisory", name: "device", message: expect.stringMatching(ANY) },
  ]);
});

test("in a stack of our own components it is an order, even without a group", () => {
  const ours = (stack: Stack) => {
    stack.detection = { type: "iot-quarantine:index:DefenderProfile", props: {} };
  };
  expect(judgeStack(devicePolicyPinsClient, changed(ordinaryStack, device(any), ours))).toEqual([
    { level: "own", name: "device", message: expect.stringMatching(ANY) },
  ]);
});
