import { MalformedPolicyError, measurePolicy } from "../../../../lib/policy-language/document";
import { IOT_POLICY_MAX_CHARACTERS, parseIotPolicy } from "../../../../lib/policy-language/iot/document";

const ALLOW = { Effect: "Allow", Action: "iot:Publish", Resource: "*" };

function withStatement(statement: unknown): object {
  return { Version: "2012-10-17", Statement: statement };
}

function faultsOf(document: string | object): MalformedPolicyError["faults"] {
  try {
    parseIotPolicy(document);
  } catch (error) {
    if (error instanceof MalformedPolicyError) return error.faults;
    throw error;
  }
  return [];
}

describe("a well-formed policy document", () => {
  it.each([
    ["one statement that stands alone", withStatement(ALLOW)],
    ["a list of statements", withStatement([ALLOW, { ...ALLOW, Effect: "Deny" }])],
    [
      "a name for the statement and one for the document",
      { ...withStatement([{ Sid: "s", ...ALLOW }]), Id: "d" },
    ],
    ["the older version", { Version: "2008-10-17", Statement: ALLOW }],
    ["no version", { Statement: ALLOW }],
    ["lists", withStatement([{ ...ALLOW, Action: ["iot:*", "*"], Resource: ["arn:aws:iot:*", "*"] }])],
    ["actions of another service", withStatement([{ ...ALLOW, Action: ["greengrass:Discover"] }])],
    [
      "NotAction and NotResource",
      withStatement([{ Effect: "Deny", NotAction: "iot:Connect", NotResource: "*" }]),
    ],
    ["a condition of a boolean", withStatement([{ ...ALLOW, Condition: { Bool: { "iot:X": true } } }])],
    [
      "an operator that is not evaluated, and an empty list",
      withStatement([{ ...ALLOW, Condition: { NumericEquals: { "iot:X": [] } } }]),
    ],
    ["empty lists of actions and resources", withStatement([{ ...ALLOW, Action: [], Resource: [] }])],
    [
      "what is a variable in the newer version alone, before the fifth colon",
      { Statement: { ...ALLOW, Resource: "arn:aws:iot:${iot:DomainName}:1:topic/a" } },
    ],
    ["an empty condition", withStatement([{ ...ALLOW, Condition: {} }])],
  ])("may have %s, as JSON and as text", (_, document) => {
    expect(faultsOf(document)).toEqual([]);
    expect(parseIotPolicy(JSON.stringify(document, null, 4))).toEqual(parseIotPolicy(document));
  });

  it("gives its statements in order, ready to be matched", () => {
    const { statements } = parseIotPolicy(
      withStatement([
        { Effect: "Deny", NotAction: "iot:Get*", NotResource: ["arn:aws:iot:::a", "arn:aws:iot:::b"] },
        ALLOW,
      ]),
    );
    const summary = statements.map(({ effect, actions, resources }) => ({
      effect,
      actions: [actions.kind, ...actions.patterns.map(({ source }) => source)],
      resources: [resources?.kind, ...(resources?.patterns ?? []).map(({ source }) => source)],
    }));
    expect(summary).toEqual([
      {
        effect: "Deny",
        actions: ["unlisted", "iot:get*"],
        resources: ["unlisted", "arn:aws:iot:::a", "arn:aws:iot:::b"],
      },
      { effect: "Allow", actions: ["listed", "iot:publish"], resources: ["listed", "*"] },
    ]);
  });
});

describe("a malformed policy document", () => {
  it.each([
    ["text that is no JSON", "{", "", /^Make the policy document valid JSON: SyntaxError: /],
    ["a list", [], "", "Set the policy document to a JSON object; it is []."],
    ["null", "null", "", "Set the policy document to a JSON object; it is null."],
    ["text in JSON", '"x"', "", 'Set the policy document to a JSON object; it is "x".'],
    [
      "an unknown version",
      { Version: "2012-10-18", Statement: ALLOW },
      "Version",
      'Set `Version` to "2012-10-17" or "2008-10-17"; it is "2012-10-18".',
    ],
    [
      "an unknown element",
      { ...withStatement(ALLOW), Statements: [] },
      "Statements",
      "Remove `Statements`; only Version, Id, Statement may stand there.",
    ],
    [
      "no statement",
      { Version: "2012-10-17" },
      "Statement",
      "Set `Statement` to a JSON object; it is missing.",
    ],
    [
      "an empty list of statements",
      withStatement([]),
      "Statement",
      /^Set `Statement` to one statement or a list/,
    ],
    ["a statement that is none", withStatement(["x"]), "Statement[0]", /a JSON object; it is "x"/],
    [
      "a name that is no string",
      withStatement([{ Sid: 1, ...ALLOW }]),
      "Statement[0].Sid",
      /a string; it is 1/,
    ],
    [
      "a wrong effect",
      withStatement([ALLOW, { ...ALLOW, Effect: "allow" }]),
      "Statement[1].Effect",
      'Set `Statement[1].Effect` to "Allow" or "Deny"; it is "allow".',
    ],
    [
      "no effect, in a statement that stands alone",
      withStatement({ Action: "*", Resource: "*" }),
      "Statement.Effect",
      /missing/,
    ],
    [
      "a principal",
      withStatement([{ ...ALLOW, Principal: "*" }]),
      "Statement[0].Principal",
      /^Remove `Statement\[0\]\.Principal`/,
    ],
    [
      "no action",
      withStatement([{ Effect: "Allow", Resource: "*" }]),
      "Statement[0]",
      "Give Statement[0] either `Action` or `NotAction`; it has neither.",
    ],
    ["Action and NotAction", withStatement([{ ...ALLOW, NotAction: "*" }]), "Statement[0]", /it has both/],
    ...["Odd", "stringEquals", "NullIfExists"].map((operator): [string, object, string, RegExp] => [
      `the operator ${operator}, which is none`,
      withStatement([{ ...ALLOW, Condition: { [operator]: { "iot:ClientId": "a" } } }]),
      `Statement[0].Condition.${operator}`,
      new RegExp(`^Set .*Condition. to operators that IAM has; it has "${operator}"`),
    ]),
    [
      "an action without its prefix",
      withStatement([{ ...ALLOW, Action: ["iot:Publish", "Publish"] }]),
      "Statement[0].Action[1]",
      'Set `Statement[0].Action[1]` to "*" or an action with its prefix ("iot:Publish"); it is "Publish".',
    ],
    ["an action that is no text", withStatement([{ ...ALLOW, Action: 1 }]), "Statement[0].Action", /it is 1/],
    [
      "an element twice",
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Effect":"Deny"}}',
      "",
      "Give each element once; `Effect` is there twice.",
    ],
    [
      "a variable before the fifth colon",
      withStatement([{ ...ALLOW, Resource: ["arn:aws:iot:${iot:DomainName}:1:topic/${iot:ClientId}"] }]),
      "Statement[0].Resource[0]",
      /^Set `Statement\[0\]\.Resource\[0\]` to an ARN without a variable before its fifth colon; it is "arn/,
    ],
    [
      "a key twice",
      withStatement([{ ...ALLOW, Condition: { Bool: { "iot:X": true, "iot:x": true } } }]),
      "Statement[0].Condition.Bool",
      "Give each key of `Statement[0].Condition.Bool` once, in whatever case; `iot:x` is there twice.",
    ],
    [
      "no resource",
      withStatement([{ Effect: "Allow", Action: "*" }]),
      "Statement[0]",
      /`Resource` or `NotResource`/,
    ],
    [
      "Resource and NotResource",
      withStatement([{ ...ALLOW, NotResource: "*" }]),
      "Statement[0]",
      /it has both/,
    ],
    ["an empty resource", withStatement([{ ...ALLOW, Resource: "" }]), "Statement[0].Resource", /it is ""/],
    [
      "a resource that is no ARN",
      withStatement([{ ...ALLOW, Resource: ["topic/a"] }]),
      "Statement[0].Resource[0]",
      'Set `Statement[0].Resource[0]` to "*" or an ARN ("arn:..."); it is "topic/a".',
    ],
    [
      "a condition that is no object",
      withStatement([{ ...ALLOW, Condition: "x" }]),
      "Statement[0].Condition",
      /JSON object/,
    ],
    [
      "an operator without keys",
      withStatement([{ ...ALLOW, Condition: { Bool: true } }]),
      "Statement[0].Condition.Bool",
      /JSON object/,
    ],
    [
      "a condition value that is an object",
      withStatement([{ ...ALLOW, Condition: { Bool: { k: [{}] } } }]),
      "Statement[0].Condition.Bool.k",
      /a string, a number, a boolean or a list of them/,
    ],
  ])("with %s is refused", (_, document, path, message) => {
    expect(faultsOf(document)).toEqual([
      { path, message: typeof message === "string" ? message : expect.stringMatching(message) },
    ]);
  });

  it("has all its faults told at once, and its error says them all", () => {
    const document = withStatement([{ Effect: "Maybe", Action: "x", Resource: 1 }, 2]);
    const paths = ["Statement[0].Effect", "Statement[0].Action", "Statement[0].Resource", "Statement[1]"];
    const faults = faultsOf(document);
    expect(faults.map(({ path }) => path)).toEqual(paths);
    expect(() => parseIotPolicy(document)).toThrow(faults.map(({ message }) => message).join(" "));
  });

  it("does not repeat a value of any length in its fault", () => {
    const [fault] = faultsOf(withStatement([{ ...ALLOW, Effect: "x".repeat(1000) }]));
    expect(fault?.message.length).toBeLessThan(300);
  });
});

describe("the length of a policy document", () => {
  const filled = (length: number): string => {
    const resource = (name: string) => JSON.stringify(withStatement([{ ...ALLOW, Resource: `arn:${name}` }]));
    return resource("x".repeat(length - resource("").length));
  };

  it("is counted without white space, in JSON as in text", () => {
    expect(measurePolicy(' {\n\t"a" :\r "b c"} ')).toBe('{"a":"bc"}'.length);
    expect(measurePolicy({ a: "b c" })).toBe('{"a":"bc"}'.length);
  });

  it("may be 2,048 and as much white space as one likes", () => {
    const document = filled(IOT_POLICY_MAX_CHARACTERS);
    expect(measurePolicy(document)).toBe(2048);
    expect(faultsOf(document + " ".repeat(1000))).toEqual([]);
  });

  it("may not be 2,049", () => {
    const message = "Shorten the policy document to 2048 characters without white space; it has 2049.";
    expect(faultsOf(filled(2049))).toEqual([{ path: "", message }]);
  });
});
