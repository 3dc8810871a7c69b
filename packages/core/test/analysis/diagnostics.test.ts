import { describe, expect, it } from 'vitest'
import type { History, SearchSpace } from '../../src/index.ts'
import { diagnoseSurrogate, flag, float, space } from '../../src/index.ts'
import { liveView } from '../../src/journal/view.ts'
import { matern52 } from '../../src/math/kernels.ts'
import { createFactor, dot } from '../../src/math/linalg.ts'
import { normalDraw } from '../../src/math/normal.ts'
import { createRng } from '../../src/math/rng.ts'
import { createLayout } from '../../src/samplers/gp/layout.ts'
import { featuresOf } from '../../src/samplers/gp/models.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents, madeStudy, madeTrial } from '../../src/testing/made-history.ts'
import { mixedConditional } from '../../src/testing/problems.ts'
import { predictDense } from '../samplers/gp/reference.ts'
import { randomTrials, square, studyOf } from './studies.ts'

const mixed = mixedConditional.space as SearchSpace
const evaluate = (params: never): number => mixedConditional.evaluate(params)[0]!
const bowl = ({ x, y }: { x: number; y: number }): number => (x - 0.3) ** 2 + 2 * (y - 0.6) ** 2
const bowlTrials = randomTrials(square, 30, 1, bowl)

describe('diagnoseSurrogate', () => {
  it('predicts each result as a model without it does, conditional parameters included', () => {
    const history = studyOf({ space: mixed }, randomTrials(mixed, 24, 2, evaluate))
    const layout = createLayout(mixed, new Set())
    const hyper = {
      lengths: Float64Array.from({ length: layout.features }, (_, f) => 0.4 * (f % 3) - 0.5),
      signal: 0.3,
      noise: Math.log(0.02),
    }
    const found = diagnoseSurrogate(mixed, history, { hyper })
    expect(found.hyper).toBe(hyper)
    const view = liveView(history, -1)
    const rows = [...found.trials].map((t) => featuresOf(layout, layout.read(view, t)!))
    rows.forEach((x, i) => {
      const others = rows.filter((_, k) => k !== i)
      const targets = found.targets.filter((_, k) => k !== i)
      const { mean, variance } = predictDense(others, targets, x, hyper, layout)
      const deviation = Math.sqrt(variance + Math.exp(hyper.noise))
      expect(found.means[i]).toBeCloseTo(mean, 9)
      expect(found.deviations[i]).toBeCloseTo(deviation, 9)
      const z = (found.targets[i]! - mean) / deviation
      expect(found.residuals[i]).toBeCloseTo(z, 7)
      const density = Math.exp(-z * z * 0.5) / (deviation * Math.sqrt(2 * Math.PI))
      expect(found.logDensities[i]).toBeCloseTo(Math.log(density), 7)
    })
  })

  it('sums up how well it predicts', () => {
    const found = diagnoseSurrogate(square, studyOf({ space: square }, bowlTrials))
    const { summary, targets, means, observed, predicted, low, high } = found
    expect([...observed]).toEqual(bowlTrials.map((t) => t.metrics!['value']))
    const squares = (a: Float64Array, b: (i: number) => number): number =>
      a.reduce((sum, x, i) => sum + (x - b(i)) ** 2, 0)
    const centre = targets.reduce((a, b) => a + b) / 30
    const r2 = 1 - squares(targets, (i) => means[i]!) / squares(targets, () => centre)
    expect(summary.r2).toBeCloseTo(r2, 9)
    expect(summary.r2).toBeGreaterThan(0.9)
    expect(summary.rankCorrelation).toBeGreaterThan(0.95)
    expect(summary.rmse).toBeCloseTo(Math.sqrt(squares(observed, (i) => predicted[i]!) / 30), 9)
    expect(summary.logDensity).toBeGreaterThan(-1)
    expect(summary.results).toBe(30)
    const within = observed.filter((x, i) => low[i]! <= x && x <= high[i]!).length / 30
    expect(summary.calibration.levels[18]).toBeCloseTo(0.95)
    expect(summary.calibration.shares[18]).toBeCloseTo(within)
    expect([...predicted].every((x, i) => low[i]! < x && x < high[i]!)).toBe(true)
  })

  it('says that noise cannot be predicted', () => {
    const rng = createRng('noise')
    const trials = randomTrials(square, 60, 3, () => normalDraw(rng))
    const { summary } = diagnoseSurrogate(square, studyOf({ space: square }, trials))
    expect(summary.r2).toBeLessThan(0.1)
    expect(summary.rankCorrelation).toBeLessThan(0.3)
    // Predicting mean 0 and variance 1 of standardised targets: -½ ln 2π - ½.
    expect(summary.logDensity).toBeCloseTo(-1.42, 1)
  })

  it('is calibrated on functions drawn from a Gaussian process', () => {
    const shares = [0, 0, 0]
    const studies = 12
    for (let seed = 0; seed < studies; seed++) {
      const { summary } = diagnoseSurrogate(square, drawnStudy(50, seed))
      const at = (level: number): number => summary.calibration.shares[Math.round(20 * level) - 1]!
      ;[0.5, 0.8, 0.95].forEach((level, k) => (shares[k]! += at(level) / studies))
    }
    expect(Math.abs(shares[0]! - 0.5)).toBeLessThan(0.06)
    expect(Math.abs(shares[1]! - 0.8)).toBeLessThan(0.05)
    expect(Math.abs(shares[2]! - 0.95)).toBeLessThan(0.03)
  })

  it('does not depend on direction, units, the order of finishing, or trials without a result', () => {
    const plain = diagnoseSurrogate(square, studyOf({ space: square }, bowlTrials))
    const objectives = [{ name: 'value', direction: 'maximize' }] as const
    const times = (by: number): MadeTrial[] =>
      bowlTrials.map((t) => ({ ...t, metrics: { value: by * t.metrics!['value']! } }))
    const mirrored = diagnoseSurrogate(square, studyOf({ space: square, objectives }, times(-1)))
    expect(mirrored.residuals).toEqual(plain.residuals)
    expect(mirrored.predicted).toEqual(plain.predicted.map((x) => -x))
    expect(mirrored.low).toEqual(plain.high.map((x) => -x))
    expect(mirrored.summary).toEqual(plain.summary)
    const scaled = diagnoseSurrogate(square, studyOf({ space: square }, times(1024)))
    expect(scaled.residuals).toEqual(plain.residuals)
    expect(scaled.high).toEqual(plain.high.map((x) => 1024 * x))
    const parts = bowlTrials.map((t, i) => madeTrial(i, t))
    const backwards = historyOf([
      madeStudy({ space: square }),
      ...parts.flatMap(({ start }) => start),
      ...parts.toReversed().flatMap(({ rest }) => rest),
    ])
    expect(diagnoseSurrogate(square, backwards)).toEqual(plain)
    const values = { x: 0.1, y: 0.1 }
    const more: MadeTrial[] = [
      { values, state: 'failed' },
      { values, state: 'pruned', reports: [[1, { value: 3 }]] },
      { values, state: 'complete', metrics: { value: Number.NaN } },
      { values: { x: 7, y: 0 }, state: 'complete', metrics: { value: 1 } },
      { values, state: 'running' },
    ]
    const mixedUp = studyOf({ space: square }, [...bowlTrials, ...more])
    expect(diagnoseSurrogate(square, mixedUp)).toEqual(plain)
  })

  it('takes infinite and huge results for bad ones', () => {
    const odd: MadeTrial[] = [1e300, -1.5e308, Infinity].map((value, i) => ({
      values: { x: 0.01 * i, y: 0.99 },
      state: 'complete',
      metrics: { value },
    }))
    const found = diagnoseSurrogate(square, studyOf({ space: square }, [...bowlTrials, odd[2]!]))
    expect(found.summary.rmse).toBeGreaterThan(0)
    expect(found.summary.r2).toBeGreaterThan(0.5)
    const diverged = [1e12, 1e200].map((value) => {
      const trial = { ...odd[0]!, metrics: { value } }
      return diagnoseSurrogate(square, studyOf({ space: square }, [...bowlTrials, trial]))
    })
    expect(diverged[0]!.residuals).toEqual(diverged[1]!.residuals)
    const huge = diagnoseSurrogate(square, studyOf({ space: square }, [...bowlTrials, ...odd]))
    for (const column of [huge.targets, huge.means, huge.deviations, huge.residuals])
      expect([...column].every(Number.isFinite)).toBe(true)
  })

  it('looks at any of several objectives', () => {
    const objectives = [
      { name: 'a', direction: 'minimize' },
      { name: 'b', direction: 'maximize' },
    ] as const
    const trials = bowlTrials.map((t) => ({
      ...t,
      metrics: { a: t.values!['x'] as number, b: t.metrics!['value']! },
    }))
    const history = studyOf({ space: square, objectives }, trials)
    const found = diagnoseSurrogate(square, history, { objective: 1 })
    expect([...found.observed]).toEqual(trials.map((t) => t.metrics.b))
    expect(() => diagnoseSurrogate(square, history, { objective: 2 })).toThrow(/no objective 2/)
  })

  it('uses a part of very many results', () => {
    const history = studyOf({ space: square }, bowlTrials)
    const found = diagnoseSurrogate(square, history, { maxResults: 16 })
    expect(found.trials).toHaveLength(16)
    expect(found.trials).toContain(found.trials.toSorted()[0])
    expect(found.summary.results).toBe(16)
  })

  it('models results of a space without choices', () => {
    const one = space({ a: float(2, 2), b: flag() }) as SearchSpace
    const trials = randomTrials(one, 12, 5, ({ b }: { b: boolean }) => (b ? 1 : 2))
    const { summary } = diagnoseSurrogate(one, studyOf({ space: one }, trials))
    expect(summary.r2).toBeGreaterThan(0.9)
  })

  it.each([
    ['no trial', [], /at least 4 complete trials .* has 0/],
    ['one trial', bowlTrials.slice(0, 1), /has 1/],
    ['failed trials', bowlTrials.map((t) => ({ ...t, state: 'failed' as const })), /has 0/],
    ['equal results', bowlTrials.map((t) => ({ ...t, metrics: { value: 3 } })), /all the same/],
    ['infinite results', bowlTrials.map((t) => ({ ...t, metrics: { value: Infinity } })), /same/],
  ])('refuses %s', (_, trials, message) => {
    expect(() => diagnoseSurrogate(square, studyOf({ space: square }, trials))).toThrow(message)
  })
})

/** A study of a function drawn from a Gaussian process over the unit square, with a little noise. */
function drawnStudy(count: number, seed: number): History {
  const rng = createRng('drawn', seed)
  const points = Array.from({ length: count }, () => [rng.next(), rng.next()] as const)
  const factor = createFactor(count)
  const white = new Float64Array(count)
  const trials = points.map((a, i): MadeTrial => {
    const row = Float64Array.from(points.slice(0, i), (b) =>
      matern52(((a[0] - b[0]) / 0.3) ** 2 + ((a[1] - b[1]) / 0.6) ** 2),
    )
    factor.append(row, 1 + 0.01)
    white[i] = normalDraw(rng)
    const value = dot(factor.lower, (i * (i + 1)) / 2, white, 0, i + 1)
    return { values: { x: a[0], y: a[1] }, state: 'complete', metrics: { value } }
  })
  return historyOf(madeEvents({ space: square }, trials))
}
