import { inWords } from "../../scenario/reading";
import { verdictOf } from "../print";
import type { Rehearsal } from "../rehearse";
import type { BehaviorResult } from "../result";
import type { StepResult } from "../step";
import { chartOf } from "./chart";
import { type Html, html } from "./html";
import { STYLE } from "./style";

const time = (iso: string | undefined) => (iso === undefined ? "?" : iso.slice(11, 19));

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  if (rows.length === 0) return html``;
  const cells = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
  return html`<table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${cells}</tbody></table>`;
}

const mark = (ok: boolean) =>
  ok ? html`<span class="ok">ok</span>` : html`<strong class="failed">FAILED</strong>`;

const timeline = (steps: readonly StepResult[]) =>
  table(
    "Time line, in virtual time",
    ["time", "verdict", "behavior", "step", "what was seen"],
    steps.map((step) => [time(step.virtualTime), mark(step.ok), step.behavior ?? "", step.step, step.detail]),
  );

const LEGEND = html`<p class="legend"><span class="offender">◆ offender</span> <span class="healthy">● a healthy device</span> <span class="outsider">□ a device outside the profile's targets</span> <span class="bound">╌ bound</span></p>`;

/** How a behavior's state is told; `held` alone would be read as what becomes of an alarm. */
const SAID: Readonly<Partial<Record<BehaviorResult["state"], string>>> = { held: "as expected" };

function section(result: BehaviorResult, index: number): Html {
  const { profile, behavior, rule, response, state, reason, points, decisions } = result;
  const chart = chartOf(result, `chart-${index}`);
  return html`<section aria-labelledby="behavior-${index}">
<h3 id="behavior-${index}">${profile}/${behavior}</h3>
<p>Normal is <code>${rule}</code>. An alarm leads to <code>${response}</code>. This behavior: <strong>${SAID[state] ?? state}</strong>${reason === undefined ? "" : `, as ${reason}`}.</p>
${chart && html`<figure>${chart}${LEGEND}</figure>`}
${table(
  `Datapoints of ${profile}/${behavior}`,
  ["end of the window", "device", "role", "value"],
  points.map((point) => [time(point.time), point.device, point.role, inWords(point.value)]),
)}
${table(
  `Decisions about ${profile}/${behavior}`,
  ["device", "decision", "why"],
  decisions.map(({ thingName, outcome, reason: why }) => [thingName, outcome, why]),
)}
</section>`;
}

function documents({ documents: printed, policies }: Rehearsal): Html {
  const shown = [
    ...policies.map(({ name, document }) => ({
      command: `Policy ${name} of the quarantine group`,
      output: document,
    })),
    ...printed,
  ];
  if (shown.length === 0) return html``;
  return html`<section aria-labelledby="documents"><h2 id="documents">Policies and documents</h2>
${shown.map(({ command, output }) => html`<h3><code>${command}</code></h3>\n<pre tabindex="0">${output}</pre>\n`)}</section>`;
}

/** A page of a rehearsal: one file, which asks nothing of any network and runs no code. */
export function reportPage(stack: string, rehearsal: Rehearsal): string {
  const { ok, steps, behaviors, healthy } = rehearsal;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Rehearsal of the stack ${stack}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Rehearsal of the stack ${stack}</h1>
<p class="verdict ${ok ? "ok" : "failed"}">${verdictOf(rehearsal)}</p>
<p>A healthy device in five minutes: ${healthy.join(", ") || "nothing is watched"}.</p>
<section aria-labelledby="behaviors"><h2 id="behaviors">Behaviors</h2>
${behaviors.map(section)}
</section>
<section aria-labelledby="timeline"><h2 id="timeline">Time line</h2>
${timeline(steps)}
</section>
${documents(rehearsal)}
</main>
</body>
</html>
`;
  return page.markup;
}
