import type { MetricValue } from "../../../lib/detect/behavior";
import { isObject, type JsonObject } from "../../../lib/json";

/** A report that Detect refuses. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/** What a device's agent reported. */
export interface DeviceReport {
  readonly reportId: number;
  /** By metric, as behaviors name it. */
  readonly values: readonly (readonly [metric: string, value: MetricValue])[];
}

/** What a report says of a custom metric, and what that is to a behavior. */
const CUSTOM = {
  number: "number",
  number_list: "numbers",
  string_list: "strings",
  ip_list: "cidrs",
} as const;

const refuse = (message: string): never => {
  throw new ReportError(message);
};

/** A member by its long or its short name. */
function member(holder: JsonObject | undefined, long: string, short: string): unknown {
  return holder?.[long] ?? holder?.[short];
}

function objectAt(holder: JsonObject | undefined, long: string, short: string): JsonObject | undefined {
  const value = member(holder, long, short);
  if (value === undefined) return undefined;
  return isObject(value) ? value : refuse(`${long} is no object`);
}

function listAt(holder: JsonObject | undefined, long: string, short: string): readonly JsonObject[] {
  const value = member(holder, long, short) ?? [];
  return Array.isArray(value) && value.every(isObject) ? value : refuse(`${long} is no array of objects`);
}

function countAt(holder: JsonObject | undefined, long: string, short: string): number | undefined {
  const value = member(holder, long, short);
  if (value === undefined) return undefined;
  return Number.isInteger(value) && Number(value) >= 0 ? Number(value) : refuse(`${long} is no count`);
}

type Readings = [string, MetricValue][];

function portReadings(metrics: JsonObject | undefined): Readings {
  return (["tcp", "udp"] as const).flatMap((kind): Readings => {
    const listening = objectAt(metrics, `listening_${kind}_ports`, `${kind[0]}p`);
    if (listening === undefined) return [];
    const ports = listAt(listening, "ports", "pts").map((port) => countAt(port, "port", "pt") ?? 0);
    const total = countAt(listening, "total", "t") ?? ports.length;
    return [
      [`aws:listening-${kind}-ports`, { ports }],
      [`aws:num-listening-${kind}-ports`, { count: total }],
    ];
  });
}

function trafficReadings(metrics: JsonObject | undefined): Readings {
  const stats = objectAt(metrics, "network_stats", "ns");
  return (["bytes", "packets"] as const).flatMap((what) =>
    (["in", "out"] as const).flatMap((way): Readings => {
      const count = countAt(stats, `${what}_${way}`, `${what[0]}${way[0]}`);
      return count === undefined ? [] : [[`aws:all-${what}-${way}`, { count }]];
    }),
  );
}

/** The address of `192.0.2.1:443` and of `[2001:db8::1]:443`. */
const addressOf = (remote: string) => remote.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");

function connectionReadings(metrics: JsonObject | undefined): Readings {
  const established = objectAt(objectAt(metrics, "tcp_connections", "tc"), "established_connections", "ec");
  if (established === undefined) return [];
  const connections = listAt(established, "connections", "cs");
  const remote = connections.flatMap((one) => {
    const address = member(one, "remote_addr", "rad");
    return typeof address === "string" ? [addressOf(address)] : [];
  });
  return [
    ["aws:destination-ip-addresses", { cidrs: [...new Set(remote)] }],
    ["aws:num-established-tcp-connections", { count: countAt(established, "total", "t") ?? remote.length }],
  ];
}

function customReadings(custom: JsonObject | undefined): Readings {
  return Object.keys(custom ?? {}).flatMap((name): Readings => {
    const [value = {}] = listAt(custom, name, name);
    const [kind] = Object.keys(CUSTOM).filter((key) => key in value) as (keyof typeof CUSTOM)[];
    if (kind === undefined) return refuse(`${name} has no value`);
    const read = value[kind];
    if (kind === "number" ? typeof read !== "number" : !Array.isArray(read)) refuse(`${name} is no ${kind}`);
    return [[name, { [CUSTOM[kind]]: read } as unknown as MetricValue]];
  });
}

/**
 * Reads what a device's agent reports. Members have long and short names.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Sending metrics from devices" (specification, both forms).
 *
 * @throws ReportError for anything that is no report.
 */
export function readReport(payload: Uint8Array): DeviceReport {
  let report: unknown;
  try {
    report = JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    return refuse("the report is no JSON");
  }
  if (!isObject(report)) return refuse("the report is no object");
  const header = objectAt(report, "header", "hed");
  const reportId = countAt(header, "report_id", "rid") ?? refuse("header.report_id is missing");
  const version = member(header, "version", "v");
  if (typeof version !== "string" || !/^1\.\d+$/.test(version)) refuse("header.version is not 1.x");
  const metrics = objectAt(report, "metrics", "met");
  return {
    reportId,
    values: [
      ...portReadings(metrics),
      ...trafficReadings(metrics),
      ...connectionReadings(metrics),
      ...customReadings(objectAt(report, "custom_metrics", "cmet")),
    ],
  };
}
