import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import * as groups from "./actions/groups";
import * as putting from "./actions/put-log-events";
import * as reading from "./actions/read-events";
import * as streams from "./actions/streams";
import * as tags from "./actions/tags";
import { LOGS_CONSTRAINTS } from "./checks";
import { invalidParameter } from "./errors";
import type { LogsStore } from "./store";

/** Amazon CloudWatch Logs: groups, streams, events. */
export function logsService(logs: LogsStore): Service {
  const actions = bindActions(logs, groups, putting, reading, streams, tags);
  return {
    name: "logs",
    protocol: "json-1.1",
    targetPrefix: "Logs_20140328",
    sdk,
    actions: constrained(actions, LOGS_CONSTRAINTS, invalidParameter),
    invalid: invalidParameter,
  };
}
