import { Html } from "./html";

/** Light and dark by the reader's choice, and light on paper. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #59636e; --line: #d1d9e0;
  --healthy: #0969da; --offender: #b42318; --outsider: #6e5494; --bound: #7d4e00; --good: #116329; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --line: #3d444d;
  --healthy: #58a6ff; --offender: #ff8f85; --outsider: #c6a3f5; --bound: #e3b341; --good: #4ac26b; } }
@media print { :root { color-scheme: light; --ink: #000000; --paper: #ffffff; --faint: #444444; --line: #999999;
  --healthy: #0550ae; --offender: #a0111f; --outsider: #512a97; --bound: #633c01; --good: #044f1e; }
  figure, table { break-inside: avoid; } pre { white-space: pre-wrap; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; }
code, pre { font: 0.875rem/1.45 ui-monospace, monospace; }
pre { overflow: auto; border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--faint); }
svg polyline { fill: none; stroke-width: 1.5; opacity: 0.6; }
.axes path { stroke: var(--line); }
.bound path { stroke: var(--bound); stroke-width: 2; stroke-dasharray: 8 5; }
svg .bound text, .legend .bound { fill: var(--bound); color: var(--bound); }
.event path { stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 2 4; }
.point.healthy { fill: var(--healthy); } polyline.healthy { stroke: var(--healthy); }
.point.offender { fill: var(--offender); } polyline.offender { stroke: var(--offender); }
.point.outsider { fill: none; stroke: var(--outsider); stroke-width: 2; } polyline.outsider { stroke: var(--outsider); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.5rem 0; font-size: 0.875rem; }
.legend .healthy { color: var(--healthy); } .legend .offender { color: var(--offender); }
.legend .outsider { color: var(--outsider); }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: 0.875rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
td:first-child { white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); }
.ok { color: var(--good); } .failed { color: var(--offender); }
.verdict { font-size: 1.125rem; font-weight: 600; border-left: 4px solid; padding-left: 0.75rem; }
`);
