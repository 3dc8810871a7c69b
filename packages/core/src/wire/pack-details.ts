import type { Failure } from '../journal/event.ts'
import type { History, TrialDetails } from '../journal/history.ts'
import type { ParcelReader, ParcelWriter } from './parcel.ts'
import type { WordColumn } from './word-column.ts'
import { addWords, eachWord, wordColumn } from './word-column.ts'

/** What of trials is told in words, field by field. */
type Field = Exclude<keyof TrialDetails, 'worker' | 'memo'>
const fields: readonly Field[] = [
  'why',
  'failure',
  'retried',
  'lostUnder',
  'fixed',
  'proposed',
  'suggested',
  'stopped',
  'pausing',
  'paused',
  'promoted',
  'start',
  'ran',
  'artifacts',
  'attached',
  'copyOf',
  'note',
  'tags',
  'excludedFor',
]

/** By field the different words there are. */
export type DetailWords = Readonly<Partial<Record<Field, readonly unknown[]>>>

/** Characters of one kind of text in all; with more of them they stay behind. */
const mostText = 4_000_000

/** Workers and reasons of failures, by trial. */
export interface Marks {
  readonly workers: readonly string[]
  readonly reasons: readonly string[]
}

export function addMarks(parcel: ParcelWriter, history: History): Marks {
  const of = (word: (details: TrialDetails) => string | undefined): readonly string[] =>
    addWords(parcel, wordColumn(history.length, wordsOf(history, word)))
  return {
    workers: of(({ worker }) => worker),
    reasons: of(({ failure }) => failure?.reason),
  }
}

export function readMarks(parcel: ParcelReader, history: History, marks: Marks): void {
  eachWord(parcel, marks.workers, (trial, worker) => (detailsOf(history, trial).worker = worker))
  eachWord(parcel, marks.reasons, (trial, reason) => {
    detailsOf(history, trial).failure = { reason: reason as Failure['reason'], message: '' }
  })
}

export function addDetails(parcel: ParcelWriter, history: History): DetailWords {
  const words: Partial<Record<Field, readonly unknown[]>> = {}
  for (const field of fields) {
    const column = columnOf(history, field)
    if (column !== undefined) words[field] = addWords(parcel, column)
  }
  return words
}

function columnOf(history: History, field: Field): WordColumn<unknown> | undefined {
  const column = wordColumn<unknown>(
    history.length,
    wordsOf(history, (details) => details[field]),
  )
  if (column.words.length === 0) return undefined
  if (field === 'why') {
    const size = column.words.reduce<number>((sum, word) => sum + (word as string).length, 0)
    return size > mostText ? undefined : column
  }
  if (field !== 'failure') return column
  const failures = column.words as readonly Failure[]
  const size = failures.reduce((sum, { output }) => sum + (output?.join('').length ?? 0), 0)
  if (size <= mostText) return column
  return wordColumn(
    history.length,
    wordsOf(history, ({ failure }) => {
      const { output: _, ...rest } = failure ?? {}
      return failure === undefined ? undefined : rest
    }),
  )
}

/** All of them at once: fields that a trial does not have are missing from its details. */
export function readDetails(parcel: ParcelReader, history: History, words: DetailWords): void {
  for (const field of fields) {
    const known = words[field]
    if (known === undefined) continue
    eachWord(parcel, known, (trial, word) => {
      const details = detailsOf(history, trial) as Record<Field, unknown>
      details[field] = word
    })
  }
}

function* wordsOf<T>(
  history: History,
  word: (details: TrialDetails) => T | undefined,
): Iterable<readonly [number, T | undefined]> {
  for (const [trial, details] of history.details) yield [trial, word(details)]
}

function detailsOf(history: History, trial: number): TrialDetails {
  let details = history.details.get(trial)
  if (details === undefined) history.details.set(trial, (details = {}))
  return details
}
