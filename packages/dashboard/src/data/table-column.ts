import { stateOf } from '@attune/core'

import { formatBytes, formatDuration, formatTime } from '../ui/format.ts'
import { columnFormat } from './column-format.ts'
import type { StudyData } from './study-data.ts'

/** Columns of words that only tables have. */
const texts: Readonly<Record<string, (data: StudyData, trial: number) => string | undefined>> = {
  why: ({ history }, trial) => history.details.get(trial)?.why,
  stopped: ({ history }, trial) => history.details.get(trial)?.stopped,
  note: ({ history }, trial) => history.details.get(trial)?.note?.text,
  tags: ({ history }, trial) => history.details.get(trial)?.tags?.join(', '),
  excluded: ({ history }, trial) => (history.excluded.has(trial) ? 'excluded' : undefined),
}

const collator = new Intl.Collator('en', { numeric: true })

/**
 * By trial what it is sorted by: numbers as they are, words by their rank; NaN where there is nothing.
 * Words that are numbers sort as numbers, and before others.
 */
export function sortKeys(data: StudyData, column: string): Float64Array {
  const text = texts[column]
  if (text !== undefined) {
    return rankWords(Array.from({ length: data.history.length }, (_, i) => text(data, i)))
  }
  const { values, labels } = data.column(column)
  if (labels === undefined) return values
  const ranks = rankWords(labels)
  return values.map((place) => ranks[place] ?? Number.NaN)
}

function rankWords(words: readonly (string | undefined)[]): Float64Array {
  const distinct = [...new Set(words)].filter((word) => word !== undefined && word !== '')
  const sorted = (distinct as string[]).sort((a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)]
    if (x !== undefined && y !== undefined) return x - y
    if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1
    return collator.compare(a, b)
  })
  const ranks = new Map(sorted.map((word, i) => [word, i]))
  return Float64Array.from(words, (word) => ranks.get(word ?? '') ?? Number.NaN)
}

const numberOf = (word: string): number | undefined => {
  const x = Number(word)
  return word.trim() === '' || Number.isNaN(x) ? undefined : x
}

/** A function from trials to the text of a column, ready to read; empty where there is nothing. */
export function cellText(data: StudyData, column: string): (trial: number) => string {
  const { history } = data
  const text = texts[column]
  if (text !== undefined) return (trial) => text(data, trial) ?? ''
  if (column === 'state') return (trial) => stateOf(history, trial)
  if (column === 'trial') return String
  const { values, labels } = data.column(column)
  if (labels !== undefined) return (trial) => labels[values[trial]!] ?? ''
  const format = numberFormat(column, values)
  return (trial) => (Number.isNaN(values[trial]) ? '' : format(values[trial]!))
}

/** How numbers of a column are written. */
export function numberFormat(column: string, values: Float64Array): (x: number) => string {
  if (column === 'seconds' || column === 'cpuSeconds') return formatDuration
  if (column === 'startedAt' || column === 'finishedAt') return formatTime
  if (column === 'peakMemoryBytes') return formatBytes
  return columnFormat(values)
}
