import * as sdk from "@aws-sdk/client-lambda";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as concurrency from "./actions/concurrency";
import * as creation from "./actions/create-function";
import * as eventInvokeConfigs from "./actions/event-invoke-config";
import * as mappings from "./actions/event-source-mappings";
import * as functions from "./actions/functions";
import * as invocation from "./actions/invoke";
import * as permissions from "./actions/permissions";
import * as tags from "./actions/tags";
import * as updates from "./actions/update-function";
import { invalidInput } from "./errors";
import type { LambdaStore } from "./store";

/** Lambda on the wire: REST and JSON. Source: AWS Lambda API Reference. */
export function lambdaService(lambda: LambdaStore): Service {
  const actions = bindActions(
    lambda,
    concurrency,
    creation,
    eventInvokeConfigs,
    mappings,
    functions,
    invocation,
    permissions,
    tags,
    updates,
  );
  return {
    name: "lambda",
    protocol: "rest-json",
    sdk,
    actions,
    invalid: invalidInput,
  };
}
