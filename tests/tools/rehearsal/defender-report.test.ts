import { defenderReport } from "../../../tools/rehearsal/defender-report";
import { healthyOf } from "../../../tools/scenario/healthy";

it("writes what an agent on a device reports, with custom metrics of each type", () => {
  const { readings } = healthyOf([], {
    "listening-tcp-ports": "443+8883",
    "all-bytes-out": "12",
    "destination-ip-addresses": "192.0.2.1+2001:db8::1",
  });
  const custom = {
    level: { number: 2.5 },
    codes: { numbers: [1] },
    modes: { strings: ["a"] },
    peers: { cidrs: ["192.0.2.1"] },
  };
  expect(defenderReport(1_700_000_000_500, { ...readings, ...custom })).toMatchObject({
    header: { report_id: 1_700_000_000, version: "1.0" },
    metrics: {
      listening_tcp_ports: { ports: [{ port: 443 }, { port: 8883 }], total: 2 },
      listening_udp_ports: { ports: [], total: 0 },
      network_stats: { bytes_in: 10_000, bytes_out: 12, packets_in: 100, packets_out: 100 },
      tcp_connections: {
        established_connections: {
          connections: [{ remote_addr: "192.0.2.1:443" }, { remote_addr: "[2001:db8::1]:443" }],
          total: 2,
        },
      },
    },
    custom_metrics: {
      level: [{ number: 2.5 }],
      codes: [{ number_list: [1] }],
      modes: [{ string_list: ["a"] }],
      peers: [{ ip_list: ["192.0.2.1"] }],
    },
  });
  expect(defenderReport(0, readings)).not.toHaveProperty("custom_metrics");
});
