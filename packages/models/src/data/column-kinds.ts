import { lenientNumberOf, numberOf } from './cells.ts'
import { readDate } from './dates.ts'
import { problemList } from './problems.ts'
import {
  type CategoryColumn,
  type Column,
  type ColumnKind,
  lengthOf,
  type Table,
  type TextColumn,
} from './table.ts'

/** What columns are, and how one kind is turned into another. */

/**
 * Categories are texts to be read when more than 20 differ, more than half of the rows have one of
 * their own, and they have three words or more on average; also when there are more than 65,536.
 */
export function usualKind(labels: readonly string[], codes: Int32Array): 'category' | 'text' {
  if (labels.length > mostLabels) return 'text'
  let filled = 0
  for (let i = 0; i < codes.length; i++) if (codes[i] !== -1) filled++
  if (labels.length <= 20 || labels.length <= filled / 2) return 'category'
  let words = 0
  for (const label of labels) words += label.split(/\s+/).length
  return words >= 3 * labels.length ? 'text' : 'category'
}

/** Beyond it, texts that differ are kept as they are, not as categories. */
export const mostLabels: number = 1 << 16

/**
 * The column as another kind. Texts are read as numbers and dates; numbers become labels as they are
 * written in JavaScript, dates as ISO 8601.
 *
 * @throws AttuneError `data/format` with the rows whose cells are not of the kind
 */
export function convertColumn(column: Column, kind: ColumnKind): Column {
  if (column.kind === kind) return column
  const { name } = column
  if (kind === 'number' || kind === 'date') {
    if (column.kind === 'number' || column.kind === 'date')
      return { kind, name, values: column.values }
    return { kind, name, values: valuesOf(column, kind) }
  }
  if (kind === 'text') return { kind, name, texts: textsOf(column) }
  const known = new Map<string, number>()
  const codes = Int32Array.from(textsOf(column), (text) => {
    if (text === null) return -1
    const code = known.get(text) ?? known.size
    known.set(text, code)
    return code
  })
  return { kind: 'category', name, codes, labels: [...known.keys()] }
}

/** By row what stands in a column, as text; null is a missing value. */
export function textsOf(column: Column): (string | null)[] {
  if (column.kind === 'text') return [...column.texts]
  if (column.kind === 'category') {
    return Array.from(column.codes, (code) => (code === -1 ? null : column.labels[code]!))
  }
  const written = column.kind === 'number' ? String : (ms: number) => new Date(ms).toISOString()
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : written(value)))
}

function valuesOf(column: CategoryColumn | TextColumn, kind: 'number' | 'date'): Float64Array {
  const problems = problemList('data/format')
  const read =
    kind === 'number' ? lenientNumberOf : (text: string) => readDate(text.trim())?.ms ?? NaN
  const values = Float64Array.from(textsOf(column), (text, row) => {
    if (text === null) return NaN
    const value = read(text)
    if (Number.isNaN(value)) {
      problems.add(
        () => `row ${row}, column "${column.name}"`,
        () => `"${text}" is not a ${kind}`,
      )
    }
    return value
  })
  problems.refuse(`Column "${column.name}" cannot be made a ${kind} column`)
  return values
}

/** What is to be known of a column before it is used. */
export interface ColumnSummary {
  readonly name: string
  readonly kind: ColumnKind
  readonly missing: number
  /** How many values differ; of numbers and dates counted up to 10,000. */
  readonly distinct: number
  /** All values are equal, or there are none. */
  readonly constant: boolean
  /** All numbers are whole. */
  readonly whole: boolean
  /** Whole numbers of which 2 differ, or at most 20, each ten times on average: labels, perhaps. */
  readonly fewValues: boolean
  /** Two values, such as 0 and 1 or yes and no. */
  readonly binary: boolean
  /**
   * No value comes twice, in 20 rows or more, and the column is of categories, of texts of one word,
   * or of whole numbers that follow each other in some order: it tells rows apart and foretells nothing.
   */
  readonly id: boolean
  /** The share of labels that are numbers; 1 in a number column. Close to 1, stray cells are likely. */
  readonly numeric: number
}

/** What the columns of a table are, in their order. */
export function describeColumns(table: Table): ColumnSummary[] {
  return table.columns.map(describeColumn)
}

const mostCounted = 10_000

export function describeColumn(column: Column): ColumnSummary {
  return column.kind === 'number' || column.kind === 'date'
    ? describeValues(column.name, column.kind, column.values)
    : describeLabels(column)
}

function describeValues(
  name: string,
  kind: 'number' | 'date',
  values: Float64Array,
): ColumnSummary {
  const seen = new Set<number>()
  let missing = 0
  let whole = true
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== value) {
      missing++
      continue
    }
    if (seen.size < mostCounted) seen.add(value)
    whole &&= Number.isInteger(value)
    if (value < low) low = value
    if (value > high) high = value
  }
  const filled = values.length - missing
  const distinct = seen.size
  const run = whole && filled >= 20 && high - low === filled - 1
  return {
    name,
    kind,
    missing,
    distinct,
    constant: distinct <= 1,
    whole: whole && filled > 0,
    fewValues: kind === 'number' && whole && distinct > 0 && distinct <= fewest(filled),
    binary: distinct === 2,
    id: kind === 'number' && run && allDiffer(values, low, filled),
    numeric: 1,
  }
}

function fewest(filled: number): number {
  return Math.max(2, Math.min(20, filled / 10))
}

/** Whether whole numbers from `low` on, so many, are all different. */
function allDiffer(values: Float64Array, low: number, count: number): boolean {
  const seen = new Uint8Array(count)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== value) continue
    if (seen[value - low] === 1) return false
    seen[value - low] = 1
  }
  return true
}

function describeLabels(column: CategoryColumn | TextColumn): ColumnSummary {
  const counts = column.kind === 'text' ? countTexts(column.texts) : countCodes(column)
  let filled = 0
  let distinct = 0
  let single = true
  let numeric = 0
  let phrases = false
  for (const [label, count] of counts) {
    if (count === 0) continue
    distinct++
    filled += count
    single &&= count === 1
    if (!Number.isNaN(numberOf(label))) numeric++
    phrases ||= /\s/.test(label)
  }
  return {
    name: column.name,
    kind: column.kind,
    missing: lengthOf(column) - filled,
    distinct,
    constant: distinct <= 1,
    whole: false,
    fewValues: false,
    binary: distinct === 2,
    id: filled >= 20 && single && (column.kind === 'category' || !phrases),
    numeric: distinct === 0 ? 0 : numeric / distinct,
  }
}

function countCodes(column: CategoryColumn): Map<string, number> {
  const counts = new Int32Array(column.labels.length)
  for (let i = 0; i < column.codes.length; i++) {
    const code = column.codes[i]!
    if (code !== -1) counts[code]!++
  }
  return new Map(column.labels.map((label, code) => [label, counts[code]!]))
}

function countTexts(texts: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
