import type * as sdk from "@aws-sdk/client-iam";
import type { Verdict } from "../../../../lib/policy-language/evaluate";
import { parsePolicy } from "../../../../lib/policy-language/iam/document";
import { judge } from "../../../../lib/policy-language/iam/judge";
import { variableKey } from "../../../../lib/policy-language/variables";
import { checkPolicyDocument, iamPage } from "../checks";
import { noSuchEntity } from "../errors";
import type { IamStore } from "../store";

const DECISIONS = {
  allow: "allowed",
  "allow-account": "allowed",
  deny: "explicitDeny",
  silent: "implicitDeny",
} as const satisfies Readonly<Record<Verdict, sdk.EvaluationResult["EvalDecision"]>>;

/** What policies let somebody do: those of the identity, and those that bound it, if any do. */
interface Policies {
  readonly identity: readonly string[];
  readonly boundary: readonly string[] | undefined;
}

function simulate(
  { identity, boundary }: Policies,
  request: Omit<sdk.SimulateCustomPolicyRequest, "PolicyInputList">,
): sdk.SimulatePolicyResponse {
  const entries = (request.ContextEntries ?? []).map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
    variableKey(ContextKeyName),
    ContextKeyValues,
  ]);
  const context: ReadonlyMap<string, string[]> = new Map(entries as [string, string[]][]);
  const statements = (documents: readonly string[]) =>
    documents.flatMap((document) => parsePolicy(document, "identity"));
  const [ofIdentity, ofBoundary] = [statements(identity), boundary && statements(boundary)];
  const verdictOf = (action: string, resource: string): Verdict => {
    const question = { action, resource, principal: { own: [], account: [] }, context };
    const verdicts = [ofIdentity, ...(ofBoundary ? [ofBoundary] : [])].map((each) => judge(each, question));
    return (
      verdicts.find((verdict) => verdict === "deny") ??
      verdicts.find((verdict) => verdict === "silent") ??
      "allow"
    );
  };
  const results = (request.ActionNames ?? []).flatMap((EvalActionName) =>
    (request.ResourceArns ?? ["*"]).map((EvalResourceName) => ({
      EvalActionName,
      EvalResourceName,
      EvalDecision: DECISIONS[verdictOf(EvalActionName, EvalResourceName)],
    })),
  );
  const { items, rest } = iamPage(results, request);
  return { EvaluationResults: items, ...rest };
}

/** The policies that a request brings along, each checked. */
function given(documents: readonly string[] | undefined): readonly string[] {
  for (const document of documents ?? []) checkPolicyDocument(document, "identity");
  return documents ?? [];
}

/** SimulateCustomPolicy: without resource policies, and without the statements that matched. */
export function simulateCustomPolicy(_store: IamStore, request: sdk.SimulateCustomPolicyRequest) {
  const { PolicyInputList, PermissionsBoundaryPolicyInputList: boundary } = request;
  return simulate({ identity: given(PolicyInputList), boundary: boundary && given(boundary) }, request);
}

/** SimulatePrincipalPolicy: of a role, whose policies and boundary count beside those that the request brings along. */
export function simulatePrincipalPolicy(store: IamStore, request: sdk.SimulatePrincipalPolicyRequest) {
  const { PolicySourceArn = "", PolicyInputList, PermissionsBoundaryPolicyInputList } = request;
  const role = store.roleOf(PolicySourceArn);
  if (!role) throw noSuchEntity(`The policy source ${PolicySourceArn} cannot be found.`);
  const documentsOf = (arns: Iterable<string>) => [...arns].flatMap((arn) => store.documentOf(arn) ?? []);
  const { permissionsBoundary: bound, inlinePolicies, attachedPolicies } = role;
  const ofRole = bound === undefined ? undefined : documentsOf([bound]);
  return simulate(
    {
      identity: [...inlinePolicies.values(), ...documentsOf(attachedPolicies), ...given(PolicyInputList)],
      boundary: PermissionsBoundaryPolicyInputList ? given(PermissionsBoundaryPolicyInputList) : ofRole,
    },
    request,
  );
}
