import type { History } from '@attune/core'
import { cell, paramNames, shortName, stateOf } from '@attune/core'

import { formatLabel, formatNumber, formatValues } from '../text/format.ts'
import { table } from '../text/table.ts'
import type { Align } from '../text/text.ts'
import { textWidth } from '../text/text.ts'
import { wasSkipped } from './describe-study.ts'

interface Column {
  readonly title: string
  readonly align: Align
  cell(trial: number): string
}

/**
 * Trials as lines of a table that is at most `width` columns wide. A trial without a result shows
 * its last report, as `0.31 @3` (at step 3); one that took over the result of trial 4 is
 * `complete as 4`. Parameters have a column each where there is room, else
 * they share the last one; those that no trial of the table has are left out.
 */
export function trialTable(history: History, selected: readonly number[], width: number): string[] {
  const params = paramNames(history).filter((name) =>
    selected.some((trial) => history.values.get(name, trial) !== undefined),
  )
  const results = resultColumns(history)
  const seconds: Column = {
    title: 'seconds',
    align: 'right',
    cell: (trial) => describeSeconds(cell(history, 'seconds', trial)),
  }
  const each = params.map((name) => paramColumn(history, name))
  const wide = toLines([...results, ...each, seconds], selected)
  if (wide.every((line) => textWidth(line) <= width)) return wide
  return toLines([...results, seconds, sharedColumn(history, params)], selected, width)
}

function toLines(
  columns: readonly Column[],
  selected: readonly number[],
  maxWidth: number = Number.POSITIVE_INFINITY,
): string[] {
  const rows = selected.map((trial) => columns.map((column) => column.cell(trial)))
  const titles = columns.map(({ title }) => title)
  return table(rows, { columns: titles, align: columns.map(({ align }) => align), maxWidth })
}

function resultColumns(history: History): Column[] {
  const objectives = (history.config?.objectives ?? []).map(({ name }): Column => {
    const describe = (trial: number): string => describeMetric(history, name, trial)
    return { title: name, align: 'right', cell: describe }
  })
  const state = (trial: number): string => {
    const failure = history.details.get(trial)?.failure
    if (failure !== undefined) return `failed: ${failure.reason}`
    if (wasSkipped(history, trial)) return 'pruned: skipped'
    const { copyOf, ran } = history.details.get(trial) ?? {}
    if (ran !== undefined) return 'to be judged'
    const copied = copyOf === undefined ? '' : ` as ${copyOf}`
    const infeasible = cell(history, 'violation', trial) > 0
    return infeasible ? `complete${copied}, infeasible` : `${stateOf(history, trial)}${copied}`
  }
  const excluded = (trial: number): string => (history.excluded.has(trial) ? ', excluded' : '')
  return [
    { title: 'trial', align: 'right', cell: String },
    { title: 'state', align: 'left', cell: (trial) => `${state(trial)}${excluded(trial)}` },
    ...objectives,
  ]
}

function describeMetric(history: History, name: string, trial: number): string {
  const result = cell(history, `metric:${name}`, trial)
  if (!Number.isNaN(result)) return formatNumber(result)
  const last = cell(history, `last:${name}`, trial)
  if (Number.isNaN(last)) return ''
  return `${formatNumber(last)} @${formatNumber(cell(history, 'step', trial))}`
}

function paramColumn(history: History, name: string): Column {
  return {
    title: shortName(history, name),
    align: history.values.labels.has(name) ? 'left' : 'right',
    cell(trial) {
      const value = history.values.get(name, trial)
      return value === undefined ? '' : formatLabel(value)
    },
  }
}

function sharedColumn(history: History, params: readonly string[]): Column {
  const short = params.map((name) => [name, shortName(history, name)] as const)
  return {
    title: 'parameters',
    align: 'left',
    cell(trial) {
      const values = short.flatMap(([name, title]) => {
        const value = history.values.get(name, trial)
        return value === undefined ? [] : [[title, value] as const]
      })
      return formatValues(Object.fromEntries(values))
    },
  }
}

function describeSeconds(seconds: number): string {
  if (Number.isNaN(seconds)) return ''
  return seconds < 0.1 ? formatNumber(seconds, 2) : seconds.toFixed(1)
}
