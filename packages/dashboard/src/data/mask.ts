import type { ColumnValues, Expression, History } from '@attune/core'
import { checkExpression, compileWhere, messageOf, parseExpression, trialScope } from '@attune/core'

import type { Selection, SelectionCondition } from './selection.ts'

/** Columns by their names, see `columnValues` of core. */
export type ReadColumn = (column: string) => ColumnValues

/**
 * By trial 1 where all conditions hold.
 * @throws AttuneError for a column that the study does not have and an expression with a mistake
 */
export function maskOf(history: History, selection: Selection, read: ReadColumn): Uint8Array {
  const mask = new Uint8Array(history.length).fill(1)
  // Expressions come last: they are asked only for trials that are left.
  const ordered = selection.toSorted((a, b) => costOf(a) - costOf(b))
  for (const condition of ordered) narrow(mask, condition, history, read)
  return mask
}

const costOf = ({ kind }: SelectionCondition): number => (kind === 'where' ? 1 : 0)

function narrow(
  mask: Uint8Array,
  condition: SelectionCondition,
  history: History,
  read: ReadColumn,
): void {
  switch (condition.kind) {
    case 'trials': {
      const kept = new Uint8Array(mask.length)
      for (const trial of condition.trials) kept[trial] = 1
      for (let i = 0; i < mask.length; i++) mask[i]! &= kept[i]!
      return
    }
    case 'range': {
      const { values } = read(condition.column)
      const { low, high } = condition
      for (let i = 0; i < mask.length; i++)
        if (!(values[i]! >= low && values[i]! <= high)) mask[i] = 0
      return
    }
    case 'labels': {
      const { values, labels = [] } = read(condition.column)
      const wanted = labels.map((label) => condition.labels.includes(label))
      for (let i = 0; i < mask.length; i++) if (wanted[values[i]!] !== true) mask[i] = 0
      return
    }
    case 'where': {
      const holds = compileWhere(history, condition.expression)
      for (let i = 0; i < mask.length; i++) if (mask[i] === 1 && !holds(i)) mask[i] = 0
    }
  }
}

/** What is wrong with an expression about trials, in words; undefined when nothing is. */
export function whereProblem(history: History, source: string): string | undefined {
  let expression: Expression
  try {
    expression = parseExpression(source)
  } catch (error) {
    return messageOf(error)
  }
  return checkExpression(expression, trialScope(history).scope)[0]?.message
}
