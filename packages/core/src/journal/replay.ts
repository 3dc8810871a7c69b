import type { History } from './history.ts'
import { createHistory } from './history.ts'
import type { Journal } from './journal.ts'
import { applyEntry } from './reduce.ts'

/** Brings a history up to the end of its journal. */
export async function catchUp(history: History, journal: Journal): Promise<void> {
  for await (const entries of journal.read(history.seq)) {
    for (const entry of entries) applyEntry(history, entry)
  }
}

/** The history of a whole journal, without its snapshot. */
export async function replay(journal: Journal): Promise<History> {
  const history = createHistory()
  await catchUp(history, journal)
  return history
}
