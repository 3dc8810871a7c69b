import { describe, expect, it } from 'vitest'
import type { SearchSpace } from '../../../src/index.ts'
import { createRng, float, int, space } from '../../../src/index.ts'
import { normalCdf } from '../../../src/math/special.ts'
import type { Categorical } from '../../../src/samplers/cma-es/categorical.ts'
import {
  adaptLabels,
  createCategorical,
  drawLabels,
} from '../../../src/samplers/cma-es/categorical.ts'
import { coordinatesOf } from '../../../src/samplers/cma-es/coordinates.ts'
import {
  generationDirections,
  orthogonalDirections,
} from '../../../src/samplers/cma-es/directions.ts'
import {
  adapt,
  createGaussian,
  deviation,
  drawPoint,
  shrink,
  stretch,
} from '../../../src/samplers/cma-es/gaussian.ts'
import {
  createLearningRates,
  damp,
  rememberGaussian,
} from '../../../src/samplers/cma-es/learning-rate.ts'
import { keepMargin } from '../../../src/samplers/cma-es/margin.ts'
import { strategyOf } from '../../../src/samplers/cma-es/strategy.ts'
import { warmBeginning } from '../../../src/samplers/cma-es/warm-start.ts'

const sum = (xs: ArrayLike<number>): number => Array.from(xs).reduce((a, b) => a + b, 0)
const at = (xs: ArrayLike<number>, i: number): number => xs[i] as number

describe('the constants of CMA-ES', () => {
  // What pycma prints at its start for these dimensions: (mu_w, w_1).
  it.each([
    [5, 8, 4, 2.6, 0.52],
    [10, 10, 5, 3.2, 0.45],
    [6, 9, 4, 2.8, 0.49],
    [9, 60, 30, 16.6, 0.12],
    [101, 16, 8, 4.8, 0.32],
  ])('are the published ones in %i dimensions', (n, population, parents, muEff, first) => {
    const s = strategyOf(n, population)
    expect(s.parents).toBe(parents)
    expect(s.muEff).toBeCloseTo(muEff, 1)
    expect(Math.abs(at(s.weights, 0) - first)).toBeLessThan(0.01)
    expect(sum(s.weights.subarray(0, parents))).toBeCloseTo(1, 12)
    expect(sum(s.weights.subarray(parents))).toBeLessThan(0)
    expect(s.rankOne + s.rankMu).toBeLessThan(1)
  })

  it('keep the covariance positive for the smallest cases', () => {
    for (let n = 1; n < 5; n++) {
      const s = strategyOf(n, 4)
      expect(1 - s.rankOne - s.rankMu * sum(s.weights)).toBeGreaterThan(0)
      expect([...s.weights, s.chi, s.sigmaDamping].every(Number.isFinite)).toBe(true)
    }
  })
})

describe('the normal distribution', () => {
  it('stays what it is under random selection', () => {
    const n = 4
    const s = strategyOf(n, 8)
    const rng = createRng('neutral')
    const logs: number[] = []
    for (let start = 0; start < 40; start++) {
      const g = createGaussian(new Float64Array(n), 1)
      for (let generation = 0; generation < 50; generation++) {
        const steps = Array.from({ length: 8 }, () => {
          const x = new Float64Array(n)
          drawPoint(g, rng, x)
          return { x, clipped: false }
        })
        expect(adapt(g, s, steps)).toBe(true)
      }
      logs.push(Math.log(g.sigma) / 50)
    }
    expect(Math.abs(sum(logs) / logs.length)).toBeLessThan(0.02)
  })

  it('shortens steps that it would not take itself', () => {
    const step = (clipped: boolean): number => {
      const g = createGaussian(new Float64Array(2), 0.01)
      const far = { x: Float64Array.of(1, 0), clipped }
      const near = { x: new Float64Array(2), clipped: false }
      adapt(g, strategyOf(2, 4), [far, near, near, near])
      return at(g.mean, 0)
    }
    expect(step(true)).toBeLessThan(0.03)
    expect(step(false)).toBeGreaterThan(0.5)
  })

  it('draws along orthogonal directions what it draws without', () => {
    const rows = orthogonalDirections(7, 3, createRng(2))
    for (const [i, a] of rows.entries()) {
      for (const [k, b] of rows.entries()) {
        const dot = sum(a.map((x, j) => x * at(b, j)))
        if (i === k) expect(dot).toBeCloseTo(1, 13)
        else if (Math.floor(i / 3) === Math.floor(k / 3)) expect(Math.abs(dot)).toBeLessThan(1e-13)
      }
    }
    const g = createGaussian(Float64Array.of(1, 2), 3)
    const x = new Float64Array(2)
    const squares = [0, 0]
    const count = 4000
    for (let i = 0; i < count; i += 2) {
      for (const direction of orthogonalDirections(2, 2, createRng('block', i))) {
        drawPoint(g, createRng('draw', i, at(direction, 0)), x, direction)
        squares[0]! += (at(x, 0) - 1) ** 2 / count
        squares[1]! += (at(x, 1) - 2) ** 2 / count
      }
    }
    expect(squares[0]! / 9).toBeGreaterThan(0.93)
    expect(squares[0]! / 9).toBeLessThan(1.07)
    expect(squares[1]! / squares[0]!).toBeCloseTo(1, 1)
  })
})

describe('the directions of a generation', () => {
  it('are orthogonal ones, then their opposites as far as there is room', () => {
    const rows = generationDirections(7, 5, 1, 0, 3)
    expect(rows).toHaveLength(7)
    for (const [i, a] of rows.slice(0, 4).entries()) {
      for (const b of rows.slice(0, i)) {
        expect(Math.abs(sum(a.map((x, j) => x * at(b, j))))).toBeLessThan(1e-13)
      }
      const opposite = rows[4 + i]
      if (opposite !== undefined) expect([...opposite]).toEqual([...a].map((x) => -x))
    }
  })

  it('are others in another generation, run or study, and the same when asked again', () => {
    const first = generationDirections(4, 3, 1, 0, 0)
    expect(generationDirections(4, 3, 1, 0, 0)).toEqual(first)
    expect(generationDirections(4, 3, 1, 0, 1)).not.toEqual(first)
    expect(generationDirections(4, 3, 1, 1, 0)).not.toEqual(first)
    expect(generationDirections(4, 3, 2, 0, 0)).not.toEqual(first)
  })
})

describe('the margin', () => {
  const searched = space({ a: int(0, 9), b: int(0, 1), c: float(0, 1) }) as SearchSpace
  const { axes } = coordinatesOf(searched)

  it('leaves each neighbour of a value the chance of alpha / 2, and the middle in its cell', () => {
    for (const mean of [0.301, 0.35, 0.3999]) {
      const g = createGaussian(Float64Array.of(mean, 0.3, 0.5), 1e-6)
      keepMargin(g, axes, 0.1)
      const below = normalCdf((0.3 - at(g.mean, 0)) / deviation(g, 0))
      const above = normalCdf((at(g.mean, 0) - 0.4) / deviation(g, 0))
      expect(Math.min(below, above)).toBeCloseTo(0.05, 10)
      expect(Math.max(below, above)).toBeCloseTo(0.05, 10)
    }
  })

  it('gives draws that chance, and takes them back to what they were drawn as', () => {
    const g = createGaussian(Float64Array.of(0.36, 0.5, 0.5), 1e-6)
    keepMargin(g, axes, 0.2)
    const rng = createRng('stretch')
    const x = new Float64Array(3)
    let left = 0
    for (let i = 0; i < 5000; i++) {
      drawPoint(g, rng, x)
      const point = stretch(g, x)
      if (at(point, 0) < 0.3 || at(point, 0) > 0.4) left += 1 / 5000
      shrink(g, point).forEach((u, k) => expect(Math.abs(u - at(x, k))).toBeLessThan(1e-15))
    }
    expect(Math.abs(left - 0.2)).toBeLessThan(0.02)
    expect([...shrink(g, Float64Array.of(Number.NaN, 0, 0.25))]).toEqual([at(g.mean, 0), 0, 0.25])
  })

  it('moves the mean of two values, or of the last, so that the other has the chance of alpha', () => {
    for (const mean of [0.1, 0.9, -3, 4]) {
      const g = createGaussian(Float64Array.of(0.35, mean, 0.5), 1e-3)
      keepMargin(g, axes, 0.1)
      const beyond = normalCdf(-Math.abs(at(g.mean, 1) - 0.5) / deviation(g, 1))
      expect(beyond).toBeCloseTo(0.1, 10)
      expect(at(g.scale, 1)).toBe(1)
    }
  })

  it('changes nothing where chances are large, nor continuous coordinates', () => {
    const g = createGaussian(Float64Array.of(0.32, 0.45, 0.9), 0.2)
    keepMargin(g, axes, 0.05)
    expect([...g.mean, ...g.scale]).toEqual([0.32, 0.45, 0.9, 1, 1, 1])
    const tiny = createGaussian(Float64Array.of(0.32, 0.45, 0.9), 1e-9)
    keepMargin(tiny, axes, 0.05)
    expect([at(tiny.mean, 2), at(tiny.scale, 2)]).toEqual([0.9, 1])
  })
})

describe('the categorical distribution', () => {
  const even = (...counts: number[]): Categorical =>
    createCategorical(counts.map((count) => new Float64Array(count).fill(1 / count)))

  it('draws labels by their chances', () => {
    const c = createCategorical([Float64Array.of(0.5, 0.3, 0.2)])
    const seen = [0, 0, 0]
    const labels = new Int32Array(1)
    const rng = createRng('labels')
    for (let i = 0; i < 20_000; i++) {
      drawLabels(c, rng, labels)
      seen[at(labels, 0)]! += 1 / 20_000
    }
    seen.forEach((share, label) => expect(share).toBeCloseTo([0.5, 0.3, 0.2][label]!, 1.7))
  })

  it('comes to prefer the labels of good members, but never gives one up', () => {
    const c = even(3, 5)
    const weights = Float64Array.of(0.6, 0.3, 0.1)
    for (let i = 0; i < 50; i++) {
      adaptLabels(c, weights, [Int32Array.of(1, 4), Int32Array.of(1, 4), Int32Array.of(1, 4)])
      for (const row of c.chances) expect(sum(row)).toBeCloseTo(1, 12)
    }
    const least = 1 - 0.73 ** (1 / 2)
    expect(at(c.chances[0]!, 1)).toBeCloseTo(1 - least, 10)
    expect(at(c.chances[0]!, 0)).toBeCloseTo(least / 2, 10)
    expect(at(c.chances[1]!, 0)).toBeCloseTo(least / 4, 10)
  })

  it('learns nothing from members in which a choice does not exist', () => {
    const c = even(3)
    adaptLabels(c, Float64Array.of(0.7, 0.3), [Int32Array.of(-1), Int32Array.of(-1)])
    expect([...c.chances[0]!]).toEqual([1 / 3, 1 / 3, 1 / 3])
  })
})

describe('the warm start', () => {
  it('is the normal distribution nearest to kernels around the best tenth', () => {
    const coordinates = coordinatesOf(space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace)
    const labels = new Int32Array(0)
    const point = (x: number, y: number) => ({ x: Float64Array.of(x, y), labels })
    const earlier = [point(0.2, 0.8), point(0.4, 0.6)]
    while (earlier.length < 20) earlier.push(point(0.9, 0.1))
    const { gaussian: g } = warmBeginning(coordinates, earlier, 0.2)
    expect(at(g.mean, 0)).toBeCloseTo(0.3, 12)
    expect(at(g.mean, 1)).toBeCloseTo(0.7, 12)
    const entry = (i: number): number => g.sigma ** 2 * at(g.covariance, i)
    expect(entry(0)).toBeCloseTo(0.02, 12)
    expect(entry(1)).toBeCloseTo(-0.01, 12)
    expect(entry(3)).toBeCloseTo(0.02, 12)
  })
})

describe('learning-rate adaptation', () => {
  it('takes smaller steps when updates are noise than when they agree', () => {
    const rateAfter = (loss: (x: Float64Array, noise: number) => number): number => {
      const n = 5
      const g = createGaussian(new Float64Array(n).fill(3), 1)
      const s = strategyOf(n, 8)
      const rates = createLearningRates(n)
      const rng = createRng('rates')
      for (let generation = 0; generation < 60; generation++) {
        const steps = Array.from({ length: 8 }, () => {
          const x = new Float64Array(n)
          drawPoint(g, rng, x)
          return { x, clipped: false, loss: loss(x, rng.next()) }
        })
        const before = rememberGaussian(g)
        adapt(
          g,
          s,
          steps.sort((a, b) => a.loss - b.loss),
        )
        expect(damp(g, before, rates)).toBe(true)
      }
      return rates.mean.eta
    }
    const noisy = rateAfter((_, noise) => noise)
    expect(noisy).toBeLessThan(0.2)
    expect(rateAfter((x) => sum(x))).toBeGreaterThan(2 * noisy)
  })
})
