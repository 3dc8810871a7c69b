import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { TrialRecord } from './record.ts'
import { recordIn } from './record.ts'

/** The record of a trial, nested as the stored space of its study is. */
export function recordOf(history: History, trial: number): TrialRecord {
  return recordIn(history, spaceOf(history), trial)
}
