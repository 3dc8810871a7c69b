import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History, ObjectiveSpec } from '../../src/index.ts'
import { bestTrials, float, lossesOf, rankTrials, space } from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../src/testing/made-history.ts'

const line = space({ x: float(0, 1) })
const objectives: readonly ObjectiveSpec[] = [
  { name: 'loss', direction: 'minimize' },
  { name: 'gain', direction: 'maximize' },
]
const made = (
  metrics: Record<string, number>,
  state: MadeTrial['state'] = 'complete',
): MadeTrial => ({
  values: { x: 0.5 },
  state,
  metrics,
})
const study = (count: 1 | 2, trials: readonly MadeTrial[]): History =>
  historyOf(
    madeEvents(
      { space: line, objectives: objectives.slice(0, count), constraints: ['cost <= 0'] },
      trials,
    ),
  )

describe('the rank of trials', () => {
  it('goes by loss, then by number, and leaves out what has no result', () => {
    const history = study(1, [
      made({ loss: 3, cost: 0 }),
      made({ loss: 1, cost: 0 }),
      made({ loss: 0, cost: 0 }, 'failed'),
      made({ loss: 1, cost: 0 }),
      made({ loss: Number.NaN, cost: 0 }),
      made({ loss: -Infinity, cost: 0 }),
      made({ loss: 0, cost: 0 }, 'pruned'),
      made({ loss: 9, cost: 5 }),
      made({ loss: -9, cost: 2 }),
    ])
    expect(rankTrials(history)).toEqual([5, 1, 3, 0, 8, 7])
    expect(bestTrials(history)).toEqual([5])
  })

  it('with several objectives begins with the front of the feasible trials', () => {
    // The infeasible trials 0 to 2 dominate trial 3 in a row; it is on the front all the same.
    const history = study(2, [
      made({ loss: 0.4, gain: 3.7, cost: 1 }),
      made({ loss: 0.3, gain: 3.8, cost: 1 }),
      made({ loss: 0.5, gain: 3.6, cost: 2 }),
      made({ loss: 0.6, gain: 3.5, cost: 0 }),
      made({ loss: 5, gain: 8, cost: 0 }),
      made({ loss: 4, gain: 9, cost: 0 }),
    ])
    expect(bestTrials(history)).toEqual([3, 5])
    expect(rankTrials(history)).toEqual([3, 5, 4, 1, 0, 2])
  })

  it('puts the best trials first, whatever the results', () => {
    const number = fc.constantFrom(0, 1, 2, 3, Infinity, Number.NaN)
    const trial = fc.record({
      loss: number,
      gain: number,
      cost: fc.constantFrom(0, 1, 2, Infinity),
    })
    fc.assert(
      fc.property(
        fc.array(trial, { maxLength: 25, size: 'max' }),
        fc.constantFrom(1, 2),
        (all, m) => {
          const history = study(
            m as 1 | 2,
            all.map((metrics) => made(metrics)),
          )
          const ranked = rankTrials(history)
          const best = bestTrials(history)
          expect(ranked.slice(0, best.length).toSorted()).toEqual(best.toSorted())
          expect(new Set(ranked).size).toBe(ranked.length)
          for (const t of ranked) expect(lossesOf(history, t).some(Number.isNaN)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})
