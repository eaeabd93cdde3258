import type { MetricValue } from "../../../lib/detect/behavior";
import { parseBlock } from "../../../lib/detect/cidr";
import { isObject, type JsonObject } from "../../../lib/json";
import { CODECS, type ReportFormat } from "./report-codec";

/** A report that Detect refuses. */
export class ReportError extends Error {
  override readonly name = "ReportError";
  /** `ErrorCode` of the answer. */
  readonly code: "InvalidPayload" | "Throttled";
  /** Id of the report, where it could be read. */
  readonly reportId: number | undefined;

  constructor(message: string, code: ReportError["code"] = "InvalidPayload", reportId?: number) {
    super(message);
    this.code = code;
    this.reportId = reportId;
  }
}

/** What a device's agent reported. */
export interface DeviceReport {
  readonly reportId: number;
  /** By metric, as behaviors name it. */
  readonly values: readonly (readonly [metric: string, value: MetricValue])[];
}

const isString = (element: unknown): element is string => typeof element === "string";
const isAddress = (element: unknown) => isString(element) && parseBlock(element) !== undefined;

/** What a report says of a custom metric: what that is to a behavior, and what each element has to be. */
const CUSTOM = {
  number: { key: "number", fits: Number.isFinite },
  number_list: { key: "numbers", fits: Number.isFinite },
  string_list: { key: "strings", fits: isString },
  ip_list: { key: "cidrs", fits: isAddress },
} as const;

/** The first number that an integer of 64 bits does not hold. */
const BEYOND_COUNTS = 2 ** 64;

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
  const held = member(holder, long, short);
  if (held === undefined) return undefined;
  // CBOR's integers of 64 bits; JSON's lose their last digits as well.
  const value = typeof held === "bigint" ? Number(held) : held;
  const isCount = Number.isInteger(value) && Number(value) >= 0 && Number(value) < BEYOND_COUNTS;
  return isCount ? Number(value) : refuse(`${long} is no count`);
}

type Readings = [string, MetricValue][];

function portOf(entry: JsonObject): number {
  const port = countAt(entry, "port", "pt") ?? refuse("an entry of ports has no port");
  return port <= 65_535 ? port : refuse(`there is no port ${port}`);
}

function portReadings(metrics: JsonObject | undefined): Readings {
  return (["tcp", "udp"] as const).flatMap((kind): Readings => {
    const listening = objectAt(metrics, `listening_${kind}_ports`, `${kind[0]}p`);
    if (listening === undefined) return [];
    const ports = listAt(listening, "ports", "pts").map(portOf);
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

/** Source: AWS IoT API Reference, `CreateCustomMetric` (`metricType`): an array with a single value. */
function customReadings(custom: JsonObject | undefined): Readings {
  // No custom metric begins so (`CreateCustomMetric`): it is one that nobody defined, and not AWS's own.
  const names = Object.keys(custom ?? {}).filter((name) => !name.startsWith("aws:"));
  return names.map((name): Readings[number] => {
    const [value = {}, ...others] = listAt(custom, name, name);
    const [kind, ...kinds] = Object.keys(CUSTOM).filter((key) => key in value) as (keyof typeof CUSTOM)[];
    if (kind === undefined || others.length + kinds.length > 0) return refuse(`${name} has not one value`);
    const { key, fits } = CUSTOM[kind];
    const read = value[kind];
    const isRead = kind === "number" ? fits(read) : Array.isArray(read) && read.every(fits);
    return isRead ? [name, { [key]: read } as unknown as MetricValue] : refuse(`${name} is no ${kind}`);
  });
}

function readingsOf(report: JsonObject): Readings {
  const metrics = objectAt(report, "metrics", "met");
  return [
    ...portReadings(metrics),
    ...trafficReadings(metrics),
    ...connectionReadings(metrics),
    ...customReadings(objectAt(report, "custom_metrics", "cmet")),
  ];
}

/**
 * Reads what a device's agent reports. Members have long and short names.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Sending metrics from devices" (specification, both forms).
 *
 * @throws ReportError for anything that is no report.
 */
export function readReport(payload: Uint8Array, format: ReportFormat): DeviceReport {
  let report: unknown;
  try {
    report = CODECS[format].read(payload);
  } catch {
    return refuse(`the report is no ${format.toUpperCase()}`);
  }
  if (!isObject(report)) return refuse("the report is no object");
  const header = objectAt(report, "header", "hed");
  const reportId = countAt(header, "report_id", "rid") ?? refuse("header.report_id is missing");
  const version = member(header, "version", "v");
  if (typeof version !== "string" || !/^1\.\d+$/.test(version)) refuse("header.version is not 1.x");
  try {
    return { reportId, values: readingsOf(report) };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    throw new ReportError(error.message, error.code, reportId);
  }
}
