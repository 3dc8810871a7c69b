import { describe, expect, it } from 'vitest'
import type { SearchSpace } from '../../../src/index.ts'
import { float, liveView, space } from '../../../src/index.ts'
import { createRanking } from '../../../src/analysis/ranking.ts'
import { splitByOutcomes } from '../../../src/samplers/tpe/outcome-splits.ts'
import type { Split } from '../../../src/samplers/tpe/split.ts'
import { splitByResults } from '../../../src/samplers/tpe/split.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'

const line = space({ x: float(0, 1) }) as SearchSpace

/** The split of the best `count` of trials with these losses. */
function splitOf(losses: readonly (readonly number[])[], count: number, limit = 1000): Split {
  const objectives = losses[0]!.map((_, k) => ({ name: `f${k}`, direction: 'minimize' as const }))
  const trials = losses.map((row, i) => ({
    values: { x: i / losses.length },
    state: 'complete' as const,
    metrics: Object.fromEntries(row.map((loss, k) => [`f${k}`, loss])),
  }))
  const history = historyOf(madeEvents({ space: line, objectives }, trials))
  const ranking = createRanking()(liveView(history, -1))
  return splitByResults(history, ranking, count, limit)
}
const better = (split: Split): number[] => split.better.toSorted((a, b) => a - b)
/** What a better trial weighs. */
const weightOf = (split: Split, trial: number): number =>
  split.weights[split.better.indexOf(trial)] as number

describe('the split by one loss', () => {
  it('takes the best, weighted by their distance from the best of the rest', () => {
    const split = splitOf([[5], [1], [4], [2], [9]], 2)
    expect(better(split)).toEqual([1, 3])
    expect([weightOf(split, 1), weightOf(split, 3)]).toEqual([3, 2])
  })

  it('asks for wide kernels while there are few', () => {
    const { minBandwidth } = splitOf([[5], [1]], 1)
    const grid = [1, 8, 31, 32, 500].map((n) => minBandwidth(n, 'grid'))
    expect(grid).toEqual([1 / 3, 0.1, 1 / 33, 0.03, 0.03])
    const continuous = [2, 14, 15, 500].map((n) => minBandwidth(n, 'continuous'))
    expect(continuous).toEqual([expect.closeTo(4 ** -1.25, 12), 1 / 32, 0.03, 0.03])
  })
})

describe('the split by several losses', () => {
  it('takes whole fronts, and of the next the points that add most volume', () => {
    // A front of five with one more trial behind it. In the unit box with the reference at 1.1 trial
    // 3 adds 0.6 · 0.7; then 2 adds 0.45 · 0.13, more than 0 with 0.5 · 0.1; then 4 adds 0.1 · 0.4.
    const front = [
      [0, 10],
      [0.4, 9.8],
      [0.5, 9.7],
      [5, 4],
      [10, 0],
    ]
    const losses = [...front, [11, 11]]
    expect(better(splitOf(losses, 3))).toEqual([2, 3, 4])
    expect(better(splitOf(losses, 2))).toEqual([2, 3])
    expect(better(splitOf(losses, 5))).toEqual([0, 1, 2, 3, 4])
    expect(better(splitOf(losses, 6))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('weighs good trials by what each adds alone', () => {
    // In the unit box (0, 1), (0.5, 0.5) and (1, 0) with the reference at 1.1.
    const split = splitOf(
      [
        [0, 20],
        [5, 10],
        [10, 0],
        [5, 10],
        [12, 21],
      ],
      4,
    )
    const weights = [0, 1, 2, 3].map((trial) => weightOf(split, trial))
    expect(weights[0]).toBeCloseTo(0.5 * 0.1, 12)
    expect(weights[2]).toBeCloseTo(0.1 * 0.5, 12)
    // Copies add nothing, each for the other's sake.
    expect([weights[1], weights[3]]).toEqual([0, 0])
    const alone = splitOf(
      [
        [0, 20],
        [5, 10],
        [10, 0],
        [12, 21],
      ],
      3,
    )
    expect(weightOf(alone, 1)).toBeCloseTo(0.5 * 0.5, 12)
  })

  it('looks no further than the limit', () => {
    const front = Array.from({ length: 8 }, (_, i) => [i, 7 - i])
    const [all, some] = [splitOf(front, 4), splitOf(front, 4, 4)]
    expect(better(all)).toHaveLength(4)
    // The ranking puts the ends first.
    expect(better(some)).toContain(0)
    expect(better(some)).toContain(7)
    expect(better(some)).toHaveLength(4)
  })
})

describe('the splits by outcome constraints', () => {
  it('are one for each that is sometimes satisfied and sometimes broken', () => {
    const trials = [
      { a: 0, b: 0, c: 0 },
      { a: 2, b: 0, c: 5 },
      { a: 0, b: 0, c: 5 },
      { a: 2, b: 0 },
      { b: 0, c: 5 },
    ].map((metrics, i) => ({
      values: { x: i / 5 },
      state: 'complete' as const,
      metrics: { value: i, ...metrics },
    }))
    const study = { space: line, constraints: ['a <= 1', 'b <= 1', 'c <= 1', 'c >= 9'] }
    const history = historyOf(madeEvents(study, trials))
    const splits = splitByOutcomes(liveView(history, -1), [0, 1, 2, 3, 4])
    expect(splits.map(({ better: satisfied, rest }) => [satisfied, rest])).toEqual([
      [
        [0, 2],
        [1, 3],
      ],
      [[0], [1, 2, 4]],
    ])
  })
})
