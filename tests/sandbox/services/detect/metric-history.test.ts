import { MetricHistory } from "../../../../sandbox/services/detect/metric-history";

const MINUTES_5 = 300_000;
const SENT = "aws:num-messages-sent";
const kept = (history: MetricHistory, metric: string) =>
  history.of("a", metric, undefined, 0, Number.POSITIVE_INFINITY).map(({ at }) => at / MINUTES_5);

test("the oldest windows go first where there is no room for all, of whatever metric, and the last ones stay", () => {
  const history = new MetricHistory(6);
  for (const window of [1, 2, 3]) {
    history.add(SENT, window * MINUTES_5, ["a", "b"], [window, window]);
    history.add("aws:num-disconnects", window * MINUTES_5, ["a"], [0]);
  }
  expect([kept(history, SENT), kept(history, "aws:num-disconnects")]).toEqual([
    [2, 3],
    [2, 3],
  ]);
  history.add(SENT, 4 * MINUTES_5, ["a", "b", "c", "d", "e", "f", "g"], [1, 1, 1, 1, 1, 1, 1]);
  expect(kept(history, SENT)).toEqual([4]);
  expect([...history.at(SENT, undefined, 4 * MINUTES_5)]).toHaveLength(7);
});

test("a list takes more room than a number, and what is forgotten of age gives its room back", () => {
  const day = 24 * 60 * 60_000;
  const history = new MetricHistory(40);
  history.add("list", day, ["a"], [{ cidrs: ["10.0.0.1/32"] }]);
  history.add("list", 2 * day, ["a"], [{ cidrs: ["10.0.0.1/32"] }]);
  expect(kept(history, "list")).toEqual([(2 * day) / MINUTES_5]);
  history.forget(17 * day);
  history.add("list", 17 * day, ["a"], [1]);
  history.add("list", 17 * day + MINUTES_5, ["a"], [1]);
  expect(kept(history, "list")).toHaveLength(2);
});
