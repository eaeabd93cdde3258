import { CreatePolicyCommand, DeletePolicyCommand } from "@aws-sdk/client-iot";
import { type Assumption, verdictOf } from "../assumption";
import type { Bench } from "../bench";

const MALFORMED = "Malformed beyond that";
const EMPTY = "An empty list of actions or resources of an IoT policy";
const REFUSED = "refused: MalformedPolicyException";
const STATEMENT = { Effect: "Allow", Action: "iot:Connect", Resource: "*" };
const VERSION = "2012-10-17";

const withStatement = (changes: object) =>
  JSON.stringify({ Version: VERSION, Statement: [{ ...STATEMENT, ...changes }] });

const IN_AN_ARN = "arn:aws:iot:${iot:ClientId}:123456789012:topic/a";
const ONE_KEY = { "iot:ClientId": "a" };
const TWO_CASES = { StringEquals: { "iot:ClientId": "a", "iot:clientid": "b" } };

/** Documents that the evaluators take or refuse on their own authority: what, its fact, AWS's verdict, the text. */
const DOCUMENTS: readonly (readonly [name: string, fact: string, expected: string, document: string])[] = [
  [
    "no Version",
    "Without `Version`, or with 2008-10-17",
    "accepted",
    JSON.stringify({ Statement: [STATEMENT] }),
  ],
  [
    "a variable before an ARN's fifth colon",
    "No variable before an ARN's fifth colon",
    REFUSED,
    withStatement({ Resource: IN_AN_ARN }),
  ],
  ["a Principal", MALFORMED, REFUSED, withStatement({ Principal: "*" })],
  ["an unknown element", MALFORMED, REFUSED, withStatement({ Colour: "red" })],
  ["an element twice", MALFORMED, REFUSED, withStatement({}).replace("{", `{"Version":"${VERSION}",`)],
  ["condition keys that differ in case alone", MALFORMED, REFUSED, withStatement({ Condition: TWO_CASES })],
  ["no statements", MALFORMED, REFUSED, JSON.stringify({ Version: VERSION, Statement: [] })],
  ["an empty list of actions", EMPTY, "accepted", withStatement({ Action: [] })],
  ["an empty list of resources", EMPTY, "accepted", withStatement({ Resource: [] })],
  ["an operator that does not exist", MALFORMED, REFUSED, withStatement({ Condition: { Odd: ONE_KEY } })],
  ["NullIfExists", MALFORMED, REFUSED, withStatement({ Condition: { NullIfExists: ONE_KEY } })],
  ["an action without a prefix", MALFORMED, REFUSED, withStatement({ Action: "Connect" })],
  ["a resource that is no ARN", MALFORMED, REFUSED, withStatement({ Resource: "client/a" })],
];

function create(bench: Bench, role: string, policyDocument: string): Promise<string> {
  const { iot } = bench.clients;
  const policyName = bench.name(role);
  bench.removeLater(`IoT policy ${policyName}`, () => iot.send(new DeletePolicyCommand({ policyName })));
  return verdictOf(iot.send(new CreatePolicyCommand({ policyName, policyDocument, tags: bench.tags })));
}

/** Of the documents of IoT policies. */
export const POLICIES: readonly Assumption[] = DOCUMENTS.map(([name, fact, expected, document], nth) => ({
  name: `an IoT policy with ${name}`,
  fact,
  expected,
  attempt: (bench: Bench) => create(bench, `document-${nth}`, document),
}));
