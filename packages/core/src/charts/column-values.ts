import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { stateCode, trialStates } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { Distribution, Label } from '../space/distribution.ts'

/** By trial number what stands in a column of a study; NaN where a trial has nothing of it. */
export interface ColumnValues {
  /** Of a column of words the places of its labels. Never to be written to. */
  readonly values: Float64Array
  readonly labels?: readonly string[]
}

/** Columns that every study has, with the names that the history has for them. */
const plain = new Set([
  ...['seconds', 'cpuSeconds', 'peakMemoryBytes', 'startedAt', 'finishedAt'],
  ...['epoch', 'steps', 'step', 'violation'],
])

/**
 * A column of a study by the name that axes have for it (`Axis.column`):
 *
 * - `trial`, the number;
 * - `param:NAME`, a parameter by its flat name: numbers, or places among its choices;
 * - `metric:NAME`, the result, and `last:NAME`, the last report;
 * - `shown:NAME`, what pictures of all trials show: the result of a complete trial, the last report of
 *   one that was pruned or paused or runs;
 * - `seconds`, `cpuSeconds`, `peakMemoryBytes`, `startedAt` and `finishedAt` (milliseconds since the
 *   epoch), `epoch`, `steps`, `step`, `violation`; `peakMemoryMegabytes`, as axes show it;
 * - `state`, and `reason` (why it failed) and `worker`, with labels.
 *
 * The values are those of now: what is told later is not in them, or only in part.
 *
 * @throws AttuneError `usage` when there is no such kind of column or no such parameter
 */
export function columnValues(history: History, column: string): ColumnValues {
  if (plain.has(column)) return { values: numbersOf(history, column) }
  if (column === 'trial') {
    return { values: new Float64Array(history.length).map((_, trial) => trial) }
  }
  if (column === 'peakMemoryMegabytes') {
    return { values: numbersOf(history, 'peakMemoryBytes').map((bytes) => bytes * 1e-6) }
  }
  if (column === 'state') return { values: numbersOf(history, 'state'), labels: trialStates }
  if (column === 'reason' || column === 'worker') return wordsOf(history, column)
  const [kind, name] = parted(column)
  if (kind === 'metric' || kind === 'last') return { values: numbersOf(history, column) }
  if (kind === 'shown') return { values: shownValues(history, name) }
  if (kind === 'param') return paramValues(history, name)
  throw new AttuneError('usage', `A study has no column "${column}".`)
}

function parted(column: string): readonly [kind: string, name: string] {
  const colon = column.indexOf(':')
  return [column.slice(0, Math.max(0, colon)), column.slice(colon + 1)]
}

/** A column of the history as it is, or one of nothing. */
function numbersOf(history: History, column: string): Float64Array {
  const found = history.columns.get(column)?.data
  return found?.subarray(0, history.length) ?? new Float64Array(history.length).fill(Number.NaN)
}

function shownValues(history: History, name: string): Float64Array {
  const states = numbersOf(history, 'state')
  const results = numbersOf(history, `metric:${name}`)
  const reports = numbersOf(history, `last:${name}`)
  return results.map((result, trial) => {
    const state = states[trial]
    if (state === stateCode.complete) return result
    return state === stateCode.failed ? Number.NaN : reports[trial]!
  })
}

function paramValues(history: History, name: string): ColumnValues {
  const { params } = jointSpace(history, spaceOf(history))
  const distribution = params.find((param) => param.name === name)?.distribution
  const stored = numbersOf(history, `param:${name}`)
  const labels = history.values.labels.get(name)
  if (distribution === undefined && !history.values.names.includes(name)) {
    throw new AttuneError('usage', `The study has no parameter "${name}".`)
  }
  if (distribution?.kind === 'choice') return choiceValues(distribution, stored, labels)
  if (labels === undefined) return { values: stored }
  // A space that has changed: some of its trials may have words where others have numbers.
  if (distribution === undefined) return { values: stored, labels: labels.map(String) }
  const numbers = labels.map((label) => (typeof label === 'number' ? label : Number.NaN))
  return { values: stored.map((place) => numbers[place] ?? Number.NaN) }
}

/** Places among the choices of now; what trials had that is no choice any more has none. */
function choiceValues(
  { choices }: Extract<Distribution, { kind: 'choice' }>,
  stored: Float64Array,
  labels: readonly Label[] | undefined,
): ColumnValues {
  const placeOf = (label: Label): number => {
    const place = choices.indexOf(label)
    return place < 0 ? Number.NaN : place
  }
  const places = labels?.map(placeOf)
  const values = stored.map((x) =>
    Number.isNaN(x) ? x : places === undefined ? placeOf(x) : places[x]!,
  )
  return { values, labels: choices.map(String) }
}

function wordsOf(history: History, column: 'reason' | 'worker'): ColumnValues {
  const values = new Float64Array(history.length).fill(Number.NaN)
  const places = new Map<string, number>()
  for (const [trial, details] of history.details) {
    const word = column === 'worker' ? details.worker : details.failure?.reason
    if (word === undefined) continue
    let place = places.get(word)
    if (place === undefined) places.set(word, (place = places.size))
    values[trial] = place
  }
  return { values, labels: [...places.keys()] }
}
