import { text } from './html-text.ts'
import { scaleOf } from './page.ts'

/** A sampler over a group of tasks. */
export interface Curve {
  readonly label: string
  readonly colour: string
  /** Whether the picture is of this sampler, and whether it is a peer's. */
  readonly own: boolean
  readonly peer: boolean
  readonly dashed: boolean
  readonly points: readonly { readonly budget: number; readonly figure: number }[]
  /** The least and the greatest number of runs on a task. */
  readonly seeds: readonly [number, number]
}

/** A group of tasks with the curves over it, that of the picture's sampler first. */
export interface Panel {
  readonly title: string
  readonly axis: string
  readonly fromZero: boolean
  readonly tasks: number
  readonly curves: readonly Curve[]
}

const cell = { width: 376, height: 298, left: 46, right: 104, top: 64, bottom: 48 }
const margin = 4
/** Where labels begin beside the curves, and the width of a bold letter. */
const labelAt = 15
const letter = 6.8
const lineHeight = 16
/** Two lines of text nearer than this run into each other. */
const labelGap = 13

/**
 * A picture of at most three panels, two in a row, that needs nothing else and stands on a light
 * ground of its own. What it was measured with is told below, or in the place of a fourth panel.
 */
export function picture(sampler: string, panels: readonly Panel[], measured: string): string {
  const width = 2 * cell.width + 2 * margin
  const rows = Math.ceil(panels.length / 2)
  const notes = [
    'Mean over the tasks of the median over seeds;',
    'lower is better. Lines end where runs ended.',
    `Bold: ${sampler}. Thin: for comparison.`,
    `${measured}.`,
  ]
  const beside = panels.length % 2 === 1
  const below = beside ? [] : [notes.slice(0, 2).join(' '), notes.slice(2).join(' ')]
  const height = rows * cell.height + (below.length + 0.5) * lineHeight + margin
  const drawn = panels.map((panel, i) => {
    const at = `${margin + (i % 2) * cell.width},${margin + Math.floor(i / 2) * cell.height}`
    return `<g transform="translate(${at})">${panelDrawing(panel)}</g>`
  })
  const [x, y] = beside
    ? [margin + cell.width + 12, margin + (rows - 1) * cell.height + cell.top]
    : [margin + 12, margin + rows * cell.height + lineHeight / 2]
  const told = (beside ? notes : below).map(
    (line, i) => `<text x="${x}" y="${y + i * lineHeight}" class="note">${text(line)}</text>`,
  )
  const about = `${notes.slice(0, 2).join(' ')} ${panels.map(summary).join(' ')}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">
<title id="title">${text(`Regret of ${sampler} by evaluations`)}</title>
<desc id="about">${text(about)}</desc>
<style>text { font: 11px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f } .head { font-size: 12.5px; font-weight: 600 } .note { fill: #57606a } .own { font-weight: 700 }</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#fff" stroke="#d0d7de"/>
${[...drawn, ...told].join('\n')}
</svg>
`
}

/** The ends of the curves in words, for those who do not see them. */
function summary({ title, curves }: Panel): string {
  const ends = curves.map(({ label, points }) => {
    const { budget, figure } = points.at(-1)!
    return `${label} ${figure.toPrecision(3)} after ${budget} evaluations`
  })
  return `${title}: ${ends.join(', ')}.`
}

function panelDrawing(panel: Panel): string {
  const { title, axis, fromZero, curves } = panel
  const points = curves.flatMap((curve) => curve.points)
  const budgets = [...new Set(points.map(({ budget }) => budget))].sort((a, b) => a - b)
  const figures = points.map(({ figure }) => figure)
  const least = Math.min(...figures, ...(fromZero ? [0] : []))
  const most = Math.max(...figures)
  const longest = Math.max(...curves.map(({ label }) => label.length))
  const room = Math.max(cell.right, labelAt + letter * longest)
  const ends = { right: cell.width - room, foot: cell.height - cell.bottom }
  const across = scaleOf(
    [Math.log(budgets[0]!), Math.log(budgets.at(-1)!)],
    [cell.left, ends.right],
  )
  const place: Place = {
    x: (budget) => across(Math.log(budget)),
    y: scaleOf([least, most], [ends.foot - (fromZero && least === 0 ? 0 : 6), cell.top + 6]),
  }
  const parts = [
    `<text x="12" y="20" class="head">${text(title)}</text>`,
    `<text x="12" y="36" class="note">${text(counts(panel))}</text>`,
    `<text x="12" y="53">${text(axis)}</text>`,
    ...ticksOf(least, most).map((tick) => {
      const y = place.y(tick.value).toFixed(1)
      return `<line x1="${cell.left}" x2="${ends.right}" y1="${y}" y2="${y}" stroke="#eaeef2"/><text x="${cell.left - 6}" y="${(Number(y) + 4).toFixed(1)}" text-anchor="end">${tick.label}</text>`
    }),
    `<line x1="${cell.left}" x2="${ends.right}" y1="${ends.foot}" y2="${ends.foot}" stroke="#8c959f"/>`,
    ...budgetTicks(budgets, place, ends.foot),
    `<text x="${(cell.left + ends.right) / 2}" y="${ends.foot + 34}" text-anchor="middle">evaluations</text>`,
    // The sampler itself comes last and lies above the others.
    ...curves.map((curve) => lineOf(curve, place)).toReversed(),
    ...labelsOf(curves, place, ends),
  ]
  return parts.join('')
}

/** How many tasks and seeds there are; a range where they differ from task to task. */
function counts({ tasks, curves }: Panel): string {
  const seedsOf = (some: readonly Curve[]): string => {
    const all = some.flatMap(({ seeds }) => seeds)
    const [low, high] = [Math.min(...all), Math.max(...all)]
    return low === high ? `${low}` : `${low} to ${high}`
  }
  const peers = curves.filter(({ peer }) => peer)
  const ours = seedsOf(curves.filter(({ peer }) => !peer))
  const theirs = peers.length === 0 ? '' : `, Optuna ${seedsOf(peers)}`
  return `${tasks} ${tasks === 1 ? 'task' : 'tasks'}, ${ours} seeds${theirs}`
}

interface Place {
  x(budget: number): number
  y(figure: number): number
}

function lineOf({ own, dashed, colour, label, points }: Curve, place: Place): string {
  const path = points.map((p) => `${place.x(p.budget).toFixed(1)},${place.y(p.figure).toFixed(1)}`)
  const width = own ? 3 : 1.4
  const dashes = dashed ? ' stroke-dasharray="4 3"' : ''
  const [x, y] = path.at(-1)!.split(',')
  return `<g><title>${text(label)}</title><polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"${dashes}/><circle cx="${x}" cy="${y}" r="${own ? 3.2 : 2.2}" fill="${colour}"/></g>`
}

/** The names of the curves at the right, with a thin line from the end of each where they are apart. */
function labelsOf(
  curves: readonly Curve[],
  place: Place,
  { right, foot }: { readonly right: number; readonly foot: number },
): string[] {
  const ends = curves.map(({ points }) => points.at(-1)!)
  const heights = ends.map(({ figure }) => place.y(figure))
  const places = spread(heights, labelGap, cell.top - 2, foot)
  return curves.map(({ label, own, colour }, i) => {
    const [x, y, to] = [place.x(ends[i]!.budget), heights[i]!, places[i]!]
    const lead = `<polyline points="${(x + 3).toFixed(1)},${y.toFixed(1)} ${right + 4},${y.toFixed(1)} ${right + 12},${to.toFixed(1)}" fill="none" stroke="${colour}" stroke-width="0.8" stroke-dasharray="1 2.5"/>`
    return `${lead}<text x="${right + labelAt}" y="${(to + 4).toFixed(1)}"${own ? ' class="own"' : ''}>${text(label)}</text>`
  })
}

/** The nearest places in a range that are at least a gap apart, in the order of what is wanted. */
function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b)
  const places = order.map((i) => wanted[i]!)
  for (let k = 0; k < places.length; k++) {
    places[k] = Math.max(places[k]!, k === 0 ? low : places[k - 1]! + gap)
  }
  for (let k = places.length - 1; k >= 0; k--) {
    places[k] = Math.min(places[k]!, k === places.length - 1 ? high : places[k + 1]! - gap)
  }
  const found = wanted.slice()
  order.forEach((i, k) => (found[i] = places[k]!))
  return found
}

/** Three to six round values within a range. */
function ticksOf(low: number, high: number): { readonly value: number; readonly label: string }[] {
  const rough = (high - low || 1) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor(high / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, k) => {
    const value = (first + k) * step
    return { value, label: value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, '') }
  })
}

/** A mark at every budget, and its number where there is room; round ones go first. */
function budgetTicks(budgets: readonly number[], { x }: Place, foot: number): string[] {
  const room = 24
  const isRound = (budget: number): boolean => /^[125]0*$/.test(String(budget))
  const numbered: number[] = []
  for (const budget of [...budgets.filter(isRound), ...budgets]) {
    if (numbered.every((other) => Math.abs(x(other) - x(budget)) >= room)) numbered.push(budget)
  }
  return budgets.map((budget) => {
    const at = x(budget).toFixed(1)
    const number = `<text x="${at}" y="${foot + 17}" text-anchor="middle">${budget}</text>`
    return `<line x1="${at}" x2="${at}" y1="${foot}" y2="${foot + 4}" stroke="#8c959f"/>${numbered.includes(budget) ? number : ''}`
  })
}
