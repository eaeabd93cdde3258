const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/** What a function in a network of the account needs. */
export const NETWORK = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const READING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** What tracing needs. */
export const TRACING = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:GetSamplingStatisticSummaries",
];

/**
 * What AWS's managed policies for functions allow, on any resource.
 *
 * Source: AWS Managed Policy Reference, pages of these policies.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": LOGS,
  "service-role/AWSLambdaVPCAccessExecutionRole": [...LOGS, ...NETWORK],
  "service-role/AWSLambdaSQSQueueExecutionRole": [...LOGS, ...READING],
  AWSXRayDaemonWriteAccess: TRACING,
};

/** The document of a managed policy of AWS that functions have; `undefined` for one that is not known here. */
export function awsManagedDocument(arn: string): string | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const actions = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  return actions && JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
}
