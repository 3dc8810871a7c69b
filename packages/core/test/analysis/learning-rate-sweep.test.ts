import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SweepNote, SweepRun } from '../../src/analysis/learning-rate-sweep.ts'
import { proposeLearningRate } from '../../src/analysis/learning-rate-sweep.ts'

/** Runs at rates whose logarithms lie evenly from -5 to 0. */
const sweep = (count: number, loss: (u: number, i: number) => number): SweepRun[] =>
  Array.from({ length: count }, (_, i) => {
    const u = -5 + (5 * i) / (count - 1)
    return { learningRate: 10 ** u, value: loss(u, i), name: `trial ${i}` }
  })
const bowl = (u: number): number => 1 + 0.3 * (u + 2) ** 2
const kinds = (notes: readonly SweepNote[]): string[] => notes.map(({ kind }) => kind)

describe('proposeLearningRate', () => {
  it('proposes the bottom of a bowl, and the rates where the hull rises by 2 % of the spread', () => {
    const { learningRate, expected, near, best, runs, notes } = proposeLearningRate(sweep(51, bowl))
    expect(learningRate).toBeCloseTo(0.01, 9)
    expect(expected).toBeCloseTo(1, 9)
    // The spread is 0.3 · 3², so that |u + 2| ≤ 3 √0.02 = 0.424; vertices lie 0.1 apart.
    expect(near.value).toBeCloseTo(1 + 0.02 * 2.7, 9)
    expect(Math.log10(near.low)).toBeCloseTo(-2.424, 2)
    expect(Math.log10(near.high)).toBeCloseTo(-1.576, 2)
    expect([best.name, runs.length, notes]).toEqual(['trial 30', 51, []])
  })

  it('allows no more than a tenth of a positive loss', () => {
    const deep = proposeLearningRate(sweep(51, (u) => bowl(u) - 0.99))
    expect(deep.near.value).toBeCloseTo(0.011, 9)
    const gains = proposeLearningRate(
      sweep(51, (u) => 2 - bowl(u)),
      { direction: 'maximize' },
    )
    expect(gains.near.value).toBeCloseTo(1 - 0.02 * 2.7, 9)
    expect(gains.learningRate).toBeCloseTo(0.01, 9)
  })

  it('leaves out runs that diverged, also those that ended with a huge loss', () => {
    const values = (u: number): number => (u > -1 ? (u > -0.3 ? Number.NaN : 1e9) : bowl(u))
    const { diverged, runs, learningRate } = proposeLearningRate(sweep(21, values))
    expect(diverged.map(({ name }) => name)).toEqual([
      'trial 17',
      'trial 18',
      'trial 19',
      'trial 20',
    ])
    expect(runs).toHaveLength(17)
    expect(learningRate).toBeCloseTo(0.01, 9)
    // Runs with low rates end up to 2.7 from the best, so that 5.4 is the limit.
    const ending = (value: number): SweepRun[] => sweep(21, (u) => (u > -1 ? value : bowl(u)))
    expect(proposeLearningRate(ending(6.3)).diverged).toEqual([])
    expect(proposeLearningRate(ending(6.5)).diverged).toHaveLength(4)
    // A low rate that ends far from the best has hardly begun to learn: it stays.
    const slow = proposeLearningRate(sweep(21, (u) => (u < -4.8 ? 400 : bowl(u))))
    expect(slow.diverged).toEqual([])
  })

  it('tells when the best run is an end of the range, or the last before divergence', () => {
    const falling = proposeLearningRate(sweep(12, (u) => 5 - u))
    expect(falling.notes).toEqual([{ kind: 'end-of-range', end: 'high' }])
    expect(proposeLearningRate(sweep(12, (u) => 10 + u)).notes).toContainEqual({
      kind: 'end-of-range',
      end: 'low',
    })
    const steep = proposeLearningRate(sweep(20, (u) => (u > -1 ? Infinity : 5 - u)))
    expect(kinds(steep.notes)).toEqual(['edge-of-divergence'])
  })

  it('tells when one run decides', () => {
    const lucky = proposeLearningRate(sweep(21, (u, i) => (i === 3 ? 0.2 : bowl(u))))
    const [note] = lucky.notes.filter(({ kind }) => kind === 'one-run')
    expect(note).toMatchObject({ without: expect.closeTo(0.01, 4) })
    expect(lucky.best.name).toBe('trial 3')
  })

  it('tells when there are few runs, when most diverged, and when the rate hardly matters', () => {
    const few = proposeLearningRate(sweep(16, (u) => (u > -3.5 ? Number.NaN : bowl(u))))
    expect(kinds(few.notes)).toEqual(['few-runs', 'mostly-diverged', 'edge-of-divergence'])
    const level = proposeLearningRate(sweep(20, (_, i) => 2 + (i % 2) * 1e-3))
    expect(kinds(level.notes)).toContain('flat')
  })

  it('stays with the runs that were good when the parabola leads away from them', () => {
    // Runs crowd before a steep wall, so the parabola bends to the runs far to the left.
    const crowd = [-1.5, -1.49, -1.48, -1.47, -1.46, -1.45, -1.44].map((u) => ({
      learningRate: 10 ** u,
      value: 1 + (u + 1.47) ** 2,
    }))
    const runs = [{ learningRate: 1e-5, value: 9 }, { learningRate: 1e-3, value: 5 }, ...crowd]
    runs.push({ learningRate: 10 ** -1.4, value: 3 })
    const { learningRate, expected, near, notes, prediction } = proposeLearningRate(runs)
    expect(prediction.learningRate).toBeLessThan(near.low / 3)
    expect(notes).toContainEqual({ kind: 'moved', predicted: prediction.learningRate })
    expect(learningRate).toBe(near.low)
    expect(expected).toBeCloseTo(near.value, 9)
  })

  it('refuses a sweep in which every run diverged', () => {
    expect(() => proposeLearningRate(sweep(3, () => Number.NaN))).toThrow(/Of 3 runs none/)
  })

  it('always proposes a rate within the range, with nearly equal rates around the best run', () => {
    const loss = fc.oneof(fc.double({ min: -5, max: 50, noNaN: true }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(loss, { minLength: 2, maxLength: 25 }), (losses) => {
        fc.pre(losses.some(Number.isFinite))
        const runs = sweep(losses.length, (_, i) => losses[i]!)
        const { learningRate, near, best, runs: kept, diverged } = proposeLearningRate(runs)
        expect(learningRate).toBeGreaterThanOrEqual(1e-5 * (1 - 1e-9))
        expect(learningRate).toBeLessThanOrEqual(1 + 1e-9)
        expect(learningRate).toBeGreaterThanOrEqual(near.low * (1 - 1e-9))
        expect(learningRate).toBeLessThanOrEqual(near.high * (1 + 1e-9))
        expect(near.low).toBeLessThanOrEqual(best.learningRate * (1 + 1e-9))
        expect(near.high).toBeGreaterThanOrEqual(best.learningRate * (1 - 1e-9))
        expect(kept.length + diverged.length).toBe(losses.length)
      }),
      { numRuns: 200 },
    )
  })
})
