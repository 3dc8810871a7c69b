import { describe, expect, it } from 'vitest'
import type { History, SearchSpace } from '../../src/index.ts'
import {
  constant,
  diagnoseSurrogate,
  estimateRegret,
  fewestForRegret,
  float,
  int,
  space,
} from '../../src/index.ts'
import { liveView } from '../../src/journal/view.ts'
import { normalCdf } from '../../src/math/special.ts'
import { createLayout } from '../../src/samplers/gp/layout.ts'
import { featuresOf } from '../../src/samplers/gp/models.ts'
import { logExpectedImprovement } from '../../src/samplers/model/improvement.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeStudy, madeTrial } from '../../src/testing/made-history.ts'
import { mixedConditional, sphere5 } from '../../src/testing/problems.ts'
import { predictDense } from '../samplers/gp/reference.ts'
import { randomTrials, square, studyOf } from './studies.ts'

interface Known {
  readonly space: SearchSpace
  readonly least: number
  readonly f: (params: never) => number
}

/** L. C. W. Dixon and G. P. Szegö, 1978; minimum 0.397887. */
const branin: Known = {
  space: space({ x: float(-5, 10), y: float(0, 15) }) as SearchSpace,
  least: 0.397887,
  f: ({ x, y }: { x: number; y: number }) => {
    const a = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6
    return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
  },
}
const mixed: Known = {
  space: mixedConditional.space as SearchSpace,
  least: 0,
  f: (params) => mixedConditional.evaluate(params)[0]!,
}
const sphere: Known = {
  space: sphere5.space as SearchSpace,
  least: 0,
  f: (params) => sphere5.evaluate(params)[0]!,
}

const trialsOf = ({ space, f }: Known, count: number, seed: number): MadeTrial[] =>
  randomTrials(space, count, seed, f)
const resultsOf = (trials: readonly MadeTrial[]): number[] =>
  trials.map((t) => t.metrics!['value']!)
const trials30 = trialsOf(branin, 30, 1)
const made = (history: History, options = {}) => estimateRegret(branin.space, history, options)

describe('estimateRegret', () => {
  it.each([
    ['branin', branin],
    ['a sphere in five dimensions', sphere],
    ['a mixed conditional space', mixed],
  ])('covers the regret of %s in most studies', (_, known) => {
    let covered = 0
    const studies = 10
    for (let seed = 0; seed < studies; seed++) {
      const trials = trialsOf(known, 30, seed)
      const history = studyOf(known, trials)
      const regret = Math.min(...resultsOf(trials)) - known.least
      if (estimateRegret(known.space, history).bound >= regret) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(9)
  })

  it('shrinks as trials come in, and is of the size of the regret in the end', () => {
    const bowl: Known = {
      space: square,
      least: 0,
      f: ({ x, y }: { x: number; y: number }) => (x - 0.3) ** 2 + 2 * (y - 0.6) ** 2,
    }
    const found = [10, 20, 40, 80].map((count) =>
      estimateRegret(square, studyOf(bowl, trialsOf(bowl, count, 3))),
    )
    const bounds = found.map(({ bound }) => bound)
    for (let k = 1; k < bounds.length; k++) expect(bounds[k]).toBeLessThan(bounds[k - 1]!)
    expect(bounds.at(-1)).toBeLessThan(0.01)
    expect(found.at(-1)!.next.gain).toBeLessThan(0.2 * found[0]!.next.gain)
    // No more than the true regret can be gained, however well the model knows the function.
    const last = found.at(-1)!
    expect(last.next.gain).toBeLessThan(1.1 * last.best)
    expect(last.next.gain).toBeGreaterThan(0.5 * last.best)
  })

  it('says which trial is best and what the next one promises', () => {
    const results = resultsOf(trials30)
    const { trial, best, next, results: count } = made(studyOf(branin, trials30))
    expect(best).toBe(Math.min(...results))
    expect(trial).toBe(results.indexOf(best))
    expect(count).toBe(30)
    expect(next.probability).toBeGreaterThan(0.3)
    expect(next.probability).toBeLessThan(1)
    expect(next.gain).toBeGreaterThan(0)
    expect(next.gain).toBeLessThan(best - branin.least + 10)
  })

  it('is what textbook formulas give over a space of ten values', () => {
    // Results that are symmetric about their median are not bent, so that the scale is a line.
    const ten = space({ x: int(0, 9) }) as SearchSpace
    const trials = Array.from({ length: 10 }, (_, k): MadeTrial => {
      const x = Math.min(9, k + 1)
      return { values: { x }, state: 'complete', metrics: { value: k === 9 ? 4 : x - 1 } }
    })
    const history = studyOf({ space: ten }, trials)
    const hyper = { lengths: Float64Array.of(-1), signal: 0.2, noise: Math.log(0.2) }
    const layout = createLayout(ten, new Set())
    const view = liveView(history, -1)
    const rows = trials.map((_, t) => featuresOf(layout, layout.read(view, t)!))
    const { targets } = diagnoseSurrogate(ten, history, { hyper })
    const unit = 8 / (targets[8]! - targets[0]!)
    expect(unit * targets[4]!).toBeCloseTo(unit * targets[0]! + 4, 9)
    const at = (x: Float64Array): [number, number] => {
      const { mean, variance } = predictDense(rows, targets, x, hyper, layout)
      return [mean, Math.sqrt(variance)]
    }
    const width = Math.sqrt(2 * Math.log((1 * 10 * 10 * Math.PI ** 2) / (6 * 0.1)))
    // The one value that is left is half a cell from the end of the range.
    const untried = at(Float64Array.of(0.05))
    const tried = rows.map(at)
    const upper = Math.min(...tried.map(([m, s]) => m + width * s))
    const lower = Math.min(...[untried, ...tried].map(([m, s]) => m - width * s))
    const found = estimateRegret(ten, history, { hyper })
    expect(found.bound).toBeCloseTo(unit * (upper - lower), 6)
    const goal = Math.min(...tried.map(([m]) => m))
    const [mean, deviation] = untried
    expect(found.next.probability).toBeCloseTo(normalCdf((goal - mean) / deviation), 9)
    const gain = unit * Math.exp(logExpectedImprovement(mean, deviation, goal))
    expect(Math.abs(found.next.gain / gain - 1)).toBeLessThan(0.02)
  })

  it('promises nothing where all was tried, and a step along a line where it goes on', () => {
    const line: Known = {
      space: space({ x: int(0, 9) }) as SearchSpace,
      least: 0,
      f: ({ x }: { x: number }) => x,
    }
    const all: MadeTrial[] = Array.from({ length: 10 }, (_, x) => ({
      values: { x },
      state: 'complete',
      metrics: { value: x },
    }))
    const found = estimateRegret(line.space, studyOf(line, all))
    expect(found.next).toEqual({ probability: 0, gain: 0 })
    expect(found.bound).toBeLessThan(0.5)
    const open = estimateRegret(line.space, studyOf(line, [...all.slice(1), all[9]!]))
    expect(open.next.probability).toBeGreaterThan(0.9)
    expect(open.next.gain).toBeGreaterThan(0.5)
    expect(open.next.gain).toBeLessThan(1.5)
    expect(open.bound).toBeGreaterThan(1)
  })

  it('grows with the confidence, and is less when divided as Makarova et al. do', () => {
    const history = studyOf(branin, trials30)
    const { bound } = made(history)
    expect(made(history, { confidence: 0.5 }).bound).toBeLessThan(bound)
    expect(made(history, { confidence: 0.99 }).bound).toBeGreaterThan(bound)
    expect(made(history, { divisor: 5 }).bound).toBeLessThan(0.7 * bound)
  })

  it('is a pure function, whatever the direction, the units and the order of finishing', () => {
    const history = studyOf(branin, trials30)
    const plain = made(history)
    expect(made(studyOf(branin, trials30))).toEqual(plain)
    expect(made(history, { hyper: plain.hyper })).toEqual(plain)
    const times = (by: number): MadeTrial[] =>
      trials30.map((t) => ({ ...t, metrics: { value: by * t.metrics!['value']! } }))
    const objectives = [{ name: 'value', direction: 'maximize' }] as const
    const mirrored = made(studyOf({ ...branin, objectives }, times(-1)))
    expect(mirrored).toEqual({ ...plain, best: -plain.best })
    const scaled = made(studyOf(branin, times(0.25)))
    expect(scaled.bound).toBe(0.25 * plain.bound)
    expect(scaled.next).toEqual({ ...plain.next, gain: 0.25 * plain.next.gain })
    const parts = trials30.map((t, i) => madeTrial(i, t))
    const backwards = historyOf([
      madeStudy(branin),
      ...parts.flatMap(({ start }) => start),
      ...parts.toReversed().flatMap(({ rest }) => rest),
    ])
    expect(made(backwards)).toEqual(plain)
    const other = made(history, { seed: 1 })
    expect(other.bound).toBeGreaterThan(0.8 * plain.bound)
    expect(other.bound).toBeLessThan(1.25 * plain.bound)
  })

  it('ignores trials without a result, and compares with the best feasible one', () => {
    const values = { x: 0, y: 0 }
    const more: MadeTrial[] = [
      { values, state: 'failed' },
      { values, state: 'pruned', reports: [[1, { value: -100 }]] },
      { values, state: 'complete', metrics: { value: Number.NaN } },
      { values, state: 'running' },
    ]
    const plain = made(studyOf(branin, trials30))
    expect(made(studyOf(branin, [...trials30, ...more]))).toEqual(plain)
    const constraints = ['cost <= 0']
    const costs = trials30.map((t, i) => ({
      ...t,
      metrics: { ...t.metrics, cost: i === plain.trial ? 1 : 0 },
    }))
    const found = made(studyOf({ ...branin, constraints }, costs))
    const second = resultsOf(trials30).toSorted((a, b) => a - b)[1]
    expect(found.best).toBe(second)
    expect(found.bound).toBeGreaterThan(plain.bound)
    const none = costs.map((t) => ({ ...t, metrics: { ...t.metrics, cost: 1 } }))
    expect(() => made(studyOf({ ...branin, constraints }, none))).toThrow(/No trial satisfies/)
  })

  it('has nothing to gain on minus infinity', () => {
    const all = [...trials30.slice(1), { ...trials30[0]!, metrics: { value: -Infinity } }]
    const found = made(studyOf(branin, all))
    expect([found.trial, found.best, found.bound, found.next.gain]).toEqual([29, -Infinity, 0, 0])
  })

  it('refuses what it cannot tell', () => {
    const refusal = (history: History, options = {}, s = branin.space): string => {
      try {
        estimateRegret(s, history, options)
      } catch (error) {
        return (error as Error).message
      }
      return 'nothing'
    }
    expect(fewestForRegret(2)).toBe(10)
    expect(fewestForRegret(12)).toBe(24)
    expect(refusal(studyOf(branin, []))).toMatch(/at least 4 complete trials .* has 0/)
    expect(refusal(studyOf(branin, trials30.slice(0, 9)))).toMatch(/from 10 .* on, .* has 9/)
    expect(refusal(studyOf(branin, trials30.slice(0, 10)))).toBe('nothing')
    const same = trials30.map((t) => ({ ...t, metrics: { value: 1 } }))
    expect(refusal(studyOf(branin, same))).toMatch(/all the same/)
    const objectives = [
      { name: 'value', direction: 'minimize' },
      { name: 'b', direction: 'minimize' },
    ] as const
    expect(refusal(studyOf({ ...branin, objectives }, trials30))).toMatch(/one objective.* has 2/)
    const history = studyOf(branin, trials30)
    expect(refusal(history, { confidence: 1 })).toMatch(
      /confidence must lie between 0 and 1, got 1/,
    )
    expect(refusal(history, { divisor: 0 })).toMatch(/divisor must be a positive number, got 0/)
    const fixed = space({ x: constant(3) }) as SearchSpace
    const trials = trials30.map((t) => ({ ...t, values: { x: 3 } }))
    expect(refusal(studyOf({ space: fixed }, trials), {}, fixed)).toMatch(/more than one value/)
  })
})
