import type { StudyCard } from '@attune/core'

import { atWork } from '../data/at-work.ts'

/** What a study is doing, as far as its journal and the processes of its workers tell. */
export type StudyStatus =
  | 'running'
  | 'paused'
  | 'stopped'
  | 'done'
  | 'idle'
  | 'empty'
  | 'unreadable'

export function statusOf(card: StudyCard): StudyStatus {
  if (card.problem !== undefined) return 'unreadable'
  if (atWork(card) > 0) return card.steering === 'pause' ? 'paused' : 'running'
  if (card.steering === 'stop') return 'stopped'
  const settled = settledOf(card)
  const isDone = card.asked !== undefined && settled >= card.asked
  if (card.diedAfter !== undefined && !isDone) return 'stopped'
  if (card.steering === 'pause') return 'paused'
  if (isDone) return 'done'
  return settled + card.states.waiting + card.states.running === 0 ? 'empty' : 'idle'
}

/** Trials that have ended in one way or another. */
export function settledOf({ states }: StudyCard): number {
  return states.complete + states.pruned + states.failed
}

export const titleOf = (card: StudyCard): string => card.title ?? card.name

export type SortColumn =
  | 'name'
  | 'journal'
  | 'best'
  | 'trials'
  | 'running'
  | 'failed'
  | 'changed'
  | 'created'

export interface Sort {
  readonly column: SortColumn
  readonly isDown: boolean
}

const columns: readonly SortColumn[] = [
  'name',
  'journal',
  'best',
  'trials',
  'running',
  'failed',
  'changed',
  'created',
]

export const usualSort: Sort = { column: 'changed', isDown: true }

/** Reads `-changed` or `name`; what says nothing known is the usual order. */
export function readSort(text: string | null): Sort {
  const isDown = text?.startsWith('-') === true
  const column = columns.find((name) => name === text?.slice(isDown ? 1 : 0))
  return column === undefined ? usualSort : { column, isDown }
}

export const writeSort = ({ column, isDown }: Sort): string => `${isDown ? '-' : ''}${column}`

/** Names go up first, amounts and times down. */
export function nextSort(sort: Sort, column: SortColumn): Sort {
  if (sort.column === column) return { column, isDown: !sort.isDown }
  return { column, isDown: column !== 'name' && column !== 'journal' && column !== 'best' }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * Compares two studies. Up is the better one first for `best` where both have the same objective in the
 * same direction; objectives stand together by name. Studies without a value are last either way.
 */
export function compareCards(a: StudyCard, b: StudyCard, sort: Sort): number {
  return (
    compareBy(a, b, sort) ||
    collator.compare(titleOf(a), titleOf(b)) ||
    collator.compare(a.id, b.id)
  )
}

function compareBy(a: StudyCard, b: StudyCard, { column, isDown }: Sort): number {
  const sign = isDown ? -1 : 1
  if (column === 'name') return sign * collator.compare(titleOf(a), titleOf(b))
  if (column === 'journal') return sign * collator.compare(a.journal, b.journal)
  if (column === 'best') return compareBest(a, b, sign)
  return sign * (amountOf(a, column) - amountOf(b, column))
}

function compareBest(a: StudyCard, b: StudyCard, sign: number): number {
  const hasA = hasBest(a)
  const hasB = hasBest(b)
  if (!hasA || !hasB) return Number(hasB) - Number(hasA)
  const about = (card: StudyCard): string =>
    card.objectives.map(({ name, direction }) => `${name} ${direction}`).join()
  const order = collator.compare(about(a), about(b))
  if (order !== 0) return order
  const better = a.objectives[0]?.direction === 'maximize' ? -1 : 1
  return sign * better * ((a.best?.values[0] ?? 0) - (b.best?.values[0] ?? 0))
}

const hasBest = ({ best }: StudyCard): boolean => Number.isFinite(best?.values[0] ?? Number.NaN)

function amountOf(
  card: StudyCard,
  column: Exclude<SortColumn, 'name' | 'journal' | 'best'>,
): number {
  if (column === 'trials') return Object.values(card.states).reduce((sum, count) => sum + count, 0)
  if (column === 'running') return atWork(card)
  if (column === 'failed') return card.states.failed
  return column === 'changed' ? card.changedAt : card.createdAt
}

/**
 * Whether a study is meant by a search: every word of it stands somewhere in its name, title, journal,
 * objectives, tags or status. `tag:WORD` and `is:STATUS` look there alone.
 */
export function matchesSearch(card: StudyCard, search: string): boolean {
  const status = statusOf(card)
  const text = [
    card.name,
    card.title ?? '',
    card.journal,
    status,
    ...card.tags,
    ...card.objectives.map(({ name }) => name),
  ]
    .join('\n')
    .toLowerCase()
  return wordsOf(search).every((word) => {
    if (word.startsWith('tag:')) return card.tags.some((tag) => tag.toLowerCase() === word.slice(4))
    if (word.startsWith('is:')) return status === word.slice(3)
    return text.includes(word)
  })
}

/** Words by spaces; what stands in quotes is one, as in `tag:"to do"`. */
const wordsOf = (search: string): string[] =>
  (search.toLowerCase().match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''))

export interface ListQuery {
  readonly search: string
  readonly sort: Sort
  readonly isArchive: boolean
}

/** The studies of a list in their order. */
export function listStudies(cards: Iterable<StudyCard>, query: ListQuery): StudyCard[] {
  return [...cards]
    .filter((card) => card.archived === query.isArchive && matchesSearch(card, query.search))
    .sort((a, b) => compareCards(a, b, query.sort))
}

/**
 * The order that was shown, as long as nobody asks for another: studies keep their places, new ones come
 * first in the order of now, those that are gone leave no gap.
 *
 * @param shown ids in the order that was shown
 * @param now ids in the order that they would have now
 */
export function keepOrder(shown: readonly string[], now: readonly string[]): string[] {
  const here = new Set(now)
  const known = new Set(shown)
  return [...now.filter((id) => !known.has(id)), ...shown.filter((id) => here.has(id))]
}
