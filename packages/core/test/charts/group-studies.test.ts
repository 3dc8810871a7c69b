import { expect, it } from 'vitest'
import type { History } from '@attune/core'
import { groupStudies, seedlessName } from '@attune/core'

// Grouping looks at names alone: any object stands for a history.
const study = (name: string): { name: string; history: History } => ({
  name,
  history: { seq: name.length } as History,
})

it.each([
  ['tpe-1', 'tpe'],
  ['tpe_seed12', 'tpe'],
  ['gp seed 3', 'gp'],
  ['asha.2', 'asha'],
  ['mnist', 'mnist'],
  ['7', '7'],
])('%s without its seed is %s', (name, rest) => {
  expect(seedlessName(name)).toBe(rest)
})

it('joins seeds in the order in which their studies come', () => {
  const groups = groupStudies([study('b-1'), study('a-1'), study('b-2')], true)
  expect(groups.map(({ name, histories }) => [name, histories.length])).toEqual([
    ['b', 2],
    ['a', 1],
  ])
})

it('leaves studies of one name apart when seeds are not joined', () => {
  const groups = groupStudies([study('a'), study('a'), study('a-1')])
  expect(groups.map(({ name, histories }) => [name, histories.length])).toEqual([
    ['a', 1],
    ['a', 1],
    ['a-1', 1],
  ])
})
