import type { History } from '../journal/history.ts'
import { cell, stateOf } from '../journal/history.ts'
import { paramNames } from './param-names.ts'
import { reasonOf } from './trial-scope.ts'

/** What a cell of a CSV file may hold. */
export type CsvCell = string | number | boolean | null | undefined

/**
 * One line of a CSV file (RFC 4180), with its line break. Numbers are written in their shortest
 * exact form, `NaN`, `Infinity` and `-Infinity` as these words, null as `null`; undefined is an
 * empty cell, an empty text `""`.
 *
 * A text that begins with `=`, `+`, `-` or `@` stays as it is, because programs are to read back
 * what was there; spreadsheets take it for a formula, unless the column is imported as text.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  return cell === '' || /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** The columns before the objectives and after the parameters. */
const leading = ['number', 'state', 'reason']
const trailing = ['seconds']

/**
 * A line of the table a trial: number, state, reason, objectives, parameters by flat name, seconds.
 * A name that stands there already gets `metric.` or `param.` before it. What a trial does not have
 * is an empty cell; the objective of a trial that failed because it was NaN is `NaN`.
 */
export function trialsTable(history: History): {
  readonly header: readonly string[]
  cells(trial: number): readonly CsvCell[]
} {
  const objectives = (history.config?.objectives ?? []).map((o) => o.name)
  const params = paramNames(history)
  const taken = new Set([...leading, ...trailing])
  const free = (name: string, prefix: string): string => {
    const title = taken.has(name) ? `${prefix}.${name}` : name
    taken.add(title)
    return title
  }
  const header = [
    ...leading,
    ...objectives.map((name) => free(name, 'metric')),
    ...params.map((name) => free(name, 'param')),
    ...trailing,
  ]
  const number = (column: string, trial: number): number | undefined => {
    const x = cell(history, column, trial)
    return Number.isNaN(x) ? undefined : x
  }
  return {
    header,
    cells(trial) {
      const reason = reasonOf(history, trial)
      const missing = reason === 'not-a-number' && objectives.length === 1 ? Number.NaN : undefined
      return [
        trial,
        stateOf(history, trial),
        reason,
        ...objectives.map((name) => number(`metric:${name}`, trial) ?? missing),
        ...params.map((name) => history.values.get(name, trial)),
        number('seconds', trial),
      ]
    },
  }
}
