import { VirtualClock } from "../../../sandbox/clock/virtual-clock";
import { tableOf } from "../../../tools/bench/detect";
import { BenchFleet } from "../../../tools/bench/detect/fleet";

test("the fleet that is measured alarms by every behavior that it has offenders for, and by no other", async () => {
  const clock = new VirtualClock(0);
  const where = {
    account: "123456789012",
    region: "us-east-1",
    partition: "aws",
    endpoint: "http://127.0.0.1:1",
  };
  const fleet = new BenchFleet({ ...where, clock, log: () => undefined }, 1000);
  fleet.act();
  await clock.advance(300_000);
  // Ten offenders: sent, received, refused, on topics, above the percentile.
  expect(fleet.alarms).toBe(50);
  for (let window = 0; window < 11; window++) {
    fleet.act();
    await clock.advance(300_000);
  }
  // The hour is full.
  expect(fleet.alarms).toBe(60);
  clock.stop();
});

test("memory is told beside that of the empty sandbox", () => {
  const row = { milliseconds: 1200, hold: 20, work: 9.5, alarms: 3 };
  const table = tableOf([
    { ...row, things: 0, mebibytes: 100 },
    { ...row, things: 1000, mebibytes: 150.4 },
  ]);
  const [heads, ...rows] = table.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(heads).toContain("beside empty");
  expect(rows).toEqual([
    ["none", "1200 ms", "-", "20.0 ms", "9.5 ms", "100 MiB", "+0 MiB", "3"],
    ["1000", "1200 ms", "1200 us", "20.0 ms", "9.5 ms", "150 MiB", "+50 MiB", "3"],
  ]);
});
