import { reportPage } from "../../../../tools/rehearsal/report/page";
import { hostileRehearsal, playedRehearsal } from "./support";

it("draws each numbered datapoint once, and tells each in the table beside it", () => {
  const page = reportPage("dev", playedRehearsal);
  const drawn = [...page.matchAll(/data-time="([^"]*)" data-device="([^"]*)" data-value="([^"]*)"/g)];
  expect(drawn.map(([, time, device, value]) => [time, device, Number(value)])).toEqual(
    playedRehearsal.behaviors[0]?.points.map(({ time, device, value }) => [
      time,
      device,
      Object.values(value)[0],
    ]),
  );
  for (const { device } of playedRehearsal.behaviors[0]?.points ?? [])
    expect(page).toContain(`<td>${device}</td>`);
  expect(page).toMatch(/<svg [^>]*role="img" aria-labelledby="chart-0-title chart-0-desc">/);
});

it("tells sets in the table alone", () => {
  const [behavior] = playedRehearsal.behaviors;
  const { threshold: _, ...sets } = { ...behavior, points: [point({ ports: [22, 443] })] };
  const page = reportPage("dev", { ...playedRehearsal, behaviors: [sets as NonNullable<typeof behavior>] });
  expect(page).not.toContain("<svg");
  expect(page).toContain("<td>22, 443</td>");
});

const point = (value: { ports: number[] }) => ({
  time: "2026-01-01T00:05:00.000Z",
  device: "d",
  role: "offender" as const,
  value,
});

it("lets no name of a device, no reason and no document be markup, nor turn the text around", () => {
  const page = reportPage("<i>", hostileRehearsal);
  expect(page).not.toMatch(/<(script|img|i|b)\b/);
  for (const shapeless of ["\u202e", "\u0007"]) expect(page).not.toContain(shapeless);
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;\\u{202e}");
});

it("asks nothing of any network and runs nothing", () => {
  const page = reportPage("dev", playedRehearsal);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/https?:|url\(|@import|<script|<link|\son[a-z]+=/);
});

it("has every event within the chart, each label on a line of its own", () => {
  const [behavior] = playedRehearsal.behaviors;
  const cleared = { ...behavior, cleared: "2026-01-01T00:20:00.000Z" } as NonNullable<typeof behavior>;
  const page = reportPage("dev", { ...playedRehearsal, behaviors: [cleared] });
  const labels = [...page.matchAll(/<text x="([\d.]+)" y="(\d+)" text-anchor="end">(alarm|cleared)/g)];
  expect(labels.map(([, , , name]) => name)).toEqual(["alarm", "cleared"]);
  expect(new Set(labels.map(([, , y]) => y)).size).toBe(2);
  const width = Number(/viewBox="0 0 (\d+)/.exec(page)?.[1]);
  for (const [, x] of labels) expect(Number(x)).toBeLessThan(width);
});
