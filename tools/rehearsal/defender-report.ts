import type { MetricValue } from "../../lib/detect/behavior";
import { isAwsMetric } from "../../lib/detect/metrics";
import { amountIn, type Readings } from "../scenario/reading";

/** Topic that a device's agent reports to. Source: DD, "Sending metrics from devices". */
export const reportTopic = (name: string): string => `$aws/things/${name}/defender/metrics/json`;

function ports(readings: Readings, kind: "tcp" | "udp") {
  const list = readings[`aws:listening-${kind}-ports`];
  const listed = list && "ports" in list ? list.ports : [];
  return {
    ports: listed.map((port) => ({ interface: "eth0", port })),
    total: Math.max(listed.length, amountIn(readings[`aws:num-listening-${kind}-ports`])),
  };
}

function connections(readings: Readings) {
  const addresses = readings["aws:destination-ip-addresses"];
  const remote = addresses && "cidrs" in addresses ? addresses.cidrs : [];
  return {
    established_connections: {
      connections: remote.map((address) => ({
        local_interface: "eth0",
        local_port: 40_000,
        remote_addr: address.includes(":") ? `[${address}]:443` : `${address}:443`,
      })),
      total: Math.max(remote.length, amountIn(readings["aws:num-established-tcp-connections"])),
    },
  };
}

/** A custom metric's value as a report writes it. */
function customValue(value: MetricValue): Readonly<Record<string, unknown>> {
  if ("number" in value) return { number: value.number };
  if ("numbers" in value) return { number_list: value.numbers };
  return "strings" in value
    ? { string_list: value.strings }
    : { ip_list: "cidrs" in value ? value.cidrs : [] };
}

/**
 * What an agent on a device reports.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Device-side metrics", "Device metrics document specification";
 * "Custom metrics".
 *
 * @param now - Epoch milliseconds; the id of a report must grow.
 */
export function defenderReport(now: number, readings: Readings): Readonly<Record<string, unknown>> {
  const custom = Object.entries(readings).filter(([metric]) => !isAwsMetric(metric));
  return {
    header: { report_id: Math.floor(now / 1000), version: "1.0" },
    metrics: {
      listening_tcp_ports: ports(readings, "tcp"),
      listening_udp_ports: ports(readings, "udp"),
      network_stats: {
        bytes_in: amountIn(readings["aws:all-bytes-in"]),
        bytes_out: amountIn(readings["aws:all-bytes-out"]),
        packets_in: amountIn(readings["aws:all-packets-in"]),
        packets_out: amountIn(readings["aws:all-packets-out"]),
      },
      tcp_connections: connections(readings),
    },
    ...(custom.length > 0 && {
      custom_metrics: Object.fromEntries(custom.map(([name, value]) => [name, [customValue(value)]])),
    }),
  };
}
