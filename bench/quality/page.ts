import type { Result } from './columns.ts'
import { regretAt } from './columns.ts'
import type { Comparison } from './comparison.ts'
import { text } from './html-text.ts'
import { show } from './report-text.ts'
import { quartiles } from './statistics.ts'

/** Colours that people who see no red or green can tell apart (Okabe and Ito). */
export const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
const dashes = ['5 3', '1.5 2.5', '9 3 2 3']
const size = { width: 340, height: 210, left: 58, right: 10, top: 10, bottom: 26 }

type Range = readonly [from: number, to: number]

/** The straight line that takes one range to another; a range without extent goes to the middle. */
export function scaleOf([low, high]: Range, [from, to]: Range): (value: number) => number {
  return (value) => from + (high > low ? (value - low) / (high - low) : 0.5) * (to - from)
}

/** The whole report as one page that needs nothing else. */
export function page(
  about: string,
  results: readonly Result[],
  comparisons: readonly Comparison[],
): string {
  const samplers = [...new Set(results.flatMap((r) => r.columns.map((c) => c.sampler)))]
  const ours = new Set(
    results.flatMap((r) => r.columns.filter((c) => c.ours).map((c) => c.sampler)),
  )
  const look = (sampler: string): string => {
    const at = samplers.indexOf(sampler)
    const colour = `stroke="${palette[at % palette.length]!}"`
    if (ours.has(sampler)) return `${colour} stroke-width="2.5"`
    const dash = dashes[Math.floor(at / palette.length) % dashes.length]!
    return `${colour} stroke-width="1.3" stroke-dasharray="${dash}"`
  }
  const colourOf = (sampler: string): string => palette[samplers.indexOf(sampler) % palette.length]!
  const legend = samplers.map(
    (sampler) =>
      `<span><svg width="30" height="10" aria-hidden="true"><line x1="0" x2="30" y1="5" y2="5" ${look(sampler)}/></svg> ${text(sampler)}</span>`,
  )
  const charts = results
    .filter((result) => result.columns.some((column) => column.ours))
    .map((result) => chart(result, look, colourOf))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Search quality</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; }
th, td { padding: .1rem .8rem .1rem 0; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.ours { font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; }
figure svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
</style>
</head>
<body>
<h1>Search quality</h1>
<p>${text(about)}</p>
<h2>Groups of tasks</h2>
${comparisons.map(groupTable).join('\n')}
<h2>Tasks</h2>
<p>Median regret by budget, with quartiles for ours (whole lines); peers are dashed.</p>
<p class="legend">${legend.join('')}</p>
<div class="charts">
${charts.join('\n')}
</div>
</body>
</html>
`
}

function groupTable({ group, budget, tasks, standings, leads }: Comparison): string {
  const rows = standings.map(
    (s) =>
      `<tr${s.ours ? ' class="ours"' : ''}><td>${text(s.sampler)}</td><td>${s.meanRank.toFixed(3)}</td><td>${show(s.figure)}</td><td>${show(s.medianFigure)}</td><td>${s.runs}</td></tr>`,
  )
  const verdicts = leads.map(
    (lead) =>
      `<li>${text(lead.sampler)}: ${lead.bestRank ? 'first' : 'not first'} by mean rank (${lead.meanRank.toFixed(3)}; best peer ${text(lead.bestPeer)} ${lead.bestPeerRank.toFixed(3)}), ${lead.figureVerdict} by suite figure (${show(lead.figure)}; ${text(lead.bestFigurePeer)} ${show(lead.bestFigure)})</li>`,
  )
  return `<table><caption>${text(group)}, ${tasks.length} tasks, budget ${budget}</caption>
<thead><tr><th scope="col">sampler</th><th scope="col">mean rank</th><th scope="col">suite figure</th><th scope="col">median</th><th scope="col">runs</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>
<ul>${verdicts.join('')}</ul>`
}

interface Line {
  readonly sampler: string
  readonly ours: boolean
  readonly points: readonly { budget: number; low: number; middle: number; high: number }[]
}

function chart(
  result: Result,
  look: (sampler: string) => string,
  colourOf: (sampler: string) => string,
): string {
  const lines = result.columns.map((column): Line => {
    const points = column.budgets.map((budget) => {
      const [low, middle, high] = quartiles(regretAt(column, budget)!)
      return { budget, low, middle, high }
    })
    return { sampler: column.sampler, ours: column.ours, points }
  })
  const log = result.family === 'synth'
  const scaled = (y: number): number => (log ? Math.log10(Math.max(y, 1e-9)) : y)
  const all = lines.flatMap(({ ours, points }) =>
    points.flatMap((p) => (ours ? [p.low, p.middle, p.high] : [p.middle]).map(scaled)),
  )
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const budgets = result.budgets
  const across = scaleOf(
    [Math.log(budgets[0]!), Math.log(budgets.at(-1)!)],
    [size.left, size.width - size.right],
  )
  const up = scaleOf([least, most], [size.height - size.bottom, size.top])
  const x = (budget: number): string => across(Math.log(budget)).toFixed(1)
  const y = (value: number): string => up(scaled(value)).toFixed(1)
  const drawn = lines.map(({ sampler, ours, points }) => {
    const path = points.map((p) => `${x(p.budget)},${y(p.middle)}`).join(' ')
    const low = points.map((p) => `${x(p.budget)},${y(p.low)}`)
    const high = points.map((p) => `${x(p.budget)},${y(p.high)}`).reverse()
    const band = ours
      ? `<polygon points="${[...low, ...high].join(' ')}" fill="${colourOf(sampler)}" opacity="0.15"/>`
      : ''
    return `<g><title>${text(sampler)}</title>${band}<polyline points="${path}" fill="none" ${look(sampler)}/></g>`
  })
  const ticks = budgets.map(
    (budget) =>
      `<text x="${x(budget)}" y="${size.height - 8}" text-anchor="middle">${budget}</text>`,
  )
  const ends = [least, most].map((end) => {
    const value = log ? 10 ** end : end
    return `<text x="${size.left - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${show(value)}</text>`
  })
  const { width, height } = size
  return `<figure><figcaption>${text(result.task)}</figcaption><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Regret by budget on ${text(result.task)}">${drawn.join('')}${ticks.join('')}${ends.join('')}</svg></figure>`
}
