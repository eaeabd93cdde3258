import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { amountOf } from "../../../../lib/detect/compare";
import { rehearsalCommand } from "../../../../tools/rehearsal/main";
import type { Rehearsal } from "../../../../tools/rehearsal/rehearse";
import { browse, findBrowser } from "../../../../tools/rehearsal/report/browser";
import { reportPage } from "../../../../tools/rehearsal/report/page";
import { runCommand } from "../../../support/run-command";
import { hostileRehearsal } from "./support";

const browser = findBrowser(process.env);
const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Skips with a sentence where there is no browser: a page is then tried by its markup alone. */
const inBrowser = async (name: string, act: (browser: string) => Promise<void>): Promise<void> => {
  if (browser !== undefined) return act(browser);
  process.stderr.write(`Skipped, as there is no Chromium on the PATH: ${name}\n`);
};

/** Tells where each point and tick is on the screen, in the place of the title. */
const MEASURE = `
const middle = (element, shape) => {
  const { left, right, top, bottom } = element.querySelector(shape).getBoundingClientRect();
  return { x: (left + right) / 2, y: (top + bottom) / 2, ...element.dataset };
};
document.title = JSON.stringify({
  points: [...document.querySelectorAll(".point")].map((point) => middle(point, "circle, path")),
  ticks: [...document.querySelectorAll(".tick")].map((tick) => middle(tick, "path")),
  width: [document.documentElement.scrollWidth, innerWidth],
});`;

interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly time: string;
  readonly device: string;
  readonly value: string;
}

it("shows in a real browser the datapoints of the run where they belong, without an error", () =>
  inBrowser("the chart's points are those of the run", async (found) => {
    const page = join(folder, "report.html");
    const { output, code } = await runCommand(rehearsalCommand, ["--output", "json", "--report", page]);
    expect(code).toBe(0);
    const { behaviors } = JSON.parse(output) as Rehearsal;
    const shown = await browse(found, page, ["--dump-dom", "--enable-logging=stderr"]);
    expect(shown.errors).not.toMatch(/CONSOLE/);
    const measured = join(folder, "measured.html");
    const open = readFileSync(page, "utf8").replace(/<meta http-equiv[^>]*>/, "");
    writeFileSync(measured, open.replace("</body>", `<script>${MEASURE}</script></body>`));
    const { output: dom } = await browse(found, measured, ["--dump-dom", "--window-size=1000,800"]);
    const title = /<title>(\{.*?\})<\/title>/.exec(dom)?.[1]?.replaceAll("&quot;", '"') ?? "{}";
    const { points, ticks, width } = JSON.parse(title) as {
      points: Drawn[];
      ticks: Drawn[];
      width: [number, number];
    };
    const [zero, other] = ticks;
    const perUnit = ((other?.y ?? 0) - (zero?.y ?? 0)) / Number(other?.value);
    const seen = points.map((point) => [
      point.time,
      point.device,
      Math.round((point.y - (zero?.y ?? 0)) / perUnit),
    ]);
    const run = behaviors.flatMap((behavior) => behavior.points);
    expect(seen).toEqual(run.map(({ time, device, value }) => [time, device, amountOf(value)]));
    const inTime = [...points].sort((a, b) => a.x - b.x).map(({ time }) => time);
    expect(inTime).toEqual([...inTime].sort());
    expect(width[0]).toBeLessThanOrEqual(width[1]);
  }));

it("runs nothing of what a device's name says", () =>
  inBrowser("a hostile name", async (found) => {
    const page = join(folder, "hostile.html");
    writeFileSync(page, reportPage("hostile", hostileRehearsal));
    const { output, errors } = await browse(found, page, ["--dump-dom", "--enable-logging=stderr"]);
    expect(errors).not.toMatch(/CONSOLE/);
    expect(output).not.toMatch(/<(script|img)\b/);
    expect(output).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  }));
