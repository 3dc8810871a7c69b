import type { RowQuery } from './engine.ts'
import type { Selection } from './selection.ts'
import type { StudyData } from './study-data.ts'
import { sortKeys } from './table-column.ts'

/** The trials of a table in its order: what has nothing of the column comes last, whichever way. */
export function rowOrder(
  data: StudyData,
  selection: Selection | undefined,
  sort: RowQuery['sort'],
): Int32Array {
  const trials = selectedTrials(data, selection)
  if (sort.column === 'trial') return sort.down ? trials.reverse() : trials
  const keys = sortKeys(data, sort.column)
  const sign = sort.down ? -1 : 1
  const place = (trial: number): boolean => !Number.isNaN(keys[trial])
  const known = trials.filter(place)
  known.sort((a, b) => {
    const [x, y] = [keys[a]!, keys[b]!]
    // Equals stay in the order of their numbers.
    return x < y ? -sign : x > y ? sign : a - b
  })
  const order = new Int32Array(trials.length)
  order.set(known)
  order.set(
    trials.filter((trial) => !place(trial)),
    known.length,
  )
  return order
}

function selectedTrials(
  { history, mask }: StudyData,
  selection: Selection | undefined,
): Int32Array {
  if (selection === undefined) return Int32Array.from({ length: history.length }, (_, i) => i)
  const kept = mask(selection)
  let count = 0
  for (const bit of kept) count += bit
  const trials = new Int32Array(count)
  for (let i = 0, k = 0; i < kept.length; i++) if (kept[i] === 1) trials[k++] = i
  return trials
}
