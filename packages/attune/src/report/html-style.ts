import { lookOf } from '@attune/core'

/** The colours of pictures in the light, and the ones that take their place in the dark. */
function darkPictures(): string {
  const [light, dark] = [lookOf('light'), lookOf('dark')]
  const pairs = [
    ...(['ground', 'ink', 'soft', 'line', 'grid'] as const).map((name) => [
      light[name],
      dark[name],
    ]),
    ...light.palette.map((colour, i) => [colour, dark.palette[i]]),
  ]
  return pairs
    .flatMap(([from, to]) =>
      ['fill', 'stroke'].map((kind) => `svg [${kind}="${from}"]{${kind}:${to}}`),
    )
    .join('\n  ')
}

/** How a report looks: on a screen, on a phone, in the dark and on paper. */
export const pageStyle: string = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --soft: #57606a; --line: #d0d7de; --faint: #eaeef2; --raised: #f6f8fa; --accent: #0a5a96; font: 16px/1.55 Arial, Helvetica, sans-serif; color: var(--ink); background: var(--ground); }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; background: var(--ground); overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .2rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.4rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
p { margin: .6rem 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.note, figcaption, summary { font-size: .88rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: 1rem 0; list-style: none; font-size: .9rem; }
.answer { margin: 1rem 0; padding: .8rem 1rem; border-left: 4px solid var(--accent); background: var(--raised); }
.answer .label { display: block; color: var(--soft); font-size: .9rem; }
.answer strong { font-size: 1.9rem; line-height: 1.2; margin-right: .4rem; }
dl { margin: 1rem 0; }
dl div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 1rem; padding: .25rem 0; border-bottom: 1px solid var(--faint); }
dt { color: var(--soft); }
dd { margin: 0; }
code, pre { font-family: ui-monospace, Consolas, "Liberation Mono", monospace; font-size: .88em; }
pre { margin: .4rem 0 1rem; padding: .7rem .9rem; background: var(--raised); border: 1px solid var(--line); border-radius: .3rem; overflow-x: auto; overflow-wrap: normal; }
.wide { overflow-x: auto; margin: .8rem 0; overflow-wrap: normal; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: .2rem 0 .4rem; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; }
td, th { max-width: 20rem; overflow-wrap: normal; }
td.wordy { min-width: 11rem; }
td.long, th.long { min-width: 10rem; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid var(--line); }
tbody tr { border-bottom: 1px solid var(--faint); }
th.number, td.number { text-align: right; }
figure { margin: 1.4rem 0; }
figure svg { display: block; width: 100%; height: auto; font-family: Arial, Helvetica, sans-serif; }
figure .narrow { display: none; }
figcaption { color: var(--soft); margin-top: .3rem; }
summary { cursor: pointer; color: var(--accent); padding: .3rem 0; }
ul { padding-left: 1.2rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 34rem) {
  body { padding: 1rem .6rem 3rem; }
  figure .broad { display: none; }
  figure .narrow { display: block; }
  dl div { grid-template-columns: minmax(0, 1fr); }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --faint: #21262d; --raised: #151b23; --accent: #6cb6ff; }
  ${darkPictures()}
}
@media print {
  :root { color-scheme: light; font-size: 10.5pt; }
  body { max-width: none; padding: 0; }
  nav, details { display: none; }
  figure .broad { display: block; }
  figure .narrow { display: none; }
  .wide { overflow: visible; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  figure, tr, .answer, dl div { break-inside: avoid; }
  figure svg { max-height: 9cm; }
  h2 { break-after: avoid; }
  .answer, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
