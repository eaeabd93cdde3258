/** A behavior by which fewer messages than `count` in five minutes are normal. */
export const behavior = (name: string, count: number, metric = "aws:num-messages-sent") => ({
  name,
  metric,
  criteria: {
    comparisonOperator: "less-than",
    value: { count },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
});

/** A profile of the program's config. */
export interface ProfileConfig {
  readonly name?: string;
  readonly behaviors: readonly object[];
  readonly targets: readonly string[];
}

/** A stack's config with these profiles, and a group that may be deleted. */
export const configOf = (
  profiles: readonly ProfileConfig[],
  more: Readonly<Record<string, unknown>> = {},
) => ({
  "iot-quarantine:profiles": profiles,
  "iot-quarantine:protectQuarantineGroup": false,
  ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`iot-quarantine:${key}`, value])),
});
