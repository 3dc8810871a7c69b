import type {
  AnyChart,
  Axis,
  Chart,
  Mark,
  ParallelChart,
  Position,
  SpaceChart,
  SurfaceMark,
} from './chart.ts'
import { isParallel, isSpace, labelAt, lineName } from './chart.ts'
import { exp, log } from '../math/elementary.ts'

export type ChartCell = string | number | null

/** The data of a chart as rows under names; null where a row has nothing of a column. */
export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly ChartCell[])[]
}

/** What an axis is called, with its unit. */
export function axisTitle({ name, unit }: Axis): string {
  return unit === undefined ? name : `${name} (${unit})`
}

const arrows = { across: { low: '←', high: '→' }, up: { low: '↓', high: '↑' } } as const

/**
 * What stands beside an axis: its title, and an arrow to the end that is better.
 * @param way how it runs
 */
export function axisWords(axis: Axis, way: 'across' | 'up'): string {
  return axis.good === undefined ? axisTitle(axis) : `${axisTitle(axis)} ${arrows[way][axis.good]}`
}

/**
 * Everything that a chart shows, in drawing order: for those who do not see it, and for other programs.
 * Categories are given by label, times in ISO 8601, numbers as they are.
 */
export function chartTable(chart: AnyChart): ChartTable {
  if (isSpace(chart)) return spaceTable(chart)
  return isParallel(chart) ? parallelTable(chart) : planeTable(chart)
}

/** What a row of a mark may say; each has a column of its own, as far as the chart has any. */
interface Row {
  readonly mark: string
  readonly x?: ChartCell
  readonly y?: ChartCell
  readonly low?: number
  readonly high?: number
  readonly from?: number
  readonly to?: number
  readonly value?: number
  readonly label?: string
}

const keys = ['mark', 'x', 'y', 'low', 'high', 'from', 'to', 'value', 'label'] as const

function planeTable(chart: Chart): ChartTable {
  const rows = chart.marks.flatMap((mark) => rowsOf(mark, chart))
  const used = keys.filter((key) => rows.some((row) => row[key] !== undefined))
  const titles: Record<(typeof keys)[number], string> = {
    ...{ mark: 'mark', low: 'low', high: 'high', from: 'from', to: 'to', label: 'label' },
    x: axisTitle(chart.x),
    y: axisTitle(chart.y),
    value: valueTitle(chart),
  }
  return {
    columns: used.map((key) => titles[key]),
    rows: rows.map((row) => used.map((key) => row[key] ?? null)),
  }
}

function valueTitle({ marks }: Chart): string {
  for (const mark of marks) {
    if (mark.kind === 'heat' || mark.kind === 'surface') return axisTitle(mark.value)
    if (mark.kind === 'points' && mark.shades !== undefined) return axisTitle(mark.shades.value)
  }
  return 'value'
}

function rowsOf(mark: Mark, chart: Chart): Row[] {
  const { name } = mark
  const x = (at: number): ChartCell => cellOf(chart.x, at)
  const y = (at: number): ChartCell => cellOf(chart.y, at)
  switch (mark.kind) {
    case 'line':
      return mark.points.filter(isThere).map(([a, b]) => ({ mark: name, x: x(a), y: y(b) }))
    case 'points':
      return mark.points.map(([a, b], i) => {
        const label = labelAt(mark, i)
        const value = mark.shades?.values[i]
        const more = { ...(label === undefined ? {} : { label }) }
        const up = mark.told?.[i] ?? y(b)
        return { mark: name, x: x(a), y: up, ...more, ...(value === undefined ? {} : { value }) }
      })
    case 'band':
      return mark.points.map(([a, low, high]) => ({ mark: name, x: x(a), low, high }))
    case 'bars':
      return mark.values.map((value, i) => {
        const [low, high] = mark.intervals?.[i] ?? []
        const ends = low === undefined || high === undefined ? {} : { low, high }
        const upright = chart.x.scale === 'categories'
        return { mark: name, x: upright ? x(i) : value, y: upright ? value : y(i), ...ends }
      })
    case 'heat':
      return mark.cells.map(([a, b, value]) => ({ mark: name, x: x(a), y: y(b), value }))
    case 'surface':
      return surfaceCells(mark, chart).map(([a, b, value]) => ({
        ...{ mark: name, x: x(a), y: y(b), value },
      }))
    case 'spans':
      return mark.spans.map(([row, from, to], i) => {
        const label = labelAt(mark, i)
        return { mark: name, y: y(row), from, to, ...(label === undefined ? {} : { label }) }
      })
    case 'rule':
      return mark.at === 'diagonal' ? [] : [{ mark: name, ...mark.at }]
  }
}

/** What only parts lines is no row. */
const isThere = ([x, y]: Position): boolean => !Number.isNaN(x) || !Number.isNaN(y)

function cellOf({ scale, labels, time }: Axis, at: number): ChartCell {
  if (scale === 'categories') return labels?.[at] ?? at
  return time === true && Math.abs(at) <= latest ? new Date(at).toISOString() : at
}

/** The last time that a date can tell, in milliseconds since the epoch (ECMA-262, 21.4.1.1). */
const latest = 8.64e15

/** The middle of each cell of a surface on its axes, with its value. */
function surfaceCells({ rows }: SurfaceMark, { x, y }: Chart): [number, number, number][] {
  return rows.flatMap((row, j) =>
    row.map((value, i): [number, number, number] => [
      middleOf(x, i, row.length),
      middleOf(y, j, rows.length),
      value,
    ]),
  )
}

function middleOf({ scale, min = 0, max = 1 }: Axis, cell: number, cells: number): number {
  if (scale === 'categories') return cell
  const share = (cell + 0.5) / cells
  if (scale !== 'log') return min + share * (max - min)
  return exp(log(min) + share * (log(max) - log(min)))
}

function spaceTable({ axes, marks }: SpaceChart): ChartTable {
  const rows = marks.flatMap((mark) =>
    mark.points.map((point, i) => [mark.name, ...point, labelAt(mark, i) ?? null]),
  )
  return { columns: ['mark', ...axes.map(axisTitle), 'label'], rows }
}

function parallelTable({ axes, lines, aside }: ParallelChart): ChartTable {
  const columns = ['trial', ...axes.map(axisTitle), ...(aside.length > 0 ? ['aside'] : [])]
  const rows = lines.map((line) => [
    lineName(line),
    ...line.values.map((x, i) => (Number.isNaN(x) ? null : cellOf(axes[i]!, x))),
    ...(aside.length > 0 ? [line.aside ?? null] : []),
  ])
  return { columns, rows }
}
