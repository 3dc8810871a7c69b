import type { ColumnAbout } from '../../../data/engine.ts'
import type { Selection, SelectionCondition } from '../../../data/selection.ts'

/** What is selected, in words: `lr 0.001–0.01, optimizer adam or sgd`. */
export function selectionWords(selection: Selection, columns: readonly ColumnAbout[]): string {
  return selection.map((condition) => words(condition, columns)).join(', ')
}

function words(condition: SelectionCondition, columns: readonly ColumnAbout[]): string {
  switch (condition.kind) {
    case 'trials': {
      const { trials } = condition
      const shown = trials.slice(0, 4).join(', ')
      const rest = trials.length - 4
      return `${trials.length === 1 ? 'trial' : 'trials'} ${shown}${rest > 0 ? ` and ${rest} more` : ''}`
    }
    case 'range':
      return `${columnName(condition.column, columns)} ${rangeWords(condition.low, condition.high)}`
    case 'labels':
      return `${columnName(condition.column, columns)} ${listWords(condition.labels)}`
    case 'where':
      return condition.expression
  }
}

/** What people call a column: `param:lr` is `lr`. */
export function columnName(column: string, columns: readonly ColumnAbout[]): string {
  const known = columns.find((each) => each.column === column)
  return known?.name ?? column.replace(/^(?:param|metric|last|shown):/, '')
}

function rangeWords(low: number, high: number): string {
  if (low === high) return brief(low)
  if (low === -Infinity) return `≤ ${brief(high)}`
  return high === Infinity ? `≥ ${brief(low)}` : `${brief(low)}–${brief(high)}`
}

const brief = (x: number): string => String(Number(x.toPrecision(3)))

function listWords(labels: readonly string[]): string {
  const shown = labels.slice(0, 4)
  const rest = labels.length - shown.length
  if (rest > 0) return `${shown.join(', ')} or ${rest} more`
  return shown.length < 2
    ? (shown[0] ?? 'nothing')
    : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
}
