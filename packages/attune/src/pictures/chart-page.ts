import type { AnyChart, ChartCell } from '@attune/core'
import { chartSummary, chartTable, lookOf } from '@attune/core'
import { formatNumber } from '../text/format.ts'
import { renderSvg } from './render-svg.ts'
import { escapeText } from './svg-text.ts'

export interface ChartPageOptions {
  readonly theme: 'light' | 'dark'
  /** Of one chart, in pixels. */
  readonly width: number
  readonly height: number
  readonly columns: number
  /** Default: the title of the first chart. */
  readonly title?: string
}

/** Charts with their sentences and data as one page that needs nothing else and runs nothing. */
export async function chartPage(
  charts: readonly AnyChart[],
  { theme, width, height, columns, title: given }: ChartPageOptions,
): Promise<string> {
  const title = escapeText(given ?? charts[0]?.title ?? '')
  const parts: string[] = []
  for (const chart of charts) parts.push(await figureOf(chart, { theme, width, height }))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${styleOf(theme, width, columns)}</style>
</head>
<body>
<h1>${title}</h1>
<main>
${parts.join('\n')}
</main>
</body>
</html>
`
}

async function figureOf(
  chart: AnyChart,
  look: { readonly theme: 'light' | 'dark'; readonly width: number; readonly height: number },
): Promise<string> {
  const broad = await renderSvg(chart, look)
  // Drawn again for a phone, so that its letters can be read there.
  const narrow =
    look.width <= 400 ? '' : await renderSvg(chart, { ...look, width: 370, height: 360 })
  const { columns, rows } = chartTable(chart)
  const head = columns.map((name) => `<th scope="col">${escapeText(name)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`)
  const count = rows.length === 1 ? '1 row' : `${rows.length} rows`
  return `<figure>
<div class="${narrow === '' ? '' : 'broad'}">${broad}</div>${narrow === '' ? '' : `\n<div class="narrow">${narrow}</div>`}
<figcaption>${escapeText(chartSummary(chart))}</figcaption>
<details><summary>Data (${count})</summary><div class="wide" tabindex="0"><table><caption>${escapeText(chart.title)}</caption><thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div></details>
</figure>`
}

function cellOf(cell: ChartCell): string {
  if (cell === null) return '<td></td>'
  if (typeof cell === 'number') return `<td class="n">${formatNumber(cell, 6)}</td>`
  return `<td>${escapeText(cell)}</td>`
}

function styleOf(theme: 'light' | 'dark', width: number, columns: number): string {
  const { ground, ink, soft, grid } = lookOf(theme)
  return `
:root { color-scheme: ${theme}; font: 15px/1.5 Arial, Helvetica, sans-serif; color: ${ink}; background: ${ground}; }
body { margin: 0 auto; padding: 1rem; max-width: ${width * columns + 32 * columns}px; }
h1 { font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, ${Math.floor(width * 0.8)}px), 1fr)); }
figure { margin: 0; min-width: 0; }
svg { display: block; width: 100%; height: auto; }
figcaption { color: ${soft}; font-size: .9rem; max-width: 46rem; overflow-wrap: anywhere; }
details { margin-top: .4rem; font-size: .85rem; }
summary { cursor: pointer; padding: .3rem 0; }
.wide { overflow: auto; max-height: 28rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding-bottom: .3rem; }
th, td { padding: .15rem .8rem .15rem 0; text-align: left; border-bottom: 1px solid ${grid}; }
td.n { text-align: right; }
.narrow { display: none; }
@media (max-width: 34rem) { .broad { display: none; } .narrow { display: block; } }
@media print { details { display: none; } .broad { display: block; } .narrow { display: none; } figure { break-inside: avoid; } }
`
}
