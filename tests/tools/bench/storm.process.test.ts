import { WAYS } from "../../../tools/bench/storm";
import { simulate } from "../../../tools/bench/storm/simulate";

const play = (way: keyof typeof WAYS, alarms: number, seed = 1) => simulate({ ...WAYS[way], alarms }, seed);

test("with the default limit every alarm of a storm is decided within two minutes, and the rest is held", async () => {
  const storm = await play("usual", 10_000);
  expect(storm).toMatchObject({ quarantined: 25, held: 9975, lost: 0, deadLetters: 0 });
  expect(storm.decidedAt).toBeLessThan(120);
});

test.each([1000, 10_000])(
  "without a limit the last of %d is quarantined soon after the slowest quota lets it be",
  async (alarms) => {
    const { quarantinedAt, bound } = await play("unlimited", alarms);
    // Violations are asked for at ten a second; what a bucket holds at first is a second's worth.
    expect(bound).toBe(alarms / 10);
    expect(quarantinedAt).toBeGreaterThan(bound - 2);
    expect(quarantinedAt).toBeLessThan(1.2 * bound);
  },
);

test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
  "no alarm is lost or counted twice (%s)",
  async (way) => {
    for (const seed of [1, 2]) {
      const storm = await play(way, 300, seed);
      expect(storm.quarantined + storm.held + storm.deadLetters).toBe(300);
      expect(storm.lost).toBe(0);
      expect(await play(way, 300, seed)).toEqual(storm);
    }
  },
);
