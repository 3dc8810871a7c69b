import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choice, createStudy, float, int, space } from '../../src/index.ts'
import type { SearchSpace, Values } from '../../src/index.ts'
import type { LatinHypercubeOptions } from '../../src/samplers/latin-hypercube.ts'
import { latinHypercube } from '../../src/samplers/latin-hypercube.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'

async function values(
  s: SearchSpace,
  n: number,
  options: LatinHypercubeOptions & { readonly seed?: number } = {},
): Promise<Values[]> {
  const { seed = 1, ...own } = options
  const study = await createStudy({ space: s, sampler: latinHypercube(own), seed })
  await study.optimize(() => 0, { trials: n, workers: 3 })
  return study.trials().map((t) => t.values)
}

const plane = (require: string[] = []): SearchSpace =>
  space({ a: float(0, 1), b: float(0, 1) }, { require }) as never
const cellsOf = (trials: readonly Values[], name: string, count: number): number[] =>
  trials.map((t) => Math.floor((t[name] as number) * count))
const ascending = (cells: readonly number[]): number[] => cells.toSorted((x, y) => x - y)

describe.each<LatinHypercubeOptions>([{}, { points: 3 }])(
  'sampler latinHypercube %j',
  (options) => {
    for (const { name, run } of samplerCases(() => latinHypercube(options))) it(name, run)
  },
)

describe('latinHypercube', () => {
  it('puts one trial of every block into each part of every parameter', async () => {
    const parameters = fc.integer({ min: 1, max: 6 })
    const blocks = fc.integer({ min: 1, max: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        parameters,
        blocks,
        async (seed, points, dimension, blocks) => {
          const names = Array.from({ length: dimension }, (_, j) => `x${j}`)
          const s = space(Object.fromEntries(names.map((name) => [name, float(0, 1)]))) as never
          const trials = await values(s, blocks * points, { points, seed })
          for (let block = 0; block < blocks; block++) {
            const part = trials.slice(block * points, (block + 1) * points)
            for (const name of names) {
              const cells = ascending(cellsOf(part, name, points))
              expect(cells).toEqual([...Array(points).keys()])
            }
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('spreads whole numbers and labels evenly, and floats on their scale', async () => {
    const s = space({
      i: int(1, 4),
      c: choice(['a', 'b']),
      lr: float(1e-4, 1, { scale: 'log' }),
    }) as never
    const trials = await values(s, 16, { points: 16 })
    for (const i of [1, 2, 3, 4]) expect(trials.filter((t) => t['i'] === i)).toHaveLength(4)
    expect(trials.filter((t) => t['c'] === 'a')).toHaveLength(8)
    const decades = trials.map((t) => Math.floor(Math.log10(t['lr'] as number)))
    for (const decade of [-4, -3, -2, -1]) {
      expect(decades.filter((d) => d === decade)).toHaveLength(4)
    }
  })

  it('permutes every parameter and every block anew', async () => {
    const trials = await values(plane(), 128)
    const columns = [trials.slice(0, 64), trials.slice(64)].flatMap((block) =>
      ['a', 'b'].map((name) => cellsOf(block, name, 64)),
    )
    for (const [i, column] of columns.entries()) {
      for (const other of columns.slice(0, i)) {
        // A random permutation of 64 leaves one in its place on average, and hardly ever eight.
        const shared = column.filter((cell, k) => cell === other[k]).length
        expect(shared).toBeLessThan(8)
      }
    }
  })

  it('places a trial anywhere within its part', async () => {
    const trials = await values(plane(), 4000, { points: 4 })
    const within = trials.map((t) => ((t['a'] as number) * 4) % 1)
    const tenths = Array<number>(10).fill(0)
    for (const x of within) tenths[Math.floor(x * 10)]! += 1
    const statistic = tenths.reduce((sum, n) => sum + (n - 400) ** 2 / 400, 0)
    // The 1e-5 point of χ² with 9 degrees of freedom is about 39.
    expect(statistic).toBeLessThan(39)
  })

  it('takes 64 points a block when none are given, and stores the number', () => {
    expect(latinHypercube().options).toEqual({ points: 64 })
  })

  it('gives another design for another seed, and the same for the same', async () => {
    const first = await values(plane(), 8)
    expect(await values(plane(), 8)).toEqual(first)
    expect(await values(plane(), 8, { seed: 2 })).not.toEqual(first)
  })

  it('gives the same points for ever', async () => {
    // By an independent implementation in Python's fractions, from the definition in the source.
    const trials = await values(plane(), 6, { points: 5, seed: 3 })
    expect(trials[0]).toEqual({ a: 0.4821509676752612, b: 0.6394169835140928 })
    expect(trials[5]).toEqual({ a: 0.5534108815947547, b: 0.4570408282103017 })
  })

  it('gives the n-th trial the n-th point that satisfies the constraints', async () => {
    const feasible = (await values(plane(), 64)).filter((t) => (t['a'] as number) < 0.5)
    expect(feasible).toHaveLength(32)
    expect(await values(plane(['a < 0.5']), 32)).toEqual(feasible)
  })

  it('refuses a number of points that is none', () => {
    for (const points of [0, -1, 1.5, Number.NaN, 65_537]) {
      expect(() => latinHypercube({ points })).toThrow(
        expect.objectContaining({
          code: 'sampler/options',
          message: expect.stringContaining(`from 1 to 65536, got ${points}`),
        }),
      )
    }
    expect(latinHypercube({ points: 65_536 }).options).toEqual({ points: 65_536 })
  })
})
