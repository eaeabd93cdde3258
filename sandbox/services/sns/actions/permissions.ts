import type { AddPermissionInput, RemovePermissionInput } from "@aws-sdk/client-sns";
import { rootArn } from "../../../../lib/aws/arns";
import { isObject, parseObject } from "../../../../lib/json";
import { invalidParameter } from "../errors";
import type { SnsStore } from "../store";
import { policyOf, TOPIC_ACTIONS, type Topic } from "../topic";

function statementsOf(topic: Topic): unknown[] {
  const { Statement = [] } = parseObject(policyOf(topic)) ?? {};
  return Array.isArray(Statement) ? Statement : [Statement];
}

function setStatements(topic: Topic, Statement: readonly unknown[]): void {
  topic.attributes.set("Policy", JSON.stringify({ ...parseObject(policyOf(topic)), Statement }));
}

const isLabelled = (statement: unknown, label: string | undefined) =>
  isObject(statement) && statement.Sid === label;

const oneOrAll = (texts: readonly string[]) => (texts.length === 1 ? texts[0] : texts);

/** AddPermission: a statement in the topic's policy that lets accounts in. Source: Amazon SNS API Reference. */
export function addPermission(sns: SnsStore, input: AddPermissionInput): void {
  const topic = sns.topic(input.TopicArn);
  const { ActionName = [], AWSAccountId = [], Label } = input;
  const statements = statementsOf(topic);
  if (statements.some((statement) => isLabelled(statement, Label))) {
    throw invalidParameter("Statement already exists");
  }
  if (!ActionName.every((name) => TOPIC_ACTIONS.includes(name))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  const accounts = AWSAccountId.map((account) => rootArn({ ...sns.env, account }));
  const statement = {
    Sid: Label,
    Effect: "Allow",
    Principal: { AWS: oneOrAll(accounts) },
    Action: oneOrAll(ActionName.map((name) => `SNS:${name}`)),
    Resource: topic.arn,
  };
  setStatements(topic, [...statements, statement]);
}

/** RemovePermission: also fine where no statement has the label. */
export function removePermission(sns: SnsStore, input: RemovePermissionInput): void {
  const topic = sns.topic(input.TopicArn);
  const kept = statementsOf(topic).filter((statement) => !isLabelled(statement, input.Label));
  setStatements(topic, kept);
}
