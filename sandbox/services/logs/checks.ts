import type { Constraints } from "../../wire/constraints";
import { type Page, pageOf } from "../../wire/pagination";
import { invalidParameter } from "./errors";

// Patterns and limits: Amazon CloudWatch Logs API Reference, the members of each action.
const GROUP_NAME = { pattern: "[\\.\\-_/#A-Za-z0-9]+", min: 1, max: 512 };
const STREAM_NAME = { pattern: "[^:*]*", min: 1, max: 512 };
const TIME = { min: 0 };

/** What CloudWatch Logs demands of the members of its inputs. */
export const LOGS_CONSTRAINTS: Constraints = {
  logGroupName: GROUP_NAME,
  logGroupNamePrefix: GROUP_NAME,
  logStreamName: STREAM_NAME,
  logStreamNamePrefix: STREAM_NAME,
  retentionInDays: {
    oneOf: [
      ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
      ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
    ],
  },
  logGroupClass: { oneOf: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] },
  logEvents: { min: 1, max: 10_000 },
  logStreamNames: { min: 1, max: 100 },
  startTime: TIME,
  endTime: TIME,
  filterPattern: { max: 1024 },
};

/** Cuts one of the listings of groups and streams into pages. Source: API Reference, `DescribeLimit`. */
export const logsPage = <T>(
  items: readonly T[],
  request: { readonly limit?: number | undefined; readonly nextToken?: string | undefined },
): Page<T> =>
  pageOf(items, {
    size: request.limit,
    member: "limit",
    token: request.nextToken,
    largest: 50,
    invalid: invalidParameter,
  });

/** The name in a group's identifier, which is the name itself or the ARN, with or without `:*`. */
export function groupNameOf(request: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string | undefined {
  const { logGroupName, logGroupIdentifier } = request;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter("LogGroup name and LogGroup Identifier are mutually exclusive parameters.");
  }
  return logGroupName ?? logGroupIdentifier?.replace(/^arn:.*?:log-group:/, "").replace(/:\*$/, "");
}
