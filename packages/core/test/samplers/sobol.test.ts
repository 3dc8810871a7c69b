import { describe, expect, it } from 'vitest'
import { createStudy, float, int, list, random, sobol, space, variant } from '../../src/index.ts'
import type { Sampler, SearchSpace, Values } from '../../src/index.ts'
import { feasibleSobolIndex } from '../../src/samplers/sobol.ts'

const cube = (): SearchSpace => space({ a: float(0, 1), b: float(0, 1), c: float(0, 1) }) as never

async function values(sampler: Sampler, s: SearchSpace, n: number, seed = 1): Promise<Values[]> {
  const study = await createStudy({ space: s, sampler, seed })
  await study.optimize(() => 0, { trials: n })
  return study.trials().map((t) => t.values)
}

describe('sobol', () => {
  it('puts one of 2^k trials into each of 2^k intervals of every parameter', async () => {
    for (const k of [1, 3, 6]) {
      const trials = await values(sobol(), cube(), 2 ** k)
      for (const name of ['a', 'b', 'c']) {
        const cells = trials.map((t) => Math.floor((t[name] as number) * 2 ** k))
        expect(cells.toSorted((x, y) => x - y)).toEqual([...Array(2 ** k).keys()])
      }
    }
  })

  it('puts one of 64 trials into each cell of an 8 by 8 grid of the first two parameters', async () => {
    const trials = await values(sobol(), cube(), 64)
    const cells = trials.map(
      (t) => Math.floor((t['a'] as number) * 8) * 8 + Math.floor((t['b'] as number) * 8),
    )
    expect(new Set(cells).size).toBe(64)
  })

  it('leaves smaller gaps than random draws', async () => {
    // Largest gap of 128 points in one dimension: 2/128 at most here, about ln(128)/128 by chance.
    const gap = (points: readonly number[]): number => {
      const sorted = [0, ...points.toSorted((x, y) => x - y), 1]
      return Math.max(...sorted.slice(1).map((x, i) => x - (sorted[i] as number)))
    }
    for (const name of ['a', 'b', 'c']) {
      const even = gap((await values(sobol(), cube(), 128)).map((t) => t[name] as number))
      const drawn = gap((await values(random(), cube(), 128)).map((t) => t[name] as number))
      expect(even).toBeLessThanOrEqual(2 / 128)
      expect(drawn).toBeGreaterThan(2 / 128)
    }
  })

  it('gives another sequence for another seed, and the same for the same', async () => {
    const first = await values(sobol(), cube(), 8)
    expect(await values(sobol(), cube(), 8)).toEqual(first)
    expect(await values(sobol(), cube(), 8, 2)).not.toEqual(first)
  })

  it('gives the n-th trial the n-th feasible point, whatever was asked for before', () => {
    const tight = (): SearchSpace => space({ x: float(0, 1) }, { require: ['x < 0.0015'] }) as never
    const asked = tight()
    for (const n of [0, 1, 2, 50, 700, 1000]) feasibleSobolIndex(asked, 3, n)
    const fresh = tight()
    for (const n of [1100, 1000, 50, 3, 0]) {
      expect(feasibleSobolIndex(fresh, 3, n)).toBe(feasibleSobolIndex(asked, 3, n))
    }
    expect(feasibleSobolIndex(fresh, 3, 1100)).toBeGreaterThan(500_000)
  })

  it('skips no more points than the constraints refuse', async () => {
    const half = space({ a: float(0, 1), b: float(0, 1) }, { require: ['a < 0.5'] }) as never
    const free = space({ a: float(0, 1), b: float(0, 1) }) as never
    const feasible = (await values(sobol(), free, 64)).filter((t) => (t['a'] as number) < 0.5)
    expect(await values(sobol(), half, feasible.length)).toEqual(feasible)
  })

  it('covers conditional parameters evenly too', async () => {
    const s = space({
      v: variant({ p: { x: float(0, 1) }, q: { y: float(0, 1) } }),
      l: list(1, 2, int(1, 4)),
    }) as never
    const trials = await values(sobol(), s, 64)
    expect(trials.filter((t) => t['v'] === 'p')).toHaveLength(32)
    expect(trials.filter((t) => t['l'] === 1)).toHaveLength(32)
    const xs = trials.flatMap((t) => (t['v.p.x'] === undefined ? [] : [t['v.p.x'] as number]))
    for (const [low, high] of [
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ] as const) {
      const count = xs.filter((x) => x >= low && x < high).length
      expect(count).toBeGreaterThanOrEqual(6)
      expect(count).toBeLessThanOrEqual(10)
    }
  })
})
