import type { Rehearsal } from "../../../../tools/rehearsal/rehearse";
import type { BehaviorResult } from "../../../../tools/rehearsal/result";

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();

const behavior: BehaviorResult = {
  profile: "Rate",
  behavior: "Sent",
  rule: "aws:num-messages-sent less-than 10 in 300 s, 2 datapoints in a row to alarm",
  response: "quarantine",
  state: "held",
  threshold: 10,
  points: [
    { time: at(5), device: "dev-OK1", role: "healthy", value: { count: 5 } },
    { time: at(10), device: "dev-XBHY", role: "offender", value: { count: 30 } },
    { time: at(10), device: "dev-OUTSIDE", role: "outsider", value: { count: 29 } },
    { time: at(15), device: "dev-XBHY", role: "offender", value: { count: 12 } },
    { time: at(15), device: "dev-OK1", role: "healthy", value: { count: 0 } },
  ],
  alarmed: at(15),
  decisions: [{ thingName: "dev-XBHY", outcome: "quarantined", reason: "group requested of AWS" }],
};

/** A rehearsal as it may end. */
export const playedRehearsal: Rehearsal = {
  ok: true,
  steps: [
    { step: "violation", behavior: "Rate/Sent", ok: true, detail: "seen", virtualTime: at(15), elapsedMs: 1 },
  ],
  documents: [{ command: "aws iot list-active-violations --thing-name dev-XBHY", output: "{}" }],
  policies: [{ name: "fence", document: '{"Effect": "Deny"}' }],
  healthy: ["messages-sent=5 (default)"],
  behaviors: [behavior],
  notPlayed: [],
};

const HOSTILE = "<img src=x onerror=alert(1)>\"'\u202e\u0007</td><script>alert(1)</script>";

/** The same with whatever a device, a policy or AWS may put in. */
export const hostileRehearsal: Rehearsal = {
  ...playedRehearsal,
  steps: [{ step: HOSTILE, behavior: HOSTILE, ok: false, detail: HOSTILE, elapsedMs: 1 }],
  documents: [{ command: HOSTILE, output: HOSTILE }],
  policies: [{ name: HOSTILE, document: HOSTILE }],
  healthy: [HOSTILE],
  behaviors: [
    {
      ...behavior,
      profile: HOSTILE,
      behavior: HOSTILE,
      rule: HOSTILE,
      reason: HOSTILE,
      points: behavior.points.map((point) => ({ ...point, device: HOSTILE })),
      decisions: [{ thingName: HOSTILE, outcome: HOSTILE, reason: HOSTILE }],
    },
  ],
};
