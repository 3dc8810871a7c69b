import type { StudyCard } from '@attune/core'
import { describe, expect, it } from 'vitest'
import {
  keepOrder,
  listStudies,
  nextSort,
  readSort,
  statusOf,
  usualSort,
  writeSort,
} from '../../src/pages/list-model.ts'

const none = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0, paused: 0 }

const card = (name: string, more: Partial<StudyCard> = {}): StudyCard => ({
  ...{ id: `id-${name}`, name, journal: 'attune.db', createdAt: 0, changedAt: 0 },
  objectives: [{ name: 'loss', direction: 'minimize' }],
  states: none,
  ...{ spark: [], tags: [], archived: false },
  ...more,
})

const best = (value: number): Pick<StudyCard, 'best'> => ({
  best: { trial: 0, values: [value], front: 1 },
})

const names = (
  cards: readonly StudyCard[],
  search = '',
  sort = 'name',
  isArchive = false,
): string[] =>
  listStudies(cards, { search, sort: readSort(sort), isArchive }).map(({ name }) => name)

describe('what a study is doing', () => {
  it.each<[string, Partial<StudyCard>]>([
    ['empty', {}],
    ['running', { states: { ...none, running: 1 } }],
    ['paused', { states: { ...none, running: 1 }, steering: 'pause' }],
    ['paused', { states: { ...none, complete: 1 }, steering: 'pause' }],
    ['stopped', { states: { ...none, complete: 1 }, steering: 'stop' }],
    ['done', { states: { ...none, complete: 2, failed: 1 }, asked: 3 }],
    ['idle', { states: { ...none, complete: 2 }, asked: 3 }],
    ['stopped', { states: { ...none, running: 2 }, unattended: 2, diedAfter: 5 }],
    ['stopped', { states: none, diedAfter: 5, steering: 'pause' }],
    ['running', { states: { ...none, running: 2 }, unattended: 1 }],
    ['done', { states: { ...none, complete: 3 }, asked: 3, diedAfter: 5 }],
    ['idle', { states: { ...none, running: 1 }, unattended: 1 }],
    ['unreadable', { problem: 'no such file' }],
  ])('is %s', (status, more) => {
    expect(statusOf(card('a', more))).toBe(status)
  })
})

describe('order', () => {
  it('has numbers in names in their order', () => {
    expect(names([card('run-10'), card('run-2'), card('Run-1')])).toEqual([
      'Run-1',
      'run-2',
      'run-10',
    ])
  })

  it('has the better one first by best, whatever the direction, and those without a value last', () => {
    const up = { objectives: [{ name: 'accuracy', direction: 'maximize' as const }] }
    const cards = [
      card('a', best(0.3)),
      card('b', best(0.1)),
      card('c'),
      card('d', { ...up, ...best(0.5) }),
      card('e', { ...up, ...best(0.9) }),
      card('f', best(Number.NaN)),
    ]
    expect(names(cards, '', 'best')).toEqual(['e', 'd', 'b', 'a', 'c', 'f'])
    expect(names(cards, '', '-best')).toEqual(['d', 'e', 'a', 'b', 'c', 'f'])
  })

  it('has what happened last first, as usual', () => {
    const cards = [
      card('a', { changedAt: 1 }),
      card('b', { changedAt: 3 }),
      card('c', { changedAt: 2 }),
    ]
    expect(names(cards, '', '')).toEqual(['b', 'c', 'a'])
  })

  it('stands in the address and comes back from it; what is not known is the usual one', () => {
    for (const text of ['name', '-name', '-trials', 'best']) {
      expect(writeSort(readSort(text))).toBe(text)
    }
    expect(readSort('-password')).toEqual(usualSort)
    expect(readSort(null)).toEqual(usualSort)
  })

  it('turns round when its column is asked for again; amounts begin with the largest', () => {
    expect(nextSort(usualSort, 'trials')).toEqual({ column: 'trials', isDown: true })
    expect(nextSort(usualSort, 'name')).toEqual({ column: 'name', isDown: false })
    expect(nextSort(usualSort, 'changed')).toEqual({ column: 'changed', isDown: false })
  })

  it('is kept while studies go on: new ones come first, gone ones leave', () => {
    expect(keepOrder(['a', 'b', 'c'], ['c', 'new', 'a'])).toEqual(['new', 'a', 'c'])
  })
})

describe('search', () => {
  const cards = [
    card('digits', { title: 'Handwritten digits', tags: ['to do', 'vision'] }),
    card('speech', { journal: '/data/Voice.db', states: { ...none, running: 2 } }),
    card('old', { archived: true }),
  ]

  it('looks for every word in names, titles, journals, objectives and tags', () => {
    expect(names(cards, 'hand DIG')).toEqual(['digits'])
    expect(names(cards, 'voice')).toEqual(['speech'])
    expect(names(cards, 'loss')).toEqual(['digits', 'speech'])
    expect(names(cards, 'digits voice')).toEqual([])
  })

  it('looks for a tag or a status alone', () => {
    expect(names(cards, 'tag:vision')).toEqual(['digits'])
    expect(names(cards, 'tag:"to do"')).toEqual(['digits'])
    expect(names(cards, 'tag:visio')).toEqual([])
    expect(names(cards, 'is:running')).toEqual(['speech'])
  })

  it('shows the archive or what is not in it', () => {
    expect(names(cards)).toEqual(['digits', 'speech'])
    expect(names(cards, '', 'name', true)).toEqual(['old'])
  })
})
