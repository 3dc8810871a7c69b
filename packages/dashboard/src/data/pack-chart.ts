import { chartSummary, isParallel, isShown, isSpace } from '@attune/core'
import type { AnyChart, Axis, Chart, Mark, ParallelChart, SpaceChart } from '@attune/core'

import type {
  PackedCells,
  PackedChart,
  PackedMark,
  PackedParallel,
  PackedPlane,
  PackedRange,
  PackedSpace,
} from '../plot/packed-chart.ts'

/**
 * A chart with its numbers in flat arrays.
 * @param key which chart it is, the same when its study has grown
 */
export function packChart(chart: AnyChart, key: string): PackedChart {
  if (isSpace(chart)) return packSpace(chart, key)
  return isParallel(chart) ? packParallel(chart, key) : packPlane(chart, key)
}

/** The buffers of a packed chart, which a worker may give away instead of copying them. */
export function chartBuffers(chart: PackedChart): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  visit(chart)
  return [...found]
}

function baseOf(
  chart: AnyChart,
  key: string,
): Omit<PackedPlane, 'kind' | 'x' | 'y' | 'range' | 'marks'> {
  const { title, subtitle, note } = chart
  return {
    ...{ key, title, summary: chartSummary(chart) },
    ...(subtitle === undefined ? {} : { subtitle }),
    ...(note === undefined ? {} : { note }),
  }
}

function packPlane(chart: Chart, key: string): PackedPlane {
  const { x, y } = chart
  const colours = coloursOf(chart.marks)
  const marks = chart.marks.map((mark) => packMark(mark, chart, colours(mark)))
  const isFilled = chart.marks.some(({ kind }) => kind === 'surface')
  const range = {
    x: rangeOf(x, (take) => marks.forEach((mark) => placesOf(mark, 0, chart, take)), isFilled),
    y: rangeOf(y, (take) => marks.forEach((mark) => placesOf(mark, 1, chart, take)), isFilled),
  }
  return { ...baseOf(chart, key), kind: 'plane', x, y, range, marks }
}

/** Marks of a name share a colour: the one that any of them asks for, or the next by order of names. */
function coloursOf(marks: readonly Mark[]): (mark: Mark) => number {
  const named = marks.filter(({ kind }) => kind !== 'heat' && kind !== 'surface')
  const places = new Map<string, number>()
  for (const { name } of named) if (!places.has(name)) places.set(name, places.size)
  const asked = new Map<string, number>()
  for (const mark of named) {
    const colour = 'colour' in mark ? mark.colour : undefined
    if (colour !== undefined && !asked.has(mark.name)) asked.set(mark.name, colour)
  }
  return ({ name }) => asked.get(name) ?? places.get(name) ?? 0
}

function packMark(mark: Mark, chart: Chart, colour: number): PackedMark {
  const named = { name: mark.name, colour }
  switch (mark.kind) {
    case 'line': {
      const { points, dashed = false, step = false, faint = false, trial = -1 } = mark
      return { kind: 'line', ...named, xy: flat(points, 2), dashed, step, faint, trial }
    }
    case 'band':
      return { kind: 'band', ...named, xlh: flat(mark.points, 3), step: mark.step ?? false }
    case 'points': {
      const { points, shape = 'circle', shades, told } = mark
      return {
        ...{ kind: 'points', ...named, xy: flat(points, 2), shape, ...toldBy(mark) },
        ...(shades === undefined
          ? {}
          : { shades: { value: shades.value, values: Float64Array.from(shades.values) } }),
        ...(told === undefined ? {} : { told }),
      }
    }
    case 'bars': {
      const intervals = flat(mark.intervals ?? [], 2)
      return { kind: 'bars', ...named, values: Float64Array.from(mark.values), intervals }
    }
    case 'heat':
      return { ...named, ...heatCells(mark.cells, chart), kind: 'cells', value: mark.value }
    case 'surface': {
      const columns = mark.rows[0]?.length ?? 0
      const size = { columns, rows: mark.rows.length }
      return {
        kind: 'cells',
        ...named,
        values: flat(mark.rows, columns),
        ...size,
        value: mark.value,
      }
    }
    case 'spans':
      return { kind: 'spans', ...named, spans: flat(mark.spans, 3), ...toldBy(mark) }
    case 'rule':
      return { kind: 'rule', ...named, at: mark.at }
  }
}

function flat(rows: readonly (readonly number[])[], width: number): Float64Array {
  const out = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    for (let k = 0; k < width; k++) out[i * width + k] = row[k]!
  }
  return out
}

function toldBy({
  trials,
  labels,
}: {
  readonly trials?: readonly number[]
  readonly labels?: readonly string[]
}): { readonly trials: Int32Array; readonly labels?: readonly string[] } {
  const told = Int32Array.from(trials ?? [])
  return labels === undefined ? { trials: told } : { trials: told, labels }
}

function heatCells(
  cells: readonly (readonly [x: number, y: number, value: number])[],
  { x, y }: Chart,
): Pick<PackedCells, 'values' | 'columns' | 'rows'> {
  const columns = x.labels?.length ?? 0
  const rows = y.labels?.length ?? 0
  const values = new Float64Array(columns * rows).fill(Number.NaN)
  for (const [i, j, value] of cells) values[j * columns + i] = value
  return { values, columns, rows }
}

/** Hands on every number that a mark has on an axis. */
function placesOf(mark: PackedMark, side: 0 | 1, chart: Chart, take: (x: number) => void): void {
  switch (mark.kind) {
    case 'line':
    case 'points':
      for (let i = side; i < mark.xy.length; i += 2) take(mark.xy[i]!)
      return
    case 'band':
      for (let i = 0; i < mark.xlh.length; i++)
        if ((i % 3 === 0) === (side === 0)) take(mark.xlh[i]!)
      return
    case 'bars':
      // Lengths begin at 0; on the axis of categories nothing is asked.
      if ((side === 0 ? chart.x : chart.y).scale === 'categories') return
      for (const x of mark.values) take(x)
      for (const x of mark.intervals) take(x)
      return
    case 'spans':
      if (side === 0) mark.spans.forEach((x, i) => i % 3 !== 0 && take(x))
      return
    case 'rule':
      if (mark.at === 'diagonal') return
      if ('x' in mark.at && side === 0) take(mark.at.x)
      if ('y' in mark.at && side === 1) take(mark.at.y)
      return
    case 'cells':
  }
}

/** The numbers that an axis can show, from end to end; ends that it has itself go before. */
function rangeOf(
  axis: Axis,
  visit: (take: (x: number) => void) => void,
  isFilled: boolean,
): PackedRange {
  let [low, high, whole, any] = [Infinity, -Infinity, true, false]
  if (axis.scale !== 'categories') {
    visit((x) => {
      if (!isShown(axis, x)) return
      any = true
      if (x < low) low = x
      if (x > high) high = x
      if (whole && !Number.isInteger(x)) whole = false
    })
  }
  if (axis.scale === 'categories')
    return { min: -0.5, max: (axis.labels?.length ?? 1) - 0.5, whole: true }
  const isLog = axis.scale === 'log'
  const [from, to] = any ? [low, high] : isLog ? [1, 10] : [0, 1]
  const base = whole && any && !isFilled && high <= 100 * low ? 2 : 10
  return {
    ...{ min: axis.min ?? from, max: axis.max ?? to, whole: whole && any },
    ...(isLog ? { base } : {}),
  }
}

function packSpace(chart: SpaceChart, key: string): PackedSpace {
  const marks = chart.marks.map((mark, i): PackedSpace['marks'][number] => ({
    ...{ kind: 'points', name: mark.name, colour: mark.colour ?? i, shape: mark.shape ?? 'circle' },
    ...{ xyz: flat(mark.points, 3), trials: Int32Array.from(mark.trials ?? []) },
  }))
  const axisAt = (place: 0 | 1 | 2): PackedSpace['axes'][number] => {
    const axis = chart.axes[place]
    const each = (take: (x: number) => void): void => {
      for (const { xyz } of marks) for (let i = place; i < xyz.length; i += 3) take(xyz[i]!)
    }
    return { ...axis, range: rangeOf(axis, each, false) }
  }
  return { ...baseOf(chart, key), kind: 'space', axes: [axisAt(0), axisAt(1), axisAt(2)], marks }
}

function packParallel(chart: ParallelChart, key: string): PackedParallel {
  const { lines, axes, aside, asideAxis, value, good } = chart
  const values = flat(
    lines.map((line) => line.values),
    axes.length,
  )
  const columnOf = (place: number, take: (x: number) => void): void => {
    for (let i = place; i < values.length; i += axes.length) take(values[i]!)
  }
  return {
    ...{ ...baseOf(chart, key), kind: 'parallel', value, good, aside, asideAxis, values },
    axes: axes.map((axis, i) => ({
      ...axis,
      range: rangeOf(axis, (take) => columnOf(i, take), false),
    })),
    trials: Int32Array.from(lines, ({ trial }) => trial ?? -1),
    shades: Float64Array.from(lines, (line) => line.value ?? Number.NaN),
    best: Uint8Array.from(lines, ({ best }) => (best === true ? 1 : 0)),
    asides: Uint8Array.from(lines, (line) =>
      line.aside === undefined ? 0 : aside.indexOf(line.aside) + 1,
    ),
  }
}
