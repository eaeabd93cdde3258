import { amountOf } from "../../../lib/detect/compare";
import type { BehaviorResult } from "../result";
import type { Point } from "../scene";
import { type Html, html } from "./html";

/** Size of a chart, and what its axes take of it, in units of the drawing. */
const WIDTH = 720;
const HEIGHT = 260;
const MARGIN = { left: 72, right: 24, top: 44, bottom: 40 };

const MINUTE_MS = 60_000;

/** Where a value and a time are in the drawing. */
interface Scales {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
  readonly most: number;
  readonly first: number;
  readonly last: number;
}

const rounded = (number: number): number => Math.round(number * 100) / 100;

function scalesFor(times: readonly number[], values: readonly number[]): Scales {
  const [first, last] = [Math.min(...times) - 5 * MINUTE_MS, Math.max(...times)];
  const least = Math.min(0, ...values);
  const most = Math.max(...values, least + 1) * 1.1;
  const [width, height] = [WIDTH - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  return {
    first,
    last,
    most,
    x: (time) => rounded(MARGIN.left + (width * (time - first)) / (last - first)),
    y: (value) => rounded(MARGIN.top + height - (height * (value - least)) / (most - least)),
  };
}

const clock = (time: number) => new Date(time).toISOString().slice(11, 16);

/** Told apart by their shapes as well as by their colours; the outsider's frames whatever it lies over. */
function markOf(point: Point, value: number, { x, y }: Scales): Html {
  const [cx, cy] = [x(Date.parse(point.time)), y(value)];
  const shapes = {
    healthy: html`<circle cx="${cx}" cy="${cy}" r="5"/>`,
    offender: html`<path d="M${cx} ${cy - 7}l7 7l-7 7l-7 -7z"/>`,
    outsider: html`<path d="M${cx - 9} ${cy - 9}h18v18h-18z"/>`,
  };
  return html`<g class="point ${point.role}" data-time="${point.time}" data-device="${point.device}" data-value="${value}"><title>${point.device}, ${point.role}: ${value} at ${clock(Date.parse(point.time))}</title>${shapes[point.role]}</g>`;
}

/** The largest of 1, 2 and 5 times a power of ten that stands in a range some three times or more. */
function stepOf(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 3));
  return ([5, 2].find((times) => times * power <= range / 3) ?? 1) * power;
}

/** Evenly spread, from the first on. */
const upTo = (last: number, step: number, first = 0): number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => rounded(first + index * step));

function axes({ x, y, most, first, last }: Scales): Html {
  const bottom = HEIGHT - MARGIN.bottom;
  const ticks = upTo(most, stepOf(most)).map(
    (value) =>
      html`<g class="tick" data-value="${value}"><path d="M${MARGIN.left - 5} ${y(value)}H${WIDTH - MARGIN.right}"/><text x="${MARGIN.left - 10}" y="${y(value) + 4}" text-anchor="end">${value}</text></g>`,
  );
  const windows = Math.ceil((last - first) / (5 * MINUTE_MS) / 6);
  const times = upTo(last, 5 * MINUTE_MS * windows, first).map(
    (time) => html`<text x="${x(time)}" y="${bottom + 22}" text-anchor="middle">${clock(time)}</text>`,
  );
  return html`<g class="axes">${ticks}${times}</g>`;
}

/** @param row - of the label: that of another event never lies over it. */
function event(name: string, iso: string | undefined, row: number, { x }: Scales): Html {
  if (iso === undefined) return html``;
  const at = x(Date.parse(iso));
  return html`<g class="event"><path d="M${at} ${MARGIN.top - 6}V${HEIGHT - MARGIN.bottom}"/><text x="${at - 6}" y="${16 * (row + 1)}" text-anchor="end">${name} ${clock(Date.parse(iso))}</text></g>`;
}

/** The line of each role's first device through its datapoints. */
function lines(points: readonly (readonly [Point, number])[], { x, y }: Scales): Html[] {
  const devices = new Map(points.map(([{ device, role }]) => [device, role]));
  return [...devices].map(([device, role]) => {
    const own = points.filter(([point]) => point.device === device);
    const through = own.map(([point, value]) => `${x(Date.parse(point.time))},${y(value)}`).join(" ");
    return html`<polyline class="${role}" points="${through}"/>`;
  });
}

/**
 * Draws the datapoints of a behavior against what it calls normal; nothing where they are no numbers.
 *
 * @param id - Unlike that of any other chart of the page.
 */
export function chartOf(result: BehaviorResult, id: string): Html | undefined {
  const { points, threshold, rule, behavior, profile, alarmed, cleared } = result;
  const numbered = points.flatMap((point) => {
    const value = amountOf(point.value);
    return value === undefined ? [] : [[point, value] as const];
  });
  if (numbered.length === 0 || threshold === undefined) return undefined;
  const scales = scalesFor(
    [...numbered.map(([{ time }]) => time), alarmed, cleared].flatMap((time) =>
      time ? [Date.parse(time)] : [],
    ),
    [threshold, ...numbered.map(([, value]) => value)],
  );
  const bound = scales.y(threshold);
  const told = alarmed === undefined ? "No alarm." : `It alarms at ${clock(Date.parse(alarmed))}.`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Datapoints of ${profile}/${behavior}</title>
<desc id="${id}-desc">${numbered.length} datapoints against ${threshold}; normal is ${rule}. ${told} The table after the chart has each.</desc>
${axes(scales)}
<g class="bound" data-value="${threshold}"><path d="M${MARGIN.left} ${bound}H${WIDTH - MARGIN.right}"/><text x="${MARGIN.left + 6}" y="${bound - 6}">${threshold}</text></g>
${event("alarm", alarmed, 0, scales)}${event("cleared", cleared, 1, scales)}
${lines(numbered, scales)}
${numbered.map(([point, value]) => markOf(point, value, scales))}
</svg>`;
}
