import { columnValues } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { columnFormat } from '../../src/data/column-format.ts'
import { maskOf } from '../../src/data/mask.ts'
import { nearestTrials } from '../../src/data/nearest-trials.ts'
import { trialTable } from '../../src/data/rows.ts'
import type { Selection, SelectionCondition } from '../../src/data/selection.ts'
import { studyData } from '../../src/data/study-data.ts'
import { manyTrials } from '../many-trials.ts'
import { historyOf } from './small-server.ts'

const history = historyOf(manyTrials('many', 300))
const data = studyData(history)
const { rows, order } = trialTable(data)
const columns = [
  'trial',
  'seconds',
  'metric:loss',
  'param:lr',
  'param:optimizer',
  'state',
  'reason',
]

const condition = fc.oneof(
  fc.record({ kind: fc.constant('trials' as const), trials: fc.uniqueArray(fc.nat(400)) }),
  fc.record({
    kind: fc.constant('range' as const),
    column: fc.constantFrom('trial', 'seconds', 'metric:loss', 'param:lr', 'param:optimizer'),
    low: fc.oneof(fc.constant(-Infinity), fc.nat(200), fc.double({ min: 0, max: 2, noNaN: true })),
    high: fc.oneof(fc.constant(Infinity), fc.nat(300), fc.double({ min: 0, max: 90, noNaN: true })),
  }),
  fc.record({
    kind: fc.constant('labels' as const),
    column: fc.constantFrom('param:optimizer', 'state', 'reason', 'param:augment'),
    labels: fc.array(fc.constantFrom('adam', 'sgd', 'complete', 'failed', 'true', 'nothing')),
  }),
)

/** What a condition says of a trial, by the meaning of its words. */
function holds(one: SelectionCondition, trial: number): boolean {
  if (one.kind === 'trials') return one.trials.includes(trial)
  if (one.kind === 'where') throw new Error('tested with every study')
  const { values, labels } = columnValues(history, one.column)
  const x = values[trial]!
  if (one.kind === 'range') return one.low <= x && x <= one.high
  return labels?.[x] !== undefined && one.labels.includes(labels[x])
}

test('a mask is where all conditions hold', () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 3 }), (selection: Selection) => {
      const mask = maskOf(history, selection, data.column)
      const wanted = Array.from(mask, (_, trial) => selection.every((one) => holds(one, trial)))
      expect([...mask].map(Boolean)).toEqual(wanted)
    }),
  )
})

describe('rows', () => {
  const sorted = fc.record({
    column: fc.constantFrom(...columns),
    down: fc.boolean(),
  })
  test('are the selected trials, each once, in order; nothing comes last', () => {
    fc.assert(
      fc.property(sorted, fc.option(fc.array(condition, { maxLength: 1 })), (sort, some) => {
        const selection = some ?? undefined
        const all = order({ sort, ...(selection === undefined ? {} : { selection }) })
        const kept = selection === undefined ? undefined : data.mask(selection)
        const wanted = Array.from({ length: 300 }, (_, trial) => trial)
        const selected = wanted.filter((trial) => kept?.[trial] !== 0)
        expect(all.toSorted()).toEqual(Int32Array.from(selected))
        const { values, labels } = columnValues(history, sort.column)
        const at = (trial: number): number | string => labels?.[values[trial]!] ?? values[trial]!
        for (let i = 1; i < all.length; i++) {
          const [a, b] = [at(all[i - 1]!), at(all[i]!)]
          if (Number.isNaN(b)) continue
          const isRight = sort.down ? a >= b : a <= b
          expect(isRight && (a !== b || all[i - 1]! < all[i]!)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('are a window of that order, ready to read', () => {
    const sort = { column: 'metric:loss', down: false }
    const all = order({ sort })
    const { total, trials, cells, states } = rows({ sort, from: 7, to: 9, columns })
    expect(total).toBe(300)
    expect(trials).toEqual(all.slice(7, 9))
    expect(states).toEqual(['complete', 'complete'])
    const { values: seconds } = columnValues(history, 'seconds')
    const { values: losses } = columnValues(history, 'metric:loss')
    const [trial, time, loss, lr] = cells[0]!
    expect(trial).toBe(String(all[7]))
    const [, minutes, rest] = /^(\d+) m (\d+) s$/.exec(time!) ?? []
    expect(60 * Number(minutes) + Number(rest)).toBe(seconds[all[7]!])
    expect(loss).toBe(losses[all[7]!]!.toFixed(4))
    expect(Number(lr) / (history.values.get('lr', all[7]!) as number)).toBeCloseTo(1, 3)
    expect(cells[0]!.slice(4)).toEqual([history.values.get('optimizer', all[7]!), 'complete', ''])
    expect(rows({ sort, from: 298, to: 400, columns }).trials).toHaveLength(2)
  })

  test('sort words that are numbers as numbers', () => {
    const sort = { column: 'param:augment', down: false }
    const { cells } = rows({ sort, from: 0, to: 300, columns: ['param:augment'] })
    const words = cells.map(([word]) => word)
    expect(words).toEqual(words.toSorted())
    expect(new Set(words)).toEqual(new Set(['false', 'true']))
  })

  test('follow the study', () => {
    const growing = historyOf(manyTrials('many', 5))
    const table = trialTable(studyData(growing))
    const sort = { column: 'trial', down: true }
    expect([...table.order({ sort })]).toEqual([4, 3, 2, 1, 0])
    const grown = historyOf(manyTrials('many', 6))
    Object.assign(growing, { seq: grown.seq, length: grown.length, columns: grown.columns })
    expect([...table.order({ sort })]).toEqual([5, 4, 3, 2, 1, 0])
  })
})

test('the nearest trials are those whose parameters are most alike', () => {
  const near = nearestTrials(data, 5, 300)
  expect(near).toHaveLength(299)
  expect(near.map(({ distance }) => distance)).toEqual(
    near.map(({ distance }) => distance).sort((a, b) => a - b),
  )
  for (const { trial, distance } of near.slice(0, 3)) {
    const back = nearestTrials(data, trial, 300).find((one) => one.trial === 5)
    expect(back?.distance).toBeCloseTo(distance, 12)
    expect(distance).toBeGreaterThan(0)
  }
})

describe('numbers of a column', () => {
  const shown = (values: readonly number[]): string[] => {
    const column = Float64Array.from(values)
    return values.map(columnFormat(column))
  }
  test('have the decimals that tell them apart, and four significant digits', () => {
    expect(shown([0.123456, 0.9, 0.5])).toEqual(['0.1235', '0.9000', '0.5000'])
    expect(shown([0.50001234, 0.50002345, 0.50003456])).toEqual([
      '0.5000123',
      '0.5000235',
      '0.5000346',
    ])
    expect(shown([1234.567, 1300.1, 1500])).toEqual(['1235', '1300', '1500'])
    expect(shown([16, 512, 7])).toEqual(['16', '512', '7'])
    expect(shown([1e-5, 0.1, 0.0031234])).toEqual(['1e−5', '0.1', '0.003123'])
    expect(shown([-0.25, 0.5])).toEqual(['−0.2500', '0.5000'])
    expect(shown([0.25, Infinity, 0.25])).toEqual(['0.2500', '∞', '0.2500'])
  })
})
