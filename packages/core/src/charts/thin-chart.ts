import { log } from '../math/elementary.ts'
import type {
  AnyChart,
  Axis,
  Chart,
  LineMark,
  Mark,
  PointsMark,
  Position,
  SpaceChart,
  SpacePoints,
} from './chart.ts'
import { isParallel, isSpace } from './chart.ts'
import { chartData, isShown } from './chart-data.ts'

/** What a picture can show, and a file can hold, of each kind; of lines also the points of each. */
export interface ThinLimits {
  readonly points: number
  /** Points on a surface, which may not hide it. */
  readonly onSurface: number
  readonly faintLines: number
  readonly linePoints: number
  readonly parallelLines: number
}
const usual: ThinLimits = {
  points: 4000,
  onSurface: 500,
  faintLines: 300,
  linePoints: 1200,
  parallelLines: 1500,
}

/**
 * The same picture with less in it: of points that would lie on each other one is kept, of lines what
 * changes their course, of very many lines an even part. Small charts are given back as they are. What
 * was left out is told in the subtitle.
 */
export function thinChart<T extends AnyChart>(chart: T, limits?: Partial<ThinLimits>): T
export function thinChart(chart: AnyChart, limits: Partial<ThinLimits> = {}): AnyChart {
  const most = { ...usual, ...limits }
  if (isParallel(chart)) {
    const { lines } = chart
    if (lines.length <= most.parallelLines) return chart
    const kept = thinLines(lines, most.parallelLines, (line) => line.best === true)
    return { ...chart, lines: kept, ...told(chart, 'lines', lines.length, kept.length) }
  }
  return isSpace(chart) ? thinSpace(chart, most) : thinPlane(chart, most)
}

/** Of each mark an even part; the last mark, which stands out, stays whole as far as it can. */
function thinSpace(chart: SpaceChart, most: ThinLimits): SpaceChart {
  const countOf = (marks: readonly SpacePoints[]): number =>
    marks.reduce((sum, { points }) => sum + points.length, 0)
  const all = countOf(chart.marks)
  if (all <= most.points) return chart
  const last = Math.min(chart.marks.at(-1)!.points.length, Math.floor(most.points / 2))
  const share = (most.points - last) / (all - chart.marks.at(-1)!.points.length)
  const marks = chart.marks.map((mark, i) => {
    const isLast = i === chart.marks.length - 1
    const places = [...mark.points.keys()]
    const kept = thinLines(places, isLast ? last : share * places.length, () => false)
    const { points, trials } = mark
    return {
      ...mark,
      points: kept.map((k) => points[k]!),
      ...(trials === undefined ? {} : { trials: kept.map((k) => trials[k]!) }),
    }
  })
  return { ...chart, marks, ...told(chart, 'points', all, countOf(marks)) }
}

function thinPlane(chart: Chart, most: ThinLimits): Chart {
  const points = sizeOf(chart.marks, 'points')
  const faint = chart.marks.filter((mark) => mark.kind === 'line' && mark.faint === true)
  let { marks } = chart
  let words = {}
  const isSurface = chart.marks.some(({ kind }) => kind === 'surface')
  const room = isSurface ? most.onSurface : most.points
  if (points > room) {
    const share = room / points
    marks = marks.map((mark) => (mark.kind === 'points' ? thinPoints(mark, share, chart) : mark))
    words = told(chart, 'points', points, sizeOf(marks, 'points'))
  }
  if (faint.length > most.faintLines) {
    const kept = new Set(thinLines(faint, most.faintLines, () => false))
    marks = marks.filter((mark) => !faint.includes(mark) || kept.has(mark))
    words = told(chart, 'lines', faint.length, kept.size)
  }
  const extent = chartData(chart).extentOf('x')
  // Many lines together shall not say more than a few.
  const lines = marks.filter(({ kind }) => kind === 'line').length
  const each = Math.max(
    40,
    Math.min(most.linePoints, Math.floor((10 * most.points) / Math.max(1, lines))),
  )
  marks = marks.map((mark) => {
    if (mark.kind === 'line') return thinLine(mark, each)
    return mark.kind === 'spans' ? mergeSpans(mark, extent) : mark
  })
  return marks.every((mark, i) => mark === chart.marks[i]) ? chart : { ...chart, marks, ...words }
}

const sizeOf = (marks: readonly Mark[], kind: 'points'): number =>
  marks.reduce((sum, mark) => sum + (mark.kind === kind ? mark.points.length : 0), 0)

function told(
  { subtitle }: AnyChart,
  what: string,
  all: number,
  kept: number,
): { readonly subtitle: string } {
  const note = `${kept} of ${all} ${what} drawn`
  return { subtitle: subtitle === undefined ? note : `${subtitle}; ${note}` }
}

/** An even part of a list, with all that must stay. */
function thinLines<T>(all: readonly T[], wanted: number, mustStay: (one: T) => boolean): T[] {
  const others = all.filter((one) => !mustStay(one))
  const left = Math.max(1, wanted - (all.length - others.length))
  const step = others.length / left
  const kept = new Set(
    Array.from({ length: Math.floor(left) }, (_, k) => others[Math.floor(k * step)]),
  )
  return all.filter((one) => mustStay(one) || kept.has(one))
}

/** One point a cell of a grid that is as fine as it may be. */
function thinPoints(mark: PointsMark, share: number, chart: Chart): PointsMark {
  const wanted = Math.max(50, Math.floor(mark.points.length * share))
  if (mark.points.length <= wanted) return mark
  const data = chartData({ ...chart, marks: [mark] })
  const x = cellsOf(chart.x, data.extentOf('x'))
  const y = cellsOf(chart.y, data.extentOf('y'))
  for (let size = 800; ; size = Math.floor(size / 1.4)) {
    const taken = new Set<number>()
    const kept: number[] = []
    mark.points.forEach(([a, b], i) => {
      if (!isShown(chart.x, a) || !isShown(chart.y, b)) return
      const key = Math.floor(x(a) * size) * 4096 + Math.floor((y(b) * size) / 2)
      if (taken.has(key)) return
      taken.add(key)
      kept.push(i)
    })
    if (kept.length <= wanted || size < 10) return pick(mark, kept)
  }
}

function pick(mark: PointsMark, kept: readonly number[]): PointsMark {
  const { points, trials, labels, shades, told: truths } = mark
  const values = shades === undefined ? [] : kept.map((i) => shades.values[i]!)
  return {
    ...mark,
    points: kept.map((i) => points[i]!),
    ...(trials === undefined ? {} : { trials: kept.map((i) => trials[i]!) }),
    ...(labels === undefined ? {} : { labels: kept.map((i) => labels[i]!) }),
    ...(truths === undefined ? {} : { told: kept.map((i) => truths[i]!) }),
    ...(shades === undefined ? {} : { shades: { ...shades, values } }),
  }
}

/** Where a number lies between the ends, from 0 to 1. */
function cellsOf(
  { scale, labels }: Axis,
  extent: readonly [number, number] | undefined,
): (x: number) => number {
  if (scale === 'categories') return (x) => (x + 0.5) / Math.max(1, labels?.length ?? 1)
  const bend = scale === 'log' ? log : (x: number): number => x
  const [low, high] = (extent ?? [0, 1]).map(bend) as [number, number]
  return (x) => (high > low ? (bend(x) - low) / (high - low) : 0)
}

function thinLine(mark: LineMark, wanted: number): LineMark {
  if (mark.points.length <= wanted) return mark
  const points = mark.step === true ? turns(mark.points) : mark.points
  return { ...mark, points: points.length <= wanted ? points : peaks(points, wanted) }
}

/** Of a level piece its two ends. */
function turns(points: readonly Position[]): Position[] {
  return points.filter(([, y], i) => {
    const [before, after] = [points[i - 1]?.[1], points[i + 1]?.[1]]
    return !Object.is(before, y) || !Object.is(after, y)
  })
}

/** Of equally long pieces of a line the first, lowest, highest and last point; gaps stay. */
function peaks(points: readonly Position[], wanted: number): Position[] {
  const size = Math.ceil((4 * points.length) / wanted)
  const kept = new Set<number>()
  for (let start = 0; start < points.length; start += size) {
    const end = Math.min(points.length, start + size)
    let [low, high] = [start, start]
    for (let i = start; i < end; i++) {
      const y = points[i]![1]
      if (Number.isNaN(y) && !Number.isNaN(points[i - 1]?.[1] ?? 0)) kept.add(i)
      if (y < points[low]![1] || Number.isNaN(points[low]![1])) low = i
      if (y > points[high]![1] || Number.isNaN(points[high]![1])) high = i
    }
    for (const i of [start, low, high, end - 1]) kept.add(i)
  }
  return points.filter((_, i) => kept.has(i))
}

/** Spans of a row that a picture could not part become one. */
function mergeSpans(
  mark: Extract<Mark, { kind: 'spans' }>,
  extent: readonly [number, number] | undefined,
): Mark {
  if (mark.spans.length <= 2000 || extent === undefined) return mark
  const near = (extent[1] - extent[0]) / 4000
  const rows = new Map<number, [number, number, number][]>()
  for (const [row, from, to] of mark.spans.toSorted((a, b) => a[1] - b[1])) {
    const own = rows.get(row) ?? []
    const last = own.at(-1)
    if (last !== undefined && from - last[2] < near) last[2] = Math.max(last[2], to)
    else own.push([row, from, to])
    rows.set(row, own)
  }
  const { labels: _, trials: __, ...rest } = mark
  return { ...rest, spans: [...rows.values()].flat() }
}
