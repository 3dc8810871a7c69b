import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  LearningRatePredictionOptions,
  LearningRateResult,
} from '../../src/analysis/learning-rate-prediction.ts'
import { predictLearningRate } from '../../src/analysis/learning-rate-prediction.ts'
import { createRng } from '../../src/math/rng.ts'

/** Results at rates whose logarithms lie evenly from -5 to 0. */
const sweep = (count: number, loss: (u: number, i: number) => number): LearningRateResult[] =>
  Array.from({ length: count }, (_, i) => {
    const u = -5 + (5 * i) / (count - 1)
    return { learningRate: 10 ** u, value: loss(u, i) }
  })
const bowl = (u: number): number => 0.2 + 0.3 * (u + 1.9) ** 2
const predict = (
  results: readonly LearningRateResult[],
  options?: LearningRatePredictionOptions,
): number => predictLearningRate(results, options).x

describe('predictLearningRate', () => {
  it.each([1, 2, 3, 5, 7, 10, 20])('finds the bottom of a parabola with %d strips', (pieces) => {
    const { x, learningRate, hulls } = predictLearningRate(sweep(20, bowl), { pieces })
    expect(x).toBeCloseTo(-1.9, 9)
    expect(learningRate).toBeCloseTo(10 ** -1.9, 9)
    const { parabola, vertices, best } = hulls[0]!
    expect(parabola!.curvature).toBeCloseTo(0.3, 9)
    expect(parabola!.y0).toBeCloseTo(0.2, 9)
    expect(parabola!.through).toEqual(vertices.slice(best - 1, best + 2))
  })

  it('maximises by the upper hull', () => {
    const gains = sweep(20, (u) => -bowl(u))
    const { x, side, hulls } = predictLearningRate(gains, { direction: 'maximize' })
    expect([x, side]).toEqual([expect.closeTo(-1.9, 9), 'upper'])
    expect(hulls[0]!.parabola!.curvature).toBeLessThan(0)
  })

  it('uses as many strips as the root of the number of results, rounded up', () => {
    expect(predictLearningRate(sweep(20, bowl)).pieces).toBe(5)
    expect(predictLearningRate(sweep(16, bowl)).pieces).toBe(4)
    const diverged = sweep(20, (u, i) => (i > 15 ? Number.NaN : bowl(u)))
    expect(predictLearningRate(diverged)).toMatchObject({ pieces: 4, method: 'strips' })
    expect(predictLearningRate(diverged).points).toHaveLength(16)
  })

  it('is the best vertex at an end of the hull, and wherever that is asked for', () => {
    const falling = predictLearningRate(sweep(9, (u) => -u))
    expect(falling.learningRate).toBe(1)
    expect(falling.hulls[0]!.parabola).toBeUndefined()
    const exact = predictLearningRate(sweep(21, bowl), { refine: 'vertex', pieces: 21 })
    expect(exact.x).toBeCloseTo(-2, 12)
    expect(predict([{ learningRate: 0.1, value: 3 }])).toBeCloseTo(-1, 12)
  })

  it('takes the mean over the layers of an onion', () => {
    const results = sweep(20, bowl)
    const { hulls, x, pieces } = predictLearningRate(results, { method: 'onion', pieces: 1 })
    expect([hulls.length, pieces, x]).toEqual([1, 1, expect.closeTo(-1.9, 9)])
    // Above every result another one: the second layer is the same, a unit higher and half to the right.
    const above = results.map((r) => ({
      learningRate: r.learningRate * Math.sqrt(10),
      value: r.value + 1,
    }))
    const two = predictLearningRate([...results, ...above], { method: 'onion', pieces: 2 })
    expect(two.hulls[0]!.x).toBeCloseTo(-1.9, 9)
    const [first, second] = two.hulls
    expect(two.x).toBeCloseTo((first!.x + second!.x) / 2, 12)
    expect(second!.x).toBeGreaterThan(-1.9)
    expect(predictLearningRate(results, { method: 'onion', pieces: 50 }).hulls.length).toBeLessThan(
      50,
    )
  })

  it('takes the slope of the exact hull, whatever k', () => {
    const { x, hulls, pieces } = predictLearningRate(sweep(21, bowl), {
      method: 'slope',
      pieces: 3,
    })
    expect([x, pieces, hulls.length]).toEqual([expect.closeTo(-2, 12), 1, 1])
    expect(hulls[0]!.vertices).toHaveLength(21)
  })

  it.each(['strips', 'onion', 'slope'] as const)(
    'does not see runs that diverged upwards (%s)',
    (method) => {
      const rng = createRng('spikes')
      // The runs at the bottom went well; a third of the others is far too high.
      const calm = sweep(20, bowl)
      const spiked = calm.map((r) =>
        Math.abs(Math.log10(r.learningRate) + 1.9) > 0.7 && rng.next() < 0.33
          ? { ...r, value: r.value + 10 ** (6 * rng.next()) }
          : r,
      )
      expect(spiked.filter((r, i) => r !== calm[i]).length).toBeGreaterThan(3)
      const options = { method, pieces: method === 'onion' ? 1 : 5 }
      expect(Math.abs(predict(spiked, options) + 1.9)).toBeLessThan(0.15)
      // What is fitted to all points, here a parabola by least squares, is dragged away.
      expect(Math.abs(leastSquaresBottom(spiked) + 1.9)).toBeGreaterThan(0.3)
    },
  )

  it.each(['strips', 'slope'] as const)('follows a single lucky run (%s)', (method) => {
    const lucky = sweep(20, (u, i) => (i === 4 ? 0.1 : bowl(u)))
    expect(predict(sweep(20, bowl), { method })).toBeGreaterThan(-2.2)
    expect(predict(lucky, { method })).toBeLessThan(-2.7)
    // More layers of the onion make it a smaller part of the whole.
    const onion = predict(lucky, { method: 'onion', pieces: 4 })
    expect(onion).toBeGreaterThan(predict(lucky, { method }))
  })

  it('stays between the neighbours of the best vertex', () => {
    const value = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constant(NaN))
    const result = fc.record({
      learningRate: fc.double({ min: -8, max: 2, noNaN: true }).map((u) => 10 ** u),
      value,
    })
    const options = fc.record({
      direction: fc.constantFrom('minimize' as const, 'maximize' as const),
      method: fc.constantFrom('strips' as const, 'onion' as const, 'slope' as const),
      pieces: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(result, { minLength: 1 }), options, (results, chosen) => {
        fc.pre(results.some((r) => !Number.isNaN(r.value)))
        const { hulls, x } = predictLearningRate(results, chosen)
        for (const hull of hulls) {
          const { vertices, best } = hull
          const low = (vertices[best - 1] ?? vertices[best])!.x
          const high = (vertices[best + 1] ?? vertices[best])!.x
          expect(hull.x).toBeGreaterThanOrEqual(low - 1e-9)
          expect(hull.x).toBeLessThanOrEqual(high + 1e-9)
        }
        expect(Number.isFinite(x)).toBe(true)
      }),
    )
  })

  it('refuses what it cannot use', () => {
    const usage = expect.objectContaining({ code: 'usage' }) as Error
    expect(() => predictLearningRate([])).toThrow(usage)
    expect(() => predictLearningRate([{ learningRate: 0, value: 1 }])).toThrow(usage)
    expect(() => predictLearningRate([{ learningRate: 1, value: Number.NaN }])).toThrow(usage)
    expect(() => predictLearningRate(sweep(5, bowl), { pieces: 0 })).toThrow(usage)
    expect(() => predictLearningRate(sweep(5, bowl), { pieces: 1.5 })).toThrow(usage)
  })
})

/** Where the parabola of least squares through all results has its bottom, by normal equations. */
function leastSquaresBottom(results: readonly LearningRateResult[]): number {
  const sums = [0, 0, 0, 0, 0]
  const rights = [0, 0, 0]
  for (const { learningRate, value } of results) {
    const u = Math.log10(learningRate) + 2.5
    for (let k = 0; k < 5; k++) sums[k]! += u ** k
    for (let k = 0; k < 3; k++) rights[k]! += value * u ** k
  }
  const rows = [0, 1, 2].map((i) => [sums[i]!, sums[i + 1]!, sums[i + 2]!, rights[i]!])
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      if (j === i) continue
      const share = rows[j]![i]! / rows[i]![i]!
      for (let k = i; k < 4; k++) rows[j]![k]! -= share * rows[i]![k]!
    }
  }
  return -(rows[1]![3]! / rows[1]![1]!) / (2 * (rows[2]![3]! / rows[2]![2]!)) - 2.5
}
