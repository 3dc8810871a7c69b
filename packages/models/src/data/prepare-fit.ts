import { AttuneError, createRng } from '@attune/core'
import { mean, variance } from '@attune/core/math'
import type { Target } from '../matrix.ts'
import { assignStratified } from './assignment.ts'
import { describeColumn } from './column-kinds.ts'
import {
  countLabels,
  type EncodingTarget,
  hashBlock,
  oneHotBlock,
  ordinalBlock,
  targetBlock,
} from './prepare-categories.ts'
import { fitNumberBlock } from './prepare-numbers.ts'
import type { CheckedOptions, ColumnOptions } from './prepare-options.ts'
import { rawReader } from './prepare-raw.ts'
import type { Block, DatePart, PreparationState, RawInput } from './prepare-state.ts'
import { fitTarget, targetOf } from './prepare-target.ts'
import {
  type CategoryColumn,
  type Column,
  columnNamed,
  type Table,
  tableOfColumns,
} from './table.ts'

/** Learning a preparation from training rows. */

export interface FittedPreparation {
  readonly state: PreparationState
  readonly y: Target | undefined
  /** By block what the training rows get instead of what others with the same values get. */
  readonly crossFitted: ReadonlyMap<number, Float64Array>
}

/** An input with its block. */
interface Fitted {
  readonly input: RawInput
  readonly block: Block
  readonly crossFitted?: Float64Array
}

/** @throws AttuneError `models/data` when there are not two rows, or no column tells anything */
export function fitState(table: Table, options: CheckedOptions): FittedPreparation {
  if (table.rows < 2) {
    const text = `A preparation is learnt from 2 rows or more, but the table has ${table.rows}.`
    throw new AttuneError('models/data', text)
  }
  const target =
    options.target === undefined ? null : fitTarget(table, options.target, options.task)
  const y = target === null ? undefined : targetOf(target, table)
  const context: Context = { table, options, encoding: encodingTarget(y, options) }
  const dropped: { column: string; reason: string }[] = []
  const fitted: Fitted[] = []
  for (const column of chosenColumns(table, options)) {
    const reason = reasonToDrop(column, options)
    // The column alone: looking through the others for each would take their number squared.
    const alone = { ...context, table: { rows: table.rows, columns: [column] } }
    const made = reason === undefined ? fitColumn(column, alone) : []
    fitted.push(...made)
    if (made.length > 0) continue
    dropped.push({ column: column.name, reason: reason ?? 'it is the same in all rows' })
  }
  if (fitted.length === 0) throw nothingLeft(dropped)
  const crossFitted = new Map<number, Float64Array>()
  for (const [i, part] of fitted.entries()) {
    if (part.crossFitted !== undefined) crossFitted.set(i, part.crossFitted)
  }
  const state: PreparationState = {
    kind: 'preparation',
    version: 1,
    inputs: fitted.map((part) => part.input),
    blocks: fitted.map((part) => part.block),
    target,
    dropped,
  }
  return { state, y, crossFitted }
}

interface Context {
  readonly table: Table
  readonly options: CheckedOptions
  readonly encoding: EncodingTarget | undefined
}

function nothingLeft(dropped: readonly { column: string; reason: string }[]): AttuneError {
  const reasons = dropped.slice(0, 10).map(({ column, reason }) => `"${column}" (${reason})`)
  const text = `No column is left to learn from: ${reasons.join(', ') || 'the table has none beside the target'}.`
  return new AttuneError('models/data', text)
}

function chosenColumns(table: Table, options: CheckedOptions): readonly Column[] {
  for (const name of options.special) columnNamed(table, name)
  const gone = new Set(options.drop.map((name) => columnNamed(table, name).name))
  if (options.target !== undefined) gone.add(options.target)
  const named = options.use?.map((name) => columnNamed(table, name)) ?? table.columns
  return tableOfColumns(named).columns.filter((column) => !gone.has(column.name))
}

function reasonToDrop(column: Column, options: CheckedOptions): string | undefined {
  const asked = options.of(column.name)
  if (column.kind === 'date' && asked.dates === 'drop') return "dates: 'drop'"
  if (column.kind === 'text' && asked.texts === 'drop') return "texts: 'drop'"
  // A column that is asked for by name is wanted, whatever it looks like.
  const wanted = options.ids === 'keep' || options.use?.includes(column.name) === true
  if (!wanted && describeColumn(column).id) return 'it only tells rows apart'
  return undefined
}

function fitColumn(column: Column, context: Context): Fitted[] {
  const options = context.options.of(column.name)
  switch (column.kind) {
    case 'number':
      return fitNumber({ kind: 'number', name: column.name, column: column.name }, context, options)
    case 'category':
      return fitCategory(column, context, options)
    case 'date':
      return fitDate(column.name, context, options)
    case 'text':
      return fitText(column.name, context, options)
  }
}

function fitNumber(input: RawInput, context: Context, options: ColumnOptions): Fitted[] {
  const values = rawReader(context.table, [input]).read(input)
  const block = fitNumberBlock(input.name, values, options)
  return block === undefined ? [] : [{ input, block }]
}

function fitCategory(column: CategoryColumn, context: Context, options: ColumnOptions): Fitted[] {
  const { name } = column
  const found = countLabels(column)
  const levels = found.labels.length + (found.missing > 0 ? 1 : 0)
  if (levels < 2) return []
  if (options.categories === 'hashing') {
    const input: RawInput = { kind: 'bucket', name, column: name, buckets: options.buckets }
    const reader = rawReader(context.table, [input])
    const first = column.codes.findIndex((code) => column.labels[code] === found.labels[0])
    const buckets = reader.read(input)
    const block = hashBlock(name, buckets, first === -1 ? undefined : buckets[first], options)
    return block.names.length < 2 ? [] : [{ input, block }]
  }
  const input: RawInput = { kind: 'code', name, column: name, labels: found.labels }
  if (options.categories === 'target') {
    const codes = rawReader(context.table, [input]).read(input)
    const made = targetBlock(name, codes, found.labels.length, context.encoding!, options.smoothing)
    return [{ input, ...made }]
  }
  const block =
    options.categories === 'oneHot'
      ? oneHotBlock(name, found, options)
      : ordinalBlock(name, found, options)
  // Rare labels and missing values may have become one level.
  const entries: readonly unknown[] = block.kind === 'slots' ? block.slots : block.values
  const present = new Set(entries.slice(0, found.labels.length))
  if (found.missing > 0) present.add(entries.at(-1))
  return present.size < 2 ? [] : [{ input, block }]
}

const dateParts: readonly DatePart[] = ['year', 'month', 'day', 'weekday', 'hour']
/** How many values a part has, and which is its first. */
const circles: Readonly<Partial<Record<DatePart, readonly [count: number, first: number]>>> = {
  month: [12, 0],
  day: [31, 1],
  weekday: [7, 0],
  hour: [24, 0],
}

function fitDate(column: string, context: Context, options: ColumnOptions): Fitted[] {
  const fitted: Fitted[] = []
  let told = false
  for (const part of dateParts) {
    const name = `${column} ${part}`
    const input: RawInput = { kind: 'datePart', name, column, part }
    const circle = options.dates === 'cyclic' ? circles[part] : undefined
    if (circle === undefined) {
      // That the date is missing is told once.
      const indicators = options.indicators && !told
      fitted.push(...fitNumber(input, context, { ...options, indicators }))
      told = true
    } else {
      const values = rawReader(context.table, [input]).read(input)
      const known = values.filter((value) => value === value)
      if (known.some((value) => value !== known[0]))
        fitted.push({ input, block: circleBlock(name, ...circle) })
    }
  }
  return fitted
}

/** Sine and cosine of an index, 0 and 0 for a missing one. */
function circleBlock(name: string, count: number, first: number): Block {
  const values: number[] = []
  for (let index = 0; index < first + count; index++) {
    const angle = (2 * Math.PI * (index - first)) / count
    values.push(Math.sin(angle), Math.cos(angle))
  }
  values.push(0, 0, 0, 0)
  return { kind: 'values', names: [`${name} sine`, `${name} cosine`], values, categories: 0 }
}

function fitText(column: string, context: Context, options: ColumnOptions): Fitted[] {
  const buckets = options.textBuckets
  const inputs = Array.from({ length: buckets }, (_, bucket): RawInput => {
    return { kind: 'words', name: `${column}#${bucket}`, column, bucket, buckets }
  })
  const reader = rawReader(context.table, inputs)
  return inputs.flatMap((input) => {
    const block = fitNumberBlock(input.name, reader.read(input), options)
    return block === undefined ? [] : [{ input, block }]
  })
}

/**
 * Of a classification into two classes whether it is the second, into more one number a class; of a
 * regression the number, brought to mean 0 and standard deviation 1.
 */
function encodingTarget(
  y: Target | undefined,
  options: CheckedOptions,
): EncodingTarget | undefined {
  if (y === undefined) return undefined
  const rows = y.kind === 'classes' ? y.codes.length : y.values.length
  const foldCount = Math.min(options.folds, rows)
  const shares = new Array<number>(foldCount).fill(1 / foldCount)
  const rng = createRng(options.seed, 'target-encoding')
  const classes = y.kind === 'classes' ? y.codes : new Int32Array(rows)
  const folds = assignStratified(classes, shares, rng)
  if (y.kind === 'numbers') {
    const centre = mean(y.values)
    const spread = Math.sqrt(variance(y.values, 0))
    const values = y.values.map((value) => (value - centre) / spread)
    return { width: 1, names: [''], values, folds, foldCount }
  }
  const first = y.labels.length === 2 ? 1 : 0
  const width = y.labels.length - first
  const values = new Float64Array(rows * width)
  for (let i = 0; i < rows; i++) {
    const at = y.codes[i]! - first
    if (at >= 0) values[i * width + at] = 1
  }
  const names = width === 1 ? [''] : y.labels.map(String)
  return { width, names, values, folds, foldCount }
}
