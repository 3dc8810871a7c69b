import { AttuneError, nearest } from '@attune/core'

/** Examples as they are stored: a row an example, every column of one kind. */
export interface Table {
  readonly rows: number
  readonly columns: readonly Column[]
}

export type Column = NumberColumn | CategoryColumn | DateColumn | TextColumn

export type ColumnKind = Column['kind']

export interface NumberColumn {
  readonly kind: 'number'
  readonly name: string
  /** By row; NaN is a missing value. */
  readonly values: Float64Array
}

export interface CategoryColumn {
  readonly kind: 'category'
  readonly name: string
  /** By row, the index of its label; -1 is a missing value. */
  readonly codes: Int32Array
  /** In the order in which they first occur; after rows were selected some may not occur at all. */
  readonly labels: readonly string[]
}

export interface DateColumn {
  readonly kind: 'date'
  readonly name: string
  /** By row, milliseconds since 1970-01-01T00:00Z; NaN is a missing value. */
  readonly values: Float64Array
}

export interface TextColumn {
  readonly kind: 'text'
  readonly name: string
  /** By row; null is a missing value. */
  readonly texts: readonly (string | null)[]
}

/** What a column may be made from; null, undefined and NaN are missing values. */
export type PlainValues =
  | Float64Array
  | Float32Array
  | Int32Array
  | readonly (number | null | undefined)[]
  | readonly (boolean | null | undefined)[]
  | readonly (string | null | undefined)[]
  | readonly (Date | null | undefined)[]

/**
 * A table of values at hand. Numbers make a number column, texts and booleans a category column,
 * dates a date column; a column that is made already is taken as it is, under the name given.
 *
 * @throws AttuneError `data/format` when columns differ in length or a column mixes kinds
 */
export function tableOf(columns: Readonly<Record<string, PlainValues | Column>>): Table {
  return tableOfColumns(
    Object.entries(columns).map(([name, values]) =>
      'kind' in values ? { ...values, name } : columnOf(name, values),
    ),
  )
}

/**
 * A table of columns that are made already.
 *
 * @throws AttuneError `data/format` when columns differ in length or share a name
 */
export function tableOfColumns(columns: readonly Column[]): Table {
  const rows = columns.length === 0 ? 0 : lengthOf(columns[0]!)
  const seen = new Set<string>()
  for (const column of columns) {
    if (lengthOf(column) !== rows) {
      const text = `Column "${column.name}" has ${lengthOf(column)} rows, but "${columns[0]!.name}" has ${rows}; all columns of a table need one value a row.`
      throw new AttuneError('data/format', text)
    }
    if (seen.has(column.name)) {
      const text = `Two columns are called "${column.name}"; names must differ, for columns are chosen by them.`
      throw new AttuneError('data/format', text)
    }
    seen.add(column.name)
  }
  return { rows, columns }
}

/** The number of rows of a column. */
export function lengthOf(column: Column): number {
  if (column.kind === 'category') return column.codes.length
  return column.kind === 'text' ? column.texts.length : column.values.length
}

/**
 * The column of a name.
 *
 * @throws AttuneError `data/format` when there is none, with the name that was perhaps meant
 */
export function columnNamed(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name)
  if (found !== undefined) return found
  const names = table.columns.map((column) => column.name)
  const meant = nearest(name, names)
  const hint = meant === undefined ? `It has ${listed(names)}.` : `Did you mean "${meant}"?`
  throw new AttuneError('data/format', `The table has no column "${name}". ${hint}`, {
    details: { column: name },
  })
}

/** The columns of these names, in this order; the columns are shared, not copied. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  return { rows: table.rows, columns: names.map((name) => columnNamed(table, name)) }
}

/** The table without the columns of these names; the columns are shared, not copied. */
export function withoutColumns(table: Table, names: readonly string[]): Table {
  const gone = new Set(names.map((name) => columnNamed(table, name)))
  return { rows: table.rows, columns: table.columns.filter((column) => !gone.has(column)) }
}

/**
 * These rows in this order; a row may be given more than once. Numbers of rows that follow each other
 * share the memory of the table.
 *
 * @param rows indices from 0
 * @throws AttuneError `usage` when one is not a row of the table
 */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  checkRows(rows, table.rows)
  const first = rows.length === 0 ? 0 : rows[0]!
  let run = true
  for (let i = 1; i < rows.length && run; i++) run = rows[i] === first + i
  const columns = table.columns.map((column) =>
    run ? columnRange(column, first, first + rows.length) : columnRows(column, rows),
  )
  return { rows: rows.length, columns }
}

/** @throws AttuneError `usage` when an index is not a whole number in 0 … count - 1 */
export function checkRows(rows: ArrayLike<number>, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row >= 0 && row < count && Number.isInteger(row)) continue
    const text = `Row ${row} was asked for, but rows are whole numbers from 0 to ${count - 1}.`
    throw new AttuneError('usage', text, { details: { row: String(row), rows: count } })
  }
}

/** Names in quotes, at most ten, for messages. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, 10).map((name) => `"${name}"`)
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return shown.join(', ') + more
}

function columnRange(column: Column, start: number, end: number): Column {
  if (column.kind === 'category') return { ...column, codes: column.codes.subarray(start, end) }
  if (column.kind === 'text') return { ...column, texts: column.texts.slice(start, end) }
  return { ...column, values: column.values.subarray(start, end) }
}

function columnRows(column: Column, rows: ArrayLike<number>): Column {
  const count = rows.length
  if (column.kind === 'text') {
    const texts = new Array<string | null>(count)
    for (let i = 0; i < count; i++) texts[i] = column.texts[rows[i]!]!
    return { ...column, texts }
  }
  if (column.kind === 'category') {
    const codes = new Int32Array(count)
    for (let i = 0; i < count; i++) codes[i] = column.codes[rows[i]!]!
    return { ...column, codes }
  }
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = column.values[rows[i]!]!
  return { ...column, values }
}

function columnOf(name: string, given: PlainValues): Column {
  if (given instanceof Float64Array) return { kind: 'number', name, values: given }
  const values: ArrayLike<unknown> = given
  const kind = plainKind(name, values)
  if (kind === 'category') return categoryOf(name, values)
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    numbers[i] = value === null || value === undefined ? NaN : Number(value)
  }
  return { kind, name, values: numbers }
}

function categoryOf(name: string, values: ArrayLike<unknown>): CategoryColumn {
  const codes = new Int32Array(values.length).fill(-1)
  const known = new Map<string, number>()
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    const label = String(value)
    let code = known.get(label)
    if (code === undefined) known.set(label, (code = known.size))
    codes[i] = code
  }
  return { kind: 'category', name, codes, labels: [...known.keys()] }
}

function plainKind(name: string, values: ArrayLike<unknown>): 'number' | 'category' | 'date' {
  let kind: 'number' | 'category' | 'date' | undefined
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    const found = kindOfValue(value)
    kind ??= found
    if (found === kind && found !== undefined) continue
    const text = `Column "${name}" holds ${typeof value} ${String(value)} in row ${i}; a column must be all numbers, all texts, all booleans or all dates, with null for missing values.`
    throw new AttuneError('data/format', text, { details: { column: name, row: i } })
  }
  return kind ?? 'number'
}

function kindOfValue(value: unknown): 'number' | 'category' | 'date' | undefined {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return 'category'
  return value instanceof Date ? 'date' : undefined
}
