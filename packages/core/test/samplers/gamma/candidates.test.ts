import { describe, expect, it } from 'vitest'
import { gammaCdf } from '../../../src/math/gamma.ts'
import { createRng } from '../../../src/math/rng.ts'
import { normalCdf } from '../../../src/math/special.ts'
import type { SearchSettings } from '../../../src/samplers/gamma/candidates.ts'
import { drawSearchCandidates } from '../../../src/samplers/gamma/candidates.ts'
import {
  fitSearchDistribution,
  isPositive,
} from '../../../src/samplers/gamma/search-distribution.ts'
import type { Layout } from '../../../src/samplers/gp/layout.ts'
import { createLayout } from '../../../src/samplers/gp/layout.ts'
import type { Param } from '../../../src/space/builders.ts'
import { choice, float, int, variant } from '../../../src/space/builders.ts'
import type { NumericDistribution } from '../../../src/space/distribution.ts'
import type { SearchSpace, Values } from '../../../src/space/space.ts'
import { space } from '../../../src/space/space.ts'

const distributionOf = (param: Param<number>): NumericDistribution =>
  space({ x: param }).params[0]!.distribution as NumericDistribution
const rate = distributionOf(float(1e-5, 1, { scale: 'log' }))
const probabilities = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000)

describe('fitSearchDistribution', () => {
  it('takes the moments of the values', () => {
    const draw = fitSearchDistribution([0.01, 0.02, 0.06], rate, 'gamma', 0.1)!
    const values = probabilities.map(draw)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(0.03, 4)
    // ((0.02)² + (0.01)² + (0.03)²) / 3
    expect(variance / (14e-4 / 3)).toBeCloseTo(1, 1)
  })

  it('is at least as wide as the floor on its variance', () => {
    for (const family of ['gamma', 'gaussian'] as const) {
      const draw = fitSearchDistribution([0.01], rate, family, 0.3)!
      const [low, high] = [draw(0.1), draw(0.9)]
      expect(low).toBeLessThan(0.0075)
      expect(high).toBeGreaterThan(0.0125)
    }
  })

  it('of both families gives the same probability to what the same number draws', () => {
    const values = [0.2, 0.5, 0.9]
    const [mean, variance] = [1.6 / 3, (0.04 + 0.25 + 0.81) / 3 - (1.6 / 3) ** 2]
    const deviation = Math.sqrt(variance)
    const gamma = fitSearchDistribution(values, rate, 'gamma', 0.01)!
    const gaussian = fitSearchDistribution(values, rate, 'gaussian', 0.01)!
    const gammaAt = (x: number): number => gammaCdf(x, mean ** 2 / variance, variance / mean)
    const normalAt = (x: number): number => normalCdf((x - mean) / deviation)
    const within = (cdf: (x: number) => number, x: number): number =>
      (cdf(x) - cdf(1e-5)) / (cdf(1) - cdf(1e-5))
    for (const u of [0.01, 0.3, 0.8, 0.999]) {
      expect(within(gammaAt, gamma(u))).toBeCloseTo(u, 10)
      expect(within(normalAt, gaussian(u))).toBeCloseTo(u, 10)
    }
    expect(gamma(0.01)).not.toBeCloseTo(gaussian(0.01), 2)
  })

  it('keeps to the range, which for steps reaches half a step further but not below 0', () => {
    const stepped = distributionOf(int(0, 8, { step: 2 }))
    for (const family of ['gamma', 'gaussian'] as const) {
      const draw = fitSearchDistribution([6, 8], stepped, family, 5)!
      const values = probabilities.map(draw)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...values)).toBeGreaterThan(8.9)
      expect(Math.max(...values)).toBeLessThanOrEqual(9)
    }
  })

  it('does without where all values are 0 or the range holds next to nothing', () => {
    const share = distributionOf(float(0, 1))
    expect(fitSearchDistribution([0, 0], share, 'gamma', 0.5)).toBeUndefined()
    const far = distributionOf(float(1e16, 1e16 + 4))
    expect(fitSearchDistribution([1e16], far, 'gamma', 0.5)).toBeUndefined()
  })

  it('is for ranges from 0 up', () => {
    const kinds = [float(0, 1), int(1, 5), float(-0.1, 1), float(2, 2), choice([1, 2])]
    const shape = Object.fromEntries(kinds.map((kind, i) => [`p${i}`, kind]))
    const { params } = space(shape)
    expect(params.map((p) => isPositive(p.distribution))).toEqual([true, true, false, false, false])
  })
})

describe('drawSearchCandidates', () => {
  const mixed = space({
    lr: float(1e-5, 1, { scale: 'log' }),
    shift: float(-1, 1),
    units: int(8, 512, { scale: 'log' }),
    optimizer: variant({ sgd: { momentum: float(0.5, 0.99) }, adam: {} }),
  }) as SearchSpace
  const layout = createLayout(mixed, new Set())
  const codesOf = (values: Values): Float64Array =>
    Float64Array.from(mixed.params, ({ name }, i) => layout.dimensions[i]!.codeOf(values[name]))
  const good = [
    { lr: 0.003, shift: 0, units: 64, optimizer: 'adam' },
    { lr: 0.001, shift: 0.5, units: 128, optimizer: 'adam' },
  ].map(codesOf)
  const draw = (settings: Partial<SearchSettings>, from = good): Values[] => {
    const input = {
      space: mixed,
      layout,
      rng: createRng('candidates'),
      incumbents: [good[0]!],
      tried: [],
      radius: 1,
      taken: new Set<string>(),
      candidates: 100,
    }
    const all = { distribution: 'gamma', minSpread: 0.5, evenShare: 0.25, ...settings } as const
    return drawSearchCandidates(input, from, all).map((c) => valuesOf(layout, c))
  }
  const valuesOf = (
    { valuesOf: values }: Layout,
    { codes, active }: { codes: Float64Array; active: Uint8Array },
  ): Values => values(codes, active)

  it('draws what is positive around the good results, but for a share that stays even', () => {
    const all = draw({})
    expect(all).toHaveLength(124)
    const even = all.slice(0, 25).map((v) => v['lr'] as number)
    const searched = all.slice(25).map((v) => v['lr'] as number)
    expect(Math.max(...even)).toBeGreaterThan(0.3)
    expect(Math.min(...even)).toBeLessThan(3e-5)
    expect(Math.max(...searched)).toBeLessThan(0.02)
    expect(Math.min(...searched)).toBeGreaterThan(5e-5)
    expect(all.slice(25).every((v) => (v['units'] as number) >= 8)).toBe(true)
  })

  it('leaves other parameters, and those no good result has, as they are drawn without', () => {
    const without = draw({ evenShare: 1 })
    const all = draw({ evenShare: 0 })
    for (const name of ['shift', 'optimizer', 'optimizer.sgd.momentum']) {
      expect(all.slice(0, 100).map((v) => v[name])).toEqual(
        without.slice(0, 100).map((v) => v[name]),
      )
    }
    expect(all.map((v) => v['lr'])).not.toEqual(without.map((v) => v['lr']))
  })

  it('differs between the families only in the shape of the search distribution', () => {
    const [gamma, gaussian] = [draw({}), draw({ distribution: 'gaussian' })]
    expect(gamma).toHaveLength(gaussian.length)
    expect(gamma.slice(0, 25)).toEqual(gaussian.slice(0, 25))
    const order = (all: readonly Values[]): number[] =>
      all
        .slice(25)
        .map((v, i) => [v['lr'] as number, i] as const)
        .sort(([a], [b]) => a - b)
        .map(([, i]) => i)
    // The same uniform numbers: the candidates lie in the same order, at other places.
    expect(order(gamma)).toEqual(order(gaussian))
    expect(gamma[30]!['lr']).not.toBe(gaussian[30]!['lr'])
    expect(gamma.map((v) => v['shift'])).toEqual(gaussian.map((v) => v['shift']))
  })
})
