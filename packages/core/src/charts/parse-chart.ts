import type { Problem } from '../errors.ts'
import type {
  AnyChart,
  Axis,
  Chart,
  Mark,
  ParallelChart,
  ParallelLine,
  SpaceChart,
  SpacePoints,
} from './chart.ts'
import { isParallel, isSpace } from './chart.ts'
import type { Complaints, Field, Read } from './plain-data.ts'
import {
  complaints,
  finite,
  isPlain,
  list,
  needed,
  number,
  numbers,
  object,
  oneOf,
  optional,
  shown,
  text,
  truth,
  whole,
} from './plain-data.ts'

/** Charts, or everything that keeps them from being some. */
export type ParsedCharts =
  | { readonly charts: readonly AnyChart[] }
  | { readonly problems: readonly Problem[] }

/** A chart with more than this is none that anybody reads. */
const most = {
  charts: 50,
  marks: 1000,
  points: 200_000,
  labels: 2000,
  cells: 1_000_000,
  lines: 50_000,
}
/** A field for everything that a type has, so that none is forgotten. */
type FieldsOf<T> = { readonly [name in keyof T]-?: Field }

const line = text(500)
const trial = whole(0, 1e9)

const axisFields: FieldsOf<Axis> = {
  name: needed(line),
  unit: optional(text(40)),
  scale: optional(oneOf('linear', 'log', 'categories')),
  labels: optional(list(line, most.labels)),
  min: optional(finite),
  max: optional(finite),
  column: optional(line),
  good: optional(oneOf('low', 'high')),
  time: optional(truth),
}
const axis = object({ ...axisFields })
const heads = {
  title: needed(line),
  subtitle: optional(line),
  summary: optional(text(2000)),
  note: optional(line),
}
const named = { name: needed(line), colour: optional(whole(0, 1000)) }
const position = numbers('x', 'y')
const told = {
  trials: optional(list(trial, most.points)),
  labels: optional(list(line, most.points)),
}
const shades = object({ value: needed(axis), values: needed(list(number, most.points)) })
const shape = optional(oneOf('circle', 'diamond', 'triangle', 'cross'))
const numberOrText: Read = (value, path, wrong) =>
  (typeof value === 'string' ? line : number)(value, path, wrong)
const at: Read = (value, path, wrong) => {
  if (value === 'diagonal') return value
  const isX = isPlain(value) && 'x' in value
  return object(isX ? { x: needed(finite) } : { y: needed(finite) })(value, path, wrong)
}

const markFields: {
  readonly [kind in Mark['kind']]: FieldsOf<Omit<Extract<Mark, { kind: kind }>, 'kind'>>
} = {
  line: {
    ...{ ...named, points: needed(list(position, most.points)) },
    ...{ dashed: optional(truth), step: optional(truth), faint: optional(truth) },
    trial: optional(trial),
  },
  band: {
    ...{ ...named, points: needed(list(numbers('x', 'low', 'high'), most.points)) },
    step: optional(truth),
  },
  points: {
    ...{ ...named, ...told, points: needed(list(position, most.points)) },
    shape,
    shades: optional(shades),
    told: optional(list(numberOrText, most.points)),
  },
  bars: {
    ...{ ...named, values: needed(list(number, most.labels)) },
    intervals: optional(list(numbers('low', 'high'), most.labels)),
  },
  heat: {
    ...{ ...named, value: needed(axis) },
    cells: needed(list(numbers('x', 'y', 'value'), most.points)),
  },
  surface: {
    ...{ ...named, value: needed(axis) },
    rows: needed(list(list(number, most.labels), most.labels)),
  },
  spans: { ...named, ...told, spans: needed(list(numbers('row', 'from', 'to'), most.points)) },
  rule: { ...named, at: needed(at) },
}
const kinds = Object.keys(markFields)

const mark: Read = (value, path, wrong) => {
  const kind = isPlain(value) ? value['kind'] : undefined
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    wrong.add(`${path}.kind`, `expected ${kinds.join(', ')}, got ${shown(kind)}.`)
    return undefined
  }
  const fields = { kind: needed(oneOf(kind)), ...markFields[kind as Mark['kind']] }
  return object(fields)(value, path, wrong)
}

const planeFields: FieldsOf<Chart> = {
  ...{ kind: optional(oneOf('plane')), ...heads },
  ...{ x: needed(axis), y: needed(axis), marks: needed(list(mark, most.marks)) },
}
const plane = object({ ...planeFields })
const lineFields: FieldsOf<ParallelLine> = {
  ...{ trial: optional(trial), name: optional(line) },
  values: needed(list(number, most.labels)),
  ...{ value: optional(number), aside: optional(line), best: optional(truth) },
}
const parallelLine = object({ ...lineFields })
const parallelFields: FieldsOf<ParallelChart> = {
  ...{ kind: needed(oneOf('parallel')), ...heads },
  axes: needed(list(axis, 200)),
  lines: needed(list(parallelLine, most.lines)),
  ...{ value: needed(axis), good: needed(oneOf('low', 'high')) },
  aside: needed(list(line, 20)),
  asideAxis: needed(whole(0, 200)),
}
const parallel = object({ ...parallelFields })

const spacePoints: FieldsOf<SpacePoints> = {
  ...{ kind: needed(oneOf('points')), ...named, trials: told.trials },
  points: needed(list(numbers('x', 'y', 'z'), most.points)),
  shape,
}
const spaceFields: FieldsOf<SpaceChart> = {
  ...{ kind: needed(oneOf('space')), ...heads, axes: needed(list(axis, 3)) },
  marks: needed(list(object({ ...spacePoints }), most.marks)),
}
const forms = { plane, parallel, space: object({ ...spaceFields }) }

/**
 * Reads charts from plain data, such as `JSON.parse` gives it, so that anything can draw: a chart, a list
 * of charts, or what `attune plot` writes as JSON, `{ charts: [{ chart }] }`. Since JSON has no words for
 * what is not finite, null and "NaN" are NaN, "Infinity" and "-Infinity" themselves.
 */
export function parseCharts(data: unknown): ParsedCharts {
  const wrong = complaints()
  const given = isPlain(data) && 'charts' in data ? data['charts'] : data
  if (!Array.isArray(given)) {
    const charts = [readOne(given, '', wrong)]
    return wrong.found.length > 0 ? { problems: wrong.found } : { charts }
  }
  if (given.length > most.charts) {
    wrong.add('', `there are ${given.length} charts, and at most ${most.charts} are drawn.`)
    return { problems: wrong.found }
  }
  const charts = given.map((each: unknown, i) => {
    const one = complaints()
    const chart = readOne(isPlain(each) && 'chart' in each ? each['chart'] : each, '', one)
    for (const { path, message } of one.found) {
      wrong.add(path === '' ? `[${i}]` : `[${i}].${path}`, message)
    }
    return chart
  })
  return wrong.found.length > 0 ? { problems: wrong.found } : { charts }
}

function readOne(data: unknown, path: string, wrong: Complaints): AnyChart {
  const kind = isPlain(data) ? data['kind'] : undefined
  const form = kind === 'parallel' || kind === 'space' ? kind : 'plane'
  const read = forms[form](data, path, wrong) as AnyChart
  if (wrong.found.length === 0) check(read, wrong)
  return read
}

function check(chart: AnyChart, wrong: Complaints): void {
  if (isParallel(chart)) checkParallel(chart, wrong)
  else if (isSpace(chart)) checkSpace(chart, wrong)
  else checkPlane(chart, wrong)
}

/** What fits together: lists of the same length, places on axes, axes that a mark needs. */
function checkPlane(chart: Chart, wrong: Complaints): void {
  checkAxis(chart.x, 'x', wrong)
  checkAxis(chart.y, 'y', wrong)
  chart.marks.forEach((each, i) => checkMark(each, chart, `marks[${i}]`, wrong))
}

function checkAxis({ scale, labels, min, max }: Chart['x'], path: string, wrong: Complaints): void {
  if (scale === 'categories' && labels === undefined) {
    wrong.add(`${path}.labels`, 'an axis of categories has labels.')
  }
  if (min !== undefined && max !== undefined && !(min < max)) {
    wrong.add(path, `min is below max, got ${min} and ${max}.`)
  }
  if (scale === 'log' && ((min ?? 1) <= 0 || (max ?? 1) <= 0)) {
    wrong.add(path, 'the ends of a log axis are positive.')
  }
}

/** How many labels an axis of categories has; undefined for one of numbers. */
const labelsOf = ({ scale, labels }: Chart['x']): number | undefined =>
  scale === 'categories' ? (labels?.length ?? 0) : undefined

function checkMark(each: Mark, { x, y }: Chart, path: string, wrong: Complaints): void {
  const [columns, rows] = [labelsOf(x), labelsOf(y)]
  const sameLength = (name: string, given: number | undefined, of: number): void => {
    if (given !== undefined && given !== of) {
      wrong.add(`${path}.${name}`, `it has ${given} entries for ${of}.`)
    }
  }
  const isPlace = (place: number, of: number | undefined): boolean =>
    Number.isInteger(place) && place >= 0 && place < (of ?? 0)
  switch (each.kind) {
    case 'points':
      sameLength('trials', each.trials?.length, each.points.length)
      sameLength('labels', each.labels?.length, each.points.length)
      sameLength('told', each.told?.length, each.points.length)
      sameLength('shades.values', each.shades?.values.length, each.points.length)
      return
    case 'bars': {
      const labels = columns ?? rows
      if (labels === undefined) return wrong.add(path, 'bars need an axis of categories.')
      sameLength('values', each.values.length, labels)
      return sameLength('intervals', each.intervals?.length, labels)
    }
    case 'heat':
      if (columns === undefined || rows === undefined) {
        return wrong.add(path, 'heat needs two axes of categories.')
      }
      return each.cells.forEach(([i, j], k) => {
        if (!isPlace(i, columns) || !isPlace(j, rows)) {
          wrong.add(`${path}.cells[${k}]`, `there is no cell ${i}, ${j}; places count from 0.`)
        }
      })
    case 'surface': {
      const width = each.rows[0]?.length ?? 0
      each.rows.forEach((row, k) => sameLength(`rows[${k}]`, row.length, width))
      sameLength('rows', each.rows.length, rows ?? each.rows.length)
      sameLength('rows[0]', width, columns ?? width)
      if (each.rows.length * width > most.cells) wrong.add(path, `at most ${most.cells} cells.`)
      const isOpen = ({ scale, min, max }: Chart['x']): boolean =>
        scale !== 'categories' && (min === undefined || max === undefined)
      if (isOpen(x) || isOpen(y)) wrong.add(path, 'a surface needs min and max on both axes.')
      return
    }
    case 'spans':
      sameLength('trials', each.trials?.length, each.spans.length)
      sameLength('labels', each.labels?.length, each.spans.length)
      return each.spans.forEach(([row], k) => {
        if (!isPlace(row, rows)) {
          wrong.add(`${path}.spans[${k}]`, `there is no row ${row} among the labels of y.`)
        }
      })
    case 'line':
    case 'band':
    case 'rule':
  }
}

function checkParallel(chart: ParallelChart, wrong: Complaints): void {
  const { axes, lines, aside, asideAxis } = chart
  axes.forEach((each, i) => checkAxis(each, `axes[${i}]`, wrong))
  if (axes.length === 0) wrong.add('axes', 'it needs an axis.')
  else if (asideAxis >= axes.length) wrong.add('asideAxis', `there are ${axes.length} axes.`)
  lines.forEach((each, i) => {
    if (each.values.length !== axes.length) {
      wrong.add(
        `lines[${i}].values`,
        `it has ${each.values.length} entries for ${axes.length} axes.`,
      )
    }
    if (each.aside !== undefined && !aside.includes(each.aside)) {
      wrong.add(`lines[${i}].aside`, `${shown(each.aside)} is not among aside.`)
    }
  })
}

function checkSpace({ axes, marks }: SpaceChart, wrong: Complaints): void {
  if (axes.length !== 3) wrong.add('axes', `it has 3 axes, got ${axes.length}.`)
  axes.forEach((each, i) => {
    checkAxis(each, `axes[${i}]`, wrong)
    if (each.scale === 'categories') wrong.add(`axes[${i}]`, 'no axis of the three has categories.')
  })
  marks.forEach(({ points, trials }, i) => {
    if (trials !== undefined && trials.length !== points.length) {
      wrong.add(`marks[${i}].trials`, `it has ${trials.length} entries for ${points.length}.`)
    }
  })
}
