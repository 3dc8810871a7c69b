import { expect, test } from 'vitest'

import type { ColumnAbout } from '../../src/data/engine.ts'
import { selectionWords } from '../../src/pages/study/model/selection-words.ts'

const columns: readonly ColumnAbout[] = [
  { column: 'param:lr', name: 'lr', kind: 'number' },
  { column: 'param:opt', name: 'opt', kind: 'text' },
]

test('conditions are told in words', () => {
  const words = selectionWords(
    [
      { kind: 'range', column: 'param:lr', low: 0.00123456, high: 0.01 },
      { kind: 'labels', column: 'param:opt', labels: ['adam', 'sgd'] },
      { kind: 'where', expression: 'loss < 0.3' },
    ],
    columns,
  )
  expect(words).toBe('lr 0.00123–0.01, opt adam or sgd, loss < 0.3')
})

test('open ranges and equal ends read as such', () => {
  const range = (low: number, high: number): string =>
    selectionWords([{ kind: 'range', column: 'metric:loss', low, high }], columns)
  expect(range(-Infinity, 2)).toBe('loss ≤ 2')
  expect(range(2, Infinity)).toBe('loss ≥ 2')
  expect(range(2, 2)).toBe('loss 2')
})

test('long lists are cut', () => {
  expect(selectionWords([{ kind: 'trials', trials: [1, 2, 3, 4, 5, 6] }], columns)).toBe(
    'trials 1, 2, 3, 4 and 2 more',
  )
  expect(selectionWords([{ kind: 'trials', trials: [7] }], columns)).toBe('trial 7')
  const labels = ['a', 'b', 'c', 'd', 'e']
  expect(selectionWords([{ kind: 'labels', column: 'param:opt', labels }], columns)).toBe(
    'opt a, b, c, d or 1 more',
  )
})
