import type { AccessRequest, Authorizer } from "../../../../sandbox/services/iam/authorizer";

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly Service?: string; readonly AWS?: string } | "*";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * A small stand-in for IAM: people may do all, roles what `granted` lists as `<action> <resource>` (with a
 * `*` at its end, all that begins so), and a resource policy's statements count when principal and condition values are the request's own.
 */
export class FakeAuthorizer implements Authorizer {
  readonly granted = new Set<string>();
  readonly asked: AccessRequest[] = [];

  isAllowed(request: AccessRequest): boolean {
    this.asked.push(request);
    const { principal, action, resource, resourcePolicy } = request;
    const statements: Statement[] = resourcePolicy ? JSON.parse(resourcePolicy).Statement : [];
    const matching = statements.filter((statement) => this.#matches(statement, request));
    if (matching.some((statement) => statement.Effect === "Deny")) return false;
    return (
      principal.kind === "account" ||
      [...this.granted].some((grant) => covers(grant, `${action} ${resource}`)) ||
      matching.some((statement) => statement.Effect === "Allow")
    );
  }

  #matches({ Principal, Condition = {} }: Statement, { principal, context = {} }: AccessRequest): boolean {
    const named =
      Principal === "*" ||
      (principal.kind === "service" && Principal.Service === principal.name) ||
      (principal.kind === "role" && Principal.AWS === principal.arn);
    const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
    return (
      named &&
      Object.values(Condition).every((keys) =>
        Object.entries(keys).every(([key, value]) => given.get(key.toLowerCase()) === value),
      )
    );
  }
}

const covers = (grant: string, wanted: string) =>
  grant.endsWith("*") ? wanted.startsWith(grant.slice(0, -1)) : grant === wanted;

/** A queue's policy that lets SNS in for one topic. */
export const letsSnsIn = (topicArn: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  });
