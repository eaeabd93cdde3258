import type { Behavior } from "../../../lib/detect/behavior";
import { healthyInWords, healthyOf } from "../../../tools/scenario/healthy";

const battery: Behavior = {
  name: "Charged",
  metric: "batteryPercentage",
  criteria: { comparisonOperator: "greater-than", value: { number: 20 } },
};

it("takes numbers, lists and addresses by short names", () => {
  const { readings } = healthyOf([battery], {
    "messages-sent": "200",
    "listening-tcp-ports": "443+8883",
    "source-ip": "127.0.0.1",
    batteryPercentage: "55.5",
    "destination-ip-addresses": "",
  });
  expect(readings).toMatchObject({
    "aws:num-messages-sent": { count: 200 },
    "aws:listening-tcp-ports": { ports: [443, 8883] },
    "aws:num-listening-tcp-ports": { count: 2 },
    "aws:source-ip-address": { cidrs: ["127.0.0.1"] },
    batteryPercentage: { number: 55.5 },
    "aws:destination-ip-addresses": { cidrs: [] },
  });
});

it("tells all that cannot be at once, with what to set", () => {
  const said = {
    "mesages-sent": "2",
    "messages-sent": "many",
    "source-ip": "here",
    "listening-tcp-ports": "1+x",
  };
  const told = () => healthyOf([], said);
  expect(told).toThrow("A healthy device has no mesages-sent: there is messages-sent, ");
  expect(told).toThrow('Set messages-sent of healthy devices to a whole number; it is "many".');
  expect(told).toThrow("Set source-ip of healthy devices to addresses with + between them");
  expect(told).toThrow("Set listening-tcp-ports of healthy devices to numbers with + between them");
});

it("takes for a custom metric what its behaviors call normal, unless it is told", () => {
  expect(healthyOf([battery], {}).readings.batteryPercentage).toEqual({ number: 40 });
  const low: Behavior = { ...battery, criteria: { comparisonOperator: "less-than", value: { number: 30 } } };
  expect(healthyOf([battery, low], {}).readings.batteryPercentage).toEqual({ number: 21 });
});

it("has healthy devices come from where the behaviors want them, unless it is told", () => {
  const from = (...cidrs: string[]): Behavior => ({
    name: "Networks",
    metric: "aws:source-ip-address",
    criteria: { comparisonOperator: "in-cidr-set", value: { cidrs } },
  });
  const address = (behavior: Behavior, said = {}) =>
    healthyOf([behavior], said).readings["aws:source-ip-address"];
  expect(address(from("12.8.0.0/16"))).toEqual({ cidrs: ["12.8.0.1"] });
  expect(address(from("12.8.0.0/16", "127.0.0.0/8"))).toEqual({ cidrs: ["127.0.0.1"] });
  expect(address(from("12.8.0.0/16"), { "source-ip": "10.0.0.1" })).toEqual({ cidrs: ["10.0.0.1"] });
});

it("takes an amount between the bounds where there are two, and the usual one where there is one", () => {
  const bound = (comparisonOperator: "less-than" | "greater-than", count: number): Behavior => ({
    name: comparisonOperator,
    metric: "aws:num-messages-sent",
    criteria: { comparisonOperator, value: { count }, durationSeconds: 600 },
  });
  const sent = (...behaviors: Behavior[]) => healthyOf(behaviors, {}).readings["aws:num-messages-sent"];
  expect(sent(bound("greater-than", 50), bound("less-than", 100))).toEqual({ count: 35 });
  expect(sent(bound("greater-than", 50))).toEqual({ count: 5 });
  expect(sent(bound("greater-than", 100), bound("less-than", 50))).toEqual({ count: 5 });
});

it("knows that a disconnect and the attempt after it are one reconnect", () => {
  expect(healthyOf([], { disconnects: "3" }).readings).toMatchObject({
    "aws:num-disconnects": { count: 3 },
    "aws:num-connection-attempts": { count: 3 },
  });
});

it("prints what is watched, and which of it nobody said", () => {
  const sent = { ...battery, metric: "aws:num-messages-sent" };
  const healthy = healthyOf([battery, sent], { "messages-sent": "7" });
  expect(healthyInWords(healthy, [battery, sent])).toEqual([
    "batteryPercentage=40 (default)",
    "messages-sent=7",
  ]);
});
