import * as sdk from "@aws-sdk/client-cloudwatch";
import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import * as alarms from "./actions/alarms";
import * as tags from "./actions/tags";
import { CLOUDWATCH_CONSTRAINTS } from "./checks";
import { validation } from "./errors";
import type { CloudWatchStore } from "./store";

/** Amazon CloudWatch: metric alarms, kept and told, and evaluated by nobody. */
export function cloudWatchService(cloudWatch: CloudWatchStore): Service {
  return {
    name: "cloudwatch",
    signingNames: ["monitoring"],
    protocol: "json-1.0",
    targetPrefix: "GraniteServiceVersion20100801",
    sdk,
    actions: constrained(bindActions(cloudWatch, alarms, tags), CLOUDWATCH_CONSTRAINTS, validation),
    invalid: validation,
  };
}
