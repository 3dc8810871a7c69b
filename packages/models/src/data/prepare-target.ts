import { AttuneError } from '@attune/core'
import type { Target, Task } from '../matrix.ts'
import { convertColumn, describeColumn } from './column-kinds.ts'
import type { FittedTarget } from './prepare-state.ts'
import { type Column, columnNamed, listed, selectRows, type Table } from './table.ts'

/** What is to be learnt, from a column. */

/**
 * Finds the task and the labels, sorted: as numbers when all of them are, else as texts.
 *
 * @throws AttuneError `models/data` when a value is missing or infinite, or all are equal
 */
export function fitTarget(table: Table, name: string, task: Task | undefined): FittedTarget {
  const column = columnNamed(table, name)
  refuseMissing(column)
  const chosen = task ?? usualTask(column)
  if (chosen === 'regression') {
    const values = numbersOf(column)
    const first = values[0]
    if (values.some((value) => value !== first)) return { task: chosen, column: name }
    throw unusable(name, `has the same value, ${first}, in all rows: there is nothing to learn`)
  }
  const labels = labelsOf(column)
  if (labels.length < 2) {
    throw unusable(name, `has one class only, ${listed(labels)}: there is nothing to tell apart`)
  }
  if (labels.length === table.rows && table.rows > 2) {
    const advice = 'is it a key, or a number to be learnt by regression?'
    throw unusable(name, `has a class of its own in each of ${table.rows} rows; ${advice}`)
  }
  return { task: chosen, column: name, labels }
}

/**
 * The target of a table.
 *
 * @returns undefined when the table has no such column
 * @throws AttuneError `models/data` for values that are missing and labels that were not learnt
 */
export function targetOf(
  fitted: FittedTarget,
  table: Table,
  rows?: ArrayLike<number>,
): Target | undefined {
  const whole = table.columns.find((column) => column.name === fitted.column)
  if (whole === undefined) return undefined
  const column =
    rows === undefined
      ? whole
      : selectRows({ rows: table.rows, columns: [whole] }, rows).columns[0]!
  refuseMissing(column)
  if (fitted.task === 'regression') return { kind: 'numbers', values: numbersOf(column) }
  const index = new Map(fitted.labels.map((label, i) => [label, i]))
  const category = convertColumn(column, 'category')
  if (category.kind !== 'category') return undefined
  const map = category.labels.map((label) => index.get(label) ?? -1)
  const codes = category.codes.map((code) => map[code]!)
  if (!codes.includes(-1)) return { kind: 'classes', codes, labels: fitted.labels }
  const unknown = new Set(category.codes.filter((_, i) => codes[i] === -1))
  const names = [...unknown].map((code) => category.labels[code]!)
  throw unusable(
    fitted.column,
    `has the labels ${listed(names)}, which the training rows do not have (they have ${listed(fitted.labels)})`,
  )
}

function usualTask(column: Column): Task {
  return column.kind === 'number' && !describeColumn(column).fewValues
    ? 'regression'
    : 'classification'
}

function numbersOf(column: Column): Float64Array {
  if (column.kind === 'date') {
    throw unusable(column.name, 'is a date; turn it into a number, such as days until it')
  }
  const converted = convertColumn(column, 'number')
  if (converted.kind !== 'number') return new Float64Array(0)
  const row = converted.values.findIndex((value) => !Number.isFinite(value))
  if (row === -1) return converted.values
  throw unusable(
    column.name,
    `is ${converted.values[row]} in row ${row}; numbers to be learnt must be finite`,
  )
}

function labelsOf(column: Column): string[] {
  const category = convertColumn(column, 'category')
  if (category.kind !== 'category') return []
  const present = new Set(category.codes)
  const labels = category.labels.filter((_, code) => present.has(code))
  const numeric = labels.every((label) => label.trim() !== '' && !Number.isNaN(Number(label)))
  return labels.sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1))
}

function refuseMissing(column: Column): void {
  const rows: number[] = []
  let count = 0
  const values =
    column.kind === 'category'
      ? column.codes
      : column.kind === 'text'
        ? column.texts
        : column.values
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const missing =
      column.kind === 'category' ? value === -1 : value === null || Number.isNaN(value)
    if (missing && count++ < 5) rows.push(i)
  }
  if (count === 0) return
  const places = `${count === 1 ? 'row' : 'rows'} ${rows.join(', ')}${count > 5 ? ' …' : ''}`
  throw unusable(
    column.name,
    `has no value in ${count} of ${values.length} rows (${places}, counted from 0); leave these rows out`,
  )
}

function unusable(name: string, what: string): AttuneError {
  return new AttuneError('models/data', `The target "${name}" ${what}.`, {
    details: { column: name },
  })
}
