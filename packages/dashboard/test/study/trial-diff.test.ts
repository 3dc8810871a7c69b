import { expect, test } from 'vitest'

import type { TrialView } from '../../src/data/engine.ts'
import { diffText, diffTrials } from '../../src/pages/study/model/trial-diff.ts'

const named = (values: Readonly<Record<string, number>>) =>
  Object.entries(values).map(([name, x]) => ({ name, value: x.toPrecision(2), full: String(x) }))

const trial = (
  number: number,
  params: Readonly<Record<string, number>>,
  more: Partial<TrialView> = {},
): TrialView => ({
  number,
  state: 'complete',
  params: named(params),
  metrics: [],
  attempts: 1,
  violated: [],
  tags: [],
  attached: [],
  excluded: false,
  ...more,
})

test('what differs stands first within its group, results before parameters', () => {
  const rows = diffTrials([
    trial(1, { same: 1, lr: 0.1 }, { metrics: named({ loss: 0.5 }) }),
    trial(4, { same: 1, lr: 0.2 }, { metrics: named({ loss: 0.4 }) }),
  ])
  expect(rows.map(({ name, differs }) => [name, differs])).toEqual([
    ['loss', true],
    ['lr', true],
    ['same', false],
    ['state', false],
    ['attempts', false],
  ])
})

test('numbers that only look alike differ', () => {
  const [row] = diffTrials([trial(1, { lr: 0.1001 }), trial(2, { lr: 0.1002 })])
  expect(row?.cells.map((cell) => cell?.value)).toEqual(['0.10', '0.10'])
  expect(row?.differs).toBe(true)
})

test('a parameter that one trial does not have is a gap', () => {
  const rows = diffTrials([trial(1, { momentum: 0.9 }), trial(2, {})])
  expect(rows[0]).toMatchObject({ name: 'momentum', differs: true })
  expect(rows[0]?.cells[1]).toBeUndefined()
})

test('as text it is a table of tabs with numbers in full', () => {
  const trials = [trial(1, { lr: 0.1001 }), trial(2, { lr: 0.1002 })]
  const [head, first] = diffText(trials, diffTrials(trials)).split('\n')
  expect(head).toBe('\ttrial 1\ttrial 2')
  expect(first).toBe('lr\t0.1001\t0.1002')
})
