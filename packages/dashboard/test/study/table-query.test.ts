import { expect, test } from 'vitest'

import type { AboutStudy } from '../../src/data/engine.ts'
import { isCalm, newRows } from '../../src/pages/study/trials/order-change.ts'
import {
  bestFirst,
  encodeColumn,
  nextSort,
  readTableQuery,
  tableSelection,
  usualColumns,
  writeSort,
} from '../../src/pages/study/trials/table-query.ts'

const about: AboutStudy = {
  name: 'digits',
  objectives: [{ name: 'accuracy', direction: 'maximize' }],
  params: [
    { column: 'param:lr', name: 'lr', kind: 'number' },
    { column: 'param:a,b', name: 'a,b', kind: 'text' },
  ],
  metrics: ['accuracy', 'loss'],
  reports: true,
  deterministic: false,
  sampler: 'auto',
  scheduler: 'none',
  seed: 1,
}
const read = (search: string) => readTableQuery(new URLSearchParams(search), about)

test('without an address the newest stand first, with the usual columns', () => {
  expect(read('')).toEqual({
    sort: { column: 'trial', down: true },
    columns: ['state', 'metric:accuracy', 'param:lr', 'param:a,b', 'seconds'],
    filter: '',
    states: [],
    onlySelected: false,
  })
})

test('columns with commas in their names come back whole', () => {
  const columns = ['param:a,b', 'param:100%2C', 'state']
  const search = new URLSearchParams({ cols: columns.map(encodeColumn).join(',') })
  expect(readTableQuery(search, about).columns).toEqual(columns)
})

test('a sort that was written is read again', () => {
  for (const sort of [bestFirst(about), { column: 'param:lr', down: false }]) {
    expect(read(`sort=${writeSort(sort)}`).sort).toEqual(sort)
  }
})

test('the best is first by the direction of the objective', () => {
  expect(bestFirst(about)).toEqual({ column: 'metric:accuracy', down: true })
  expect(nextSort({ column: 'trial', down: true }, 'metric:accuracy', about).down).toBe(true)
  expect(nextSort({ column: 'trial', down: true }, 'param:lr', about).down).toBe(false)
  expect(nextSort({ column: 'param:lr', down: false }, 'param:lr', about).down).toBe(true)
})

test('filter, states and selection all have to hold', () => {
  const query = read('filter=loss<1&state=complete,nonsense,failed&only=1')
  expect(query.states).toEqual(['complete', 'failed'])
  expect(tableSelection(query, [{ kind: 'trials', trials: [3] }])).toEqual([
    { kind: 'where', expression: 'loss<1' },
    { kind: 'where', expression: 'trial.state in ["complete", "failed"]' },
    { kind: 'trials', trials: [3] },
  ])
  expect(tableSelection(read(''), [{ kind: 'trials', trials: [3] }])).toBeUndefined()
})

test('the usual columns hold few of many', () => {
  const params = Array.from({ length: 60 }, (_, i) => ({
    ...{ column: `param:p${i}`, name: `p${i}`, kind: 'number' as const },
  }))
  expect(usualColumns({ ...about, params })).toHaveLength(9)
})

test('rows that only follow may come by themselves, others wait', () => {
  const order = (...trials: number[]) => Int32Array.from(trials)
  expect(isCalm(order(0, 1), order(0, 1, 2))).toBe(true)
  expect(isCalm(order(1, 0), order(2, 1, 0))).toBe(false)
  expect(newRows(order(1, 0), order(3, 2, 1, 0))).toBe(2)
  expect(newRows(order(0, 1), order(1, 0))).toBe(1)
  expect(newRows(order(0, 1), order(0, 1, 2))).toBe(0)
  expect(newRows(undefined, order(0))).toBe(0)
})
