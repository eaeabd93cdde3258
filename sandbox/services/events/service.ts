import * as sdk from "@aws-sdk/client-eventbridge";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as putting from "./actions/put-events";
import { validation } from "./errors";
import type { EventsStore } from "./store";

/** Amazon EventBridge: events come in at the default bus, and are kept to be read at `/_sandbox/events`. */
export function eventsService(events: EventsStore): Service {
  return {
    name: "events",
    protocol: "json-1.1",
    targetPrefix: "AWSEvents",
    sdk,
    actions: bindActions(events, putting),
    invalid: validation,
  };
}
