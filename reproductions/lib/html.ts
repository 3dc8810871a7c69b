import { text } from '../../bench/quality/html-text.ts'

/** A cell of a table: numbers with so many digits after the point, or 4 that say something. */
export function cellText(value: string | number | null, digits?: number): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (!Number.isFinite(value)) return '–'
  const shown =
    digits === undefined
      ? String(Number(value.toPrecision(Number.isInteger(value) ? 15 : 4)))
      : value.toFixed(digits)
  return shown.replace(/^-/, '−')
}

/** A page that needs nothing else: readable on paper and on a phone. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

const style = `
:root { color-scheme: light; font: 16px/1.55 Arial, Helvetica, sans-serif; color: #1f2328; background: #fff; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #d0d7de; padding-bottom: .2rem; }
p { margin: .5rem 0; max-width: 46rem; }
.source { color: #57606a; }
dl.about { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; font-size: .9rem; }
dl.about dt { color: #57606a; }
dl.about dd { margin: 0; }
.wide { overflow-x: auto; margin: .8rem 0 1.2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: .2rem 0 .4rem; }
th, td { padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #8c959f; font-weight: bold; }
tbody tr { border-bottom: 1px solid #eaeef2; }
td.number, th.number { text-align: right; }
tr.published td { background: #f6f8fa; }
.unit { color: #57606a; font-weight: normal; }
.note { font-size: .85rem; color: #57606a; }
.wide + p.note { margin-top: -.8rem; }
table.verdicts { width: 100%; table-layout: fixed; }
table.verdicts th:first-child { width: 5rem; }
table.verdicts td:first-child { font-weight: bold; }
.status { display: inline-block; padding: .05rem .5rem; border-radius: .7rem; border: 1px solid; font-weight: bold; font-size: .82rem; white-space: nowrap; }
.reproduced { color: #0b5a2b; background: #dafbe1; }
.partly { color: #7a4b00; background: #fff3c4; }
.not-reproduced { color: #8a1220; background: #ffe3e3; }
.too-small-to-say { color: #3d4450; background: #eaeef2; }
.not-applicable { color: #57606a; background: #fff; }
figure { margin: 1.2rem 0; }
figure svg { display: block; max-width: 46rem; height: auto; }
figure .narrow { display: none; }
figcaption { font-size: .88rem; color: #424a53; max-width: 46rem; }
ul { padding-left: 1.2rem; max-width: 46rem; }
li { margin: .25rem 0; }
@media (max-width: 34rem) {
  body { padding: 1rem .8rem 3rem; }
  figure .broad { display: none; }
  figure .narrow { display: block; }
  table.verdicts, table.verdicts tbody, table.verdicts tr, table.verdicts td { display: block; width: auto; }
  table.verdicts thead { display: none; }
  table.verdicts tr { padding: .6rem 0; }
  table.verdicts td[data-of]::before { content: attr(data-of); display: block; color: #57606a; font-size: .82rem; }
  dl.about { grid-template-columns: 1fr; gap: 0; }
  dl.about dd { margin-bottom: .4rem; }
}
@media print {
  :root { font-size: 10.5pt; }
  body { max-width: none; padding: 0; }
  .wide { overflow: visible; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .status, tr.published td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
