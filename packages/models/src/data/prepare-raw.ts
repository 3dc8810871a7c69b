import { AttuneError, hash32 } from '@attune/core'
import { convertColumn } from './column-kinds.ts'
import type { DatePart, RawInput } from './prepare-state.ts'
import { type Column, type ColumnKind, listed, lengthOf, type Table } from './table.ts'

/** Columns of a table as columns of numbers. */

/** Reads inputs of some rows of a table. */
export interface RawReader {
  readonly rows: number
  /** By row the number of the input; NaN is a missing value. */
  read(input: RawInput): Float64Array
}

/** The kind of column an input is made of. */
export function kindOfInput(input: RawInput): ColumnKind {
  if (input.kind === 'number') return 'number'
  if (input.kind === 'datePart') return 'date'
  return input.kind === 'words' ? 'text' : 'category'
}

/**
 * @param rows indices of rows; default: all
 * @throws AttuneError `data/format` when a column that an input needs is not there, or is of another
 *   kind and cannot be read as the one it needs
 */
export function rawReader(
  table: Table,
  inputs: readonly RawInput[],
  rows?: ArrayLike<number>,
): RawReader {
  const columns = neededColumns(table, inputs)
  const count = rows?.length ?? table.rows
  const words = new Map<string, Float64Array>()
  const at = (i: number): number => (rows === undefined ? i : rows[i]!)

  function wordsOf(column: Column, buckets: number): Float64Array {
    let counts = words.get(column.name)
    if (counts === undefined)
      words.set(column.name, (counts = countWords(column, count, at, buckets)))
    return counts
  }

  return {
    rows: count,
    read(input) {
      const column = columns.get(input.column)!
      if (input.kind === 'words') {
        const counts = wordsOf(column, input.buckets)
        const values = new Float64Array(count)
        for (let i = 0; i < count; i++) values[i] = counts[i * input.buckets + input.bucket]!
        return values
      }
      if (column.kind === 'category') return labelNumbers(input, column, count, at)
      const given = column.kind === 'text' ? new Float64Array(lengthOf(column)) : column.values
      const values = new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = given[at(i)]!
      if (input.kind === 'datePart') toDateParts(values, input.part)
      else refuseInfinite(values, column.name, at)
      return values
    },
  }
}

function neededColumns(table: Table, inputs: readonly RawInput[]): Map<string, Column> {
  const kinds = new Map(inputs.map((input) => [input.column, kindOfInput(input)]))
  const there = new Map(table.columns.map((column) => [column.name, column]))
  const missing = [...kinds.keys()].filter((name) => !there.has(name))
  if (missing.length > 0) {
    const text = `The table lacks columns that the training rows have: ${listed(missing)}. It has ${listed([...there.keys()])}.`
    throw new AttuneError('data/format', text, { details: { missing } })
  }
  return new Map([...kinds].map(([name, kind]) => [name, convertColumn(there.get(name)!, kind)]))
}

function labelNumbers(
  input: RawInput,
  column: Extract<Column, { kind: 'category' }>,
  count: number,
  at: (i: number) => number,
): Float64Array {
  const numbers = numbersOfLabels(input, column.labels)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const code = column.codes[at(i)]!
    values[i] = code === -1 ? NaN : numbers[code]!
  }
  return values
}

function numbersOfLabels(input: RawInput, labels: readonly string[]): number[] {
  if (input.kind === 'bucket') return labels.map((label) => hash32(label) % input.buckets)
  if (input.kind !== 'code') return []
  const known = new Map(input.labels.map((label, i) => [label, i]))
  return labels.map((label) => known.get(label) ?? known.size)
}

const partOf: Readonly<Record<DatePart, (date: Date) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth(),
  day: (date) => date.getUTCDate(),
  weekday: (date) => date.getUTCDay(),
  hour: (date) => date.getUTCHours(),
}

/** Milliseconds to a part, in place; of a missing date NaN. */
function toDateParts(values: Float64Array, part: DatePart): void {
  const read = partOf[part]
  const date = new Date(0)
  for (let i = 0; i < values.length; i++) {
    date.setTime(values[i]!)
    values[i] = read(date)
  }
}

function refuseInfinite(values: Float64Array, name: string, at: (i: number) => number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== Infinity && value !== -Infinity) continue
    const text = `Column "${name}" is ${value} in row ${at(i)}; give it a finite number, or read it as missing.`
    throw new AttuneError('models/data', text, { details: { column: name, row: at(i) } })
  }
}

/** Row by row, how many words have each hash; of a missing text none. */
function countWords(
  column: Column,
  count: number,
  at: (i: number) => number,
  buckets: number,
): Float64Array {
  const counts = new Float64Array(count * buckets)
  if (column.kind !== 'text') return counts
  const known = new Map<string, number>()
  for (let i = 0; i < count; i++) {
    for (const [word] of column.texts[at(i)]?.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu) ?? []) {
      let bucket = known.get(word)
      if (bucket === undefined) known.set(word, (bucket = hash32(word) % buckets))
      counts[i * buckets + bucket]!++
    }
  }
  return counts
}
