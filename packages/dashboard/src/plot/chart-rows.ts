import { axisTitle } from '@attune/core'
import type { Axis } from '@attune/core'

import { trialOf } from './hits.ts'
import type {
  PackedChart,
  PackedMark,
  PackedParallel,
  PackedPlane,
  PackedSpace,
} from './packed-chart.ts'

export type RowCell = string | number | null

/** What is drawn, as rows under names; null where a row has nothing. */
export interface ChartRows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly RowCell[])[]
}

/** The marks of a chart as rows, numbers in full and categories by label. */
export function chartRows(chart: PackedChart): ChartRows {
  if (chart.kind === 'space') return spaceRows(chart)
  return chart.kind === 'plane' ? planeRows(chart) : parallelRows(chart)
}

function spaceRows({ axes, marks }: PackedSpace): ChartRows {
  const rows = marks.flatMap(({ name, trials, xyz }) =>
    Array.from({ length: xyz.length / 3 }, (_, i): RowCell[] => [
      ...[name, trials[i] ?? null],
      ...xyz.subarray(3 * i, 3 * i + 3),
    ]),
  )
  return { columns: ['mark', 'trial', ...axes.map(axisTitle)], rows }
}

const keys = ['mark', 'trial', 'label', 'x', 'y', 'low', 'high', 'value'] as const
type Row = Partial<Readonly<Record<(typeof keys)[number], RowCell>>>

function planeRows(chart: PackedPlane): ChartRows {
  const rows = chart.marks.flatMap((mark) => rowsOf(mark, chart))
  // Where trials stand on an axis they are not told twice.
  const isTold = chart.x.column === 'trial' || chart.y.column === 'trial'
  const wanted = isTold ? keys.filter((key) => key !== 'trial') : keys
  const used = wanted.filter((key) => rows.some((row) => (row[key] ?? null) !== null))
  const titles = { x: axisTitle(chart.x), y: axisTitle(chart.y) }
  return {
    columns: used.map((key) => (key === 'x' || key === 'y' ? titles[key] : key)),
    rows: rows.map((row) => used.map((key) => row[key] ?? null)),
  }
}

const cellOf = ({ scale, labels }: Axis, at: number): RowCell => {
  if (Number.isNaN(at)) return null
  return scale === 'categories' ? (labels?.[at] ?? at) : at
}

function rowsOf(mark: PackedMark, { x, y }: PackedPlane): Row[] {
  const named = (index: number): Row => {
    const trial = trialOf(mark, index)
    const label = 'labels' in mark ? mark.labels?.[index] : undefined
    return { mark: mark.name, trial: trial < 0 ? null : trial, label: label ?? null }
  }
  const each = (count: number, row: (i: number) => Row): Row[] =>
    Array.from({ length: count }, (_, i) => ({ ...named(i), ...row(i) }))
  switch (mark.kind) {
    case 'line':
    case 'points':
      return each(mark.xy.length / 2, (i) => ({
        x: cellOf(x, mark.xy[2 * i]!),
        y: (mark.kind === 'points' ? mark.told?.[i] : undefined) ?? cellOf(y, mark.xy[2 * i + 1]!),
        ...(mark.kind === 'points' && mark.shades !== undefined
          ? { value: mark.shades.values[i]! }
          : {}),
      })).filter((row) => row.x !== null || row.y !== null)
    case 'band':
      return each(mark.xlh.length / 3, (i) => ({
        ...{
          x: cellOf(x, mark.xlh[3 * i]!),
          low: mark.xlh[3 * i + 1]!,
          high: mark.xlh[3 * i + 2]!,
        },
      }))
    case 'bars':
      return each(mark.values.length, (i) => ({
        ...(x.scale === 'categories'
          ? { x: cellOf(x, i), y: mark.values[i]! }
          : { x: mark.values[i]!, y: cellOf(y, i) }),
        ...(mark.intervals.length === 0
          ? {}
          : { low: mark.intervals[2 * i]!, high: mark.intervals[2 * i + 1]! }),
      }))
    case 'cells':
      return each(mark.values.length, (i) => ({
        x: placeOf(x, i % mark.columns, mark.columns),
        y: placeOf(y, Math.floor(i / mark.columns), mark.rows),
        value: mark.values[i]!,
      })).filter(({ value }) => !Number.isNaN(value))
    case 'spans':
      return each(mark.spans.length / 3, (i) => ({
        ...{
          y: cellOf(y, mark.spans[3 * i]!),
          low: mark.spans[3 * i + 1]!,
          high: mark.spans[3 * i + 2]!,
        },
      }))
    case 'rule':
      return []
  }
}

/** The middle of a cell. */
function placeOf(axis: Axis, cell: number, cells: number): RowCell {
  const { scale, min = 0, max = 1 } = axis
  if (scale === 'categories') return cellOf(axis, cell)
  const share = (cell + 0.5) / cells
  return scale === 'log' ? min * (max / min) ** share : min + share * (max - min)
}

function parallelRows({ axes, values, trials, asides, aside }: PackedParallel): ChartRows {
  const hasAside = aside.length > 0
  const rows = Array.from(trials, (trial, line): RowCell[] => [
    trial < 0 ? null : trial,
    ...axes.map((axis, k) => cellOf(axis, values[line * axes.length + k]!)),
    ...(hasAside ? [aside[asides[line]! - 1] ?? null] : []),
  ])
  return { columns: ['trial', ...axes.map(axisTitle), ...(hasAside ? ['aside'] : [])], rows }
}

/** Rows as CSV (RFC 4180); what a spreadsheet would take for a formula begins with an apostrophe. */
export function rowsToCsv({ columns, rows }: ChartRows): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

function csvCell(cell: RowCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = /^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
