import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { set } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const filtered = (filter: object) =>
  set("subscription", { filterPolicy: JSON.stringify(filter), filterPolicyScope: "MessageBody" });

const NONE: Readonly<Record<string, object>> = {
  "a suffix that no event has": { violationEventType: [{ suffix: "cleared" }] },
  "a wildcard that no profile is like": { securityProfileName: [{ wildcard: "*-test-*" }] },
  "a ? that is no wildcard": { securityProfileName: [{ wildcard: "prod-watc?" }] },
  "an address": { thingName: [{ cidr: "10.0.0.0/8" }] },
  "an address of what is known": { securityProfileName: [{ cidr: "10.0.0.0/8" }] },
  "no name of a thing": { thingName: [{ exists: false }] },
  "no time": { violationEventTime: [{ exists: false }] },
  "a time as a text": { violationEventTime: ["1700000000000"] },
  "a name that is a number": { thingName: [{ numeric: [">", 1] }] },
  "all but what begins as the profile": { securityProfileName: [{ "anything-but": { prefix: "prod" } }] },
  "all but what ends as the event": { violationEventType: [{ "anything-but": { suffix: ["alarm", "x"] } }] },
  "all but what the wildcard covers": { violationEventType: [{ "anything-but": { wildcard: "in-*" } }] },
};

const SOME: Readonly<Record<string, object>> = {
  "a suffix": { violationEventType: [{ suffix: "alarm" }] },
  "a wildcard": { securityProfileName: [{ wildcard: "prod-*" }] },
  "a wildcard in a name that is not known": { thingName: [{ wildcard: "cam-*" }] },
  "a time": { violationEventTime: [{ numeric: [">", 1_700_000_000_000] }] },
  "all but some things": { thingName: [{ "anything-but": { prefix: "test-" } }] },
  "all but another event": { violationEventType: [{ "anything-but": { prefix: "alarm" } }] },
  "a rule that is not known": { violationEventType: [{ "some-day": "x" }] },
};

holdPolicyTo(securityProfileTopicIsHeard, {
  level: "mandatory",
  faults: Object.entries(NONE).map(
    ([what, filter]) => [what, filtered(filter), "topic", /lets no alarm through/] as const,
  ),
  nearMisses: Object.entries(SOME).map(([what, filter]) => [what, filtered(filter)] as const),
});
