import { quarantinePolicyContains } from "../../../policy-pack/policies/quarantine-policy-contains";
import { document, GROUP_ARN, mqtt, REACHABLE, restrictiveStatements } from "../support/loop";
import { one, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const { rest, answers, retained, reach } = restrictiveStatements;
const restrictive = (...statements: object[]) => set("restrictive", { policy: document(...statements) });
const excepting = (...resources: string[]) => ({ ...rest, NotResource: [...REACHABLE, ...resources] });
const OWN = "$aws/things/${iot:ClientId}";
const JOBS = [mqtt(`topic/${OWN}/jobs/*`), mqtt(`topicfilter/${OWN}/jobs/*`)];
const TELEMETRY = mqtt("topic/dt/*");

/** A second policy of the group. */
const secondPolicy =
  (...statements: object[]) =>
  (stack: Stack) => {
    stack.second = {
      type: "aws:iot/policy:Policy",
      props: { name: "prod-second", policy: document(...statements) },
    };
    stack["second-attachment"] = {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      props: { policy: "prod-second", target: GROUP_ARN },
    };
  };

/** Denies topics by name, all that one may think of, and no other. */
const namedDenies = [
  {
    Effect: "Deny",
    Action: ["iot:Publish", "iot:Receive"],
    Resource: [
      ...["telemetry", "fleet/*", "devices/*", "$aws/rules/*", "$aws/certificates/*", "$aws/provisioning*"],
      ...["shadow/delete", "shadow/name/*", "defender/*", "jobs/*"].map((name) => `$aws/things/*/${name}`),
      "$aws/things/q7-other/*",
    ].map((name) => mqtt(`topic/${name}`)),
  },
  { Effect: "Deny", Action: "iot:Publish", Resource: mqtt("topic/$aws/things/*/shadow/*/*") },
  { Effect: "Deny", Action: "iot:Subscribe", NotResource: REACHABLE },
  retained,
];

const when = (statement: object, Condition: object) => ({ ...statement, Condition });
const whole = [rest, answers, retained, reach];
const byThing = <T>(statement: T): T =>
  JSON.parse(JSON.stringify(statement).replaceAll("iot:ClientId", "iot:Connection.Thing.ThingName")) as T;

const asTag = (tags: unknown) =>
  both(
    remove("attachment"),
    set("callback", { environment: {} }),
    set("callback-role-policy", { policy: "{}" }),
    set("group", { tags }),
  );

holdPolicyTo(quarantinePolicyContains, {
  level: "mandatory",
  faults: [
    ["no policy attached", remove("attachment"), "group", /has no policy in this stack/],
    [
      "a policy attached to another group",
      set("attachment", { target: mqtt("thinggroup/other") }),
      "group",
      /no policy/,
    ],
    ["an Allow alone", restrictive(reach), "group", /publish to telemetry/],
    ["a Deny of publishing alone", restrictive(answers, reach), "group", /receive on telemetry/],
    [
      "an exception for telemetry",
      restrictive(excepting(TELEMETRY), answers, retained, reach),
      "group",
      /receive on dt\//,
    ],
    [
      "an exception for a filter",
      restrictive(excepting(mqtt("topicfilter/fleet/*")), answers, retained, reach),
      "group",
      /subscribe to fleet/,
    ],
    ...(["iot:ClientId", "iot:Connection.Thing.ThingName"] as const).map(
      (key) =>
        [
          `a Deny for all but some names, by ${key}`,
          restrictive(when(rest, { StringNotLike: { [key]: "vip-*" } }), answers, retained, reach),
          "group",
          /receive on telemetry \(as thing vip-q-7\)/,
        ] as const,
    ),
    [
      "a Deny for all but one name",
      restrictive(when(rest, { StringNotEquals: { "iot:ClientId": ["gate-1"] } }), answers, retained, reach),
      "group",
      /\(as thing gate-1\)/,
    ],
    [
      "a Deny for some names",
      restrictive(when(rest, { StringLike: { "iot:ClientId": "cam-*" } }), answers, retained, reach),
      "group",
      /receive on telemetry;/,
    ],
    ["a Deny of topics by name", restrictive(...namedDenies, reach), "group", /publish to q7-unlisted/],
    ["answers to itself", restrictive(rest, retained, reach), "group", /publish to .*shadow\/get\/accepted/],
    ["retained messages", restrictive(rest, answers, reach), "group", /retained message on .*shadow\/get/],
    [
      "deleting its shadow, and named shadows",
      restrictive(excepting(mqtt(`topic/${OWN}/shadow/*`)), retained, reach),
      "group",
      /shadow\/delete; .*named?|shadow\/name/,
    ],
    [
      "the shadows of other things",
      restrictive(excepting(mqtt("topic/$aws/things/*/shadow/get")), answers, retained, reach),
      "group",
      /receive on .*q7-other\/shadow\/get/,
    ],
    [
      "jobs, which the config does not allow",
      restrictive(excepting(...JOBS), retained, reach),
      "group",
      /jobs\/start-next/,
    ],
    [
      "a Deny of a listed action too few",
      restrictive({ ...rest, Action: ["iot:Publish", "iot:Subscribe"] }, retained, reach),
      "group",
      /receive on/,
    ],
    [
      "a NotAction that leaves subscribing out",
      restrictive({ ...rest, Action: undefined, NotAction: "iot:Subscribe" }, answers, retained, reach),
      "group",
      /subscribe to #/,
    ],
    [
      "a Deny for attached things alone",
      restrictive(
        when(rest, { Bool: { "iot:Connection.Thing.IsAttached": "true" } }),
        answers,
        retained,
        reach,
      ),
      "group",
      /telemetry/,
    ],
    [
      "a Deny for some thing types",
      restrictive(
        when(rest, { StringEquals: { "iot:Connection.Thing.ThingTypeName": "cam" } }),
        answers,
        retained,
        reach,
      ),
      "group",
      /telemetry/,
    ],
    [
      "a Deny for all thing types but one",
      restrictive(
        when(rest, { StringNotEquals: { "iot:Connection.Thing.ThingTypeName": "cam" } }),
        answers,
        retained,
        reach,
      ),
      "group",
      /telemetry/,
    ],
    [
      "a Deny for a network",
      restrictive(when(rest, { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }), answers, retained, reach),
      "group",
      /telemetry/,
    ],
    [
      "no Allow: the shadow is out of reach",
      restrictive(rest, answers, retained),
      "group",
      /cannot reach its own shadow/,
    ],
    [
      "no deltas",
      restrictive(rest, answers, retained, { ...reach, Resource: [...REACHABLE.slice(0, 4)] }),
      "group",
      /update\/delta/,
    ],
    [
      "a second policy that denies the shadow",
      secondPolicy({ Effect: "Deny", Action: "iot:Connect", Resource: "*" }),
      "group",
      /cannot: connect/,
    ],
    [
      "shadows where the config allows nothing",
      restrictive(...whole),
      "group",
      /shadow\/get/,
      { quarantineAllows: [] },
    ],
    [
      "a document that is too long",
      restrictive(...whole, { ...reach, Sid: "x".repeat(1000) }),
      "group",
      /AWS IoT refuses.*2048 characters/,
    ],
    [
      "a document that AWS refuses",
      restrictive({ ...rest, Effect: "deny" }),
      "group",
      /AWS IoT refuses.*Effect/,
    ],
    [
      "a group that only its tag names",
      asTag({ "iot-quarantine:component": "QuarantineGroup" }),
      "group",
      /has no policy/,
    ],
    [
      "a group that only its tags' prefix names",
      asTag({ "iot-quarantine:stack": "prod" }),
      "group",
      /has no policy/,
    ],
    ["a group that the config names", asTag({}), "group", /has no policy/, { quarantineGroups: [GROUP_ARN] }],
    [
      "a group that only the function's permission names",
      both(set("callback", { environment: {} }), remove("attachment")),
      "group",
      /has no policy/,
    ],
    [
      "a policy and a group of aws-native",
      (stack) => {
        stack.group = { type: "aws-native:iot:ThingGroup", props: { thingGroupName: "prod-quarantined" } };
        stack.restrictive = {
          type: "aws-native:iot:Policy",
          props: {
            policyName: "prod-restrictive",
            policyDocument: { Version: "2012-10-17", Statement: [reach] },
          },
        };
      },
      "group",
      /publish to telemetry/,
    ],
  ],
  advice: [
    ...(
      [
        ["everything", { ...rest, NotResource: undefined, Resource: "*" }, reach],
        ["everything, without an Allow", { Effect: "Deny", Action: "*", Resource: "*" }],
        [
          "all that a device can do",
          {
            Effect: "Deny",
            Action: ["iot:Connect", "iot:Publish", "iot:RetainPublish", "iot:Subscribe", "iot:Receive"],
            Resource: "*",
          },
        ],
        ["all but connecting", { Effect: "Deny", NotAction: "iot:Connect", Resource: "*" }],
      ] as const
    ).map(
      ([what, ...statements]) =>
        [
          `a Deny of ${what}, which contains, but the shadow as well`,
          restrictive(...statements),
          "group",
          /contains its members wholly, .*own shadow.*set quarantineAllows .* to \[\]/,
        ] as const,
    ),
  ],
  unjudged: [
    [
      "no group that is known as one",
      both(remove("group"), set("callback", { environment: {} })),
      "callback",
      /which thing group it quarantines devices in.*quarantineGroups/,
    ],
    [
      "a group of another stack",
      both(remove("group"), set("callback", { environment: { variables: { QUARANTINE_GROUP: "central" } } })),
      "callback",
      /quarantine group central, which this stack does not make/,
    ],
    [
      "a group of another stack beside one of its own",
      set("callback", {
        environment: {
          variables: { QUARANTINE_GROUP: "prod-quarantined", THING_GROUP_OF_QUARANTINE: "central" },
        },
      }),
      "callback",
      /quarantine group central/,
    ],
    [
      "an unknown document",
      unknown("restrictive", "policy", "group"),
      "group",
      /document of policy "restrictive"/,
    ],
    [
      "a policy of another stack",
      set("attachment", { policy: "elsewhere" }),
      "group",
      /this stack does not make/,
    ],
    ["an unknown target", set("attachment", { target: UNKNOWN }), "group", /what "attachment" attaches/],
  ],
  nearMisses: [
    [
      "a policy that Cloud Control makes",
      (stack) => {
        const { name, policy } = one(stack, "restrictive").props;
        stack.restrictive = {
          type: "aws:cloudcontrol/resource:Resource",
          props: {
            typeName: "AWS::IoT::Policy",
            desiredState: JSON.stringify({ PolicyName: name, PolicyDocument: JSON.parse(String(policy)) }),
          },
        };
      },
    ],
    ["statements in another order", restrictive(reach, retained, answers, rest)],
    [
      "actions as lists, keys in another order",
      restrictive({ NotResource: REACHABLE, Action: ["iot:*"], Effect: "Deny" }, answers, retained, reach),
    ],
    [
      "actions in other letters",
      restrictive(
        { ...rest, Action: "IOT:*" },
        answers,
        { ...retained, Action: ["iot:retainpublish"] },
        reach,
      ),
    ],
    [
      "another variable about quarantine",
      set("callback", {
        environment: { variables: { QUARANTINE_GROUP: "prod-quarantined", QUARANTINE_ENABLED: "true" } },
      }),
    ],
    ["the name by the thing's variable", restrictive(...byThing(whole))],
    [
      "a NotAction that leaves out what is allowed anyway",
      restrictive(
        rest,
        answers,
        retained,
        {
          Effect: "Deny",
          NotAction: ["iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"],
          Resource: "*",
        },
        reach,
      ),
    ],
    [
      "an Allow to the attached that a Deny closes",
      restrictive(...whole, { ...when(reach, reach.Condition), Action: "iot:*", Resource: "*" }),
    ],
    [
      "a second policy that closes what the first leaves open",
      both(restrictive(rest, retained, reach), secondPolicy(answers)),
    ],
    [
      "jobs, which the config allows",
      restrictive(
        excepting(...JOBS),
        { ...answers, NotResource: [...answers.NotResource, JOBS[0]] },
        retained,
        {
          ...reach,
          Resource: [...REACHABLE, ...JOBS],
        },
      ),
      { quarantineAllows: ["shadow", "jobs"] },
    ],
    [
      "a Deny of everything, where the config allows nothing",
      restrictive({ Effect: "Deny", Action: "iot:*", Resource: "*" }),
      { quarantineAllows: [] },
    ],
    [
      "what a first preview knows",
      both(set("group", { arn: UNKNOWN }), unknown("attachment", "target", "group")),
    ],
    ["the policy by its ARN", set("attachment", { policy: "prod-restrictive" })],
    [
      "white space in the document",
      set("restrictive", { policy: JSON.stringify(JSON.parse(document(...whole)), null, 40) }),
    ],
  ],
});
