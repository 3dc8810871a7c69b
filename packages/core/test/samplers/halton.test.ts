import { describe, expect, it } from 'vitest'
import { createStudy, float, space, variant } from '../../src/index.ts'
import type { SearchSpace, Values } from '../../src/index.ts'
import { halton } from '../../src/samplers/halton.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'

async function values(s: SearchSpace, n: number, seed = 1): Promise<Values[]> {
  const study = await createStudy({ space: s, sampler: halton(), seed })
  await study.optimize(() => 0, { trials: n, workers: 3 })
  return study.trials().map((t) => t.values)
}

const plane = (require: string[] = []): SearchSpace =>
  space({ a: float(0, 1), b: float(0, 1) }, { require }) as never

describe('sampler halton', () => {
  for (const { name, run } of samplerCases(halton)) it(name, run)
})

describe('halton', () => {
  it('puts one of 72 trials into each of 8 by 9 cells of the first two parameters', async () => {
    const trials = await values(plane(), 72)
    const cells = trials.map(
      (t) => Math.floor((t['a'] as number) * 8) * 9 + Math.floor((t['b'] as number) * 9),
    )
    expect(new Set(cells).size).toBe(72)
  })

  it('gives another sequence for another seed, and the same for the same', async () => {
    const first = await values(plane(), 8)
    expect(await values(plane(), 8)).toEqual(first)
    expect(await values(plane(), 8, 2)).not.toEqual(first)
  })

  it('skips no more points than the constraints refuse', async () => {
    const feasible = (await values(plane(), 60)).filter((t) => (t['a'] as number) < 0.5)
    expect(await values(plane(['a < 0.5']), feasible.length)).toEqual(feasible)
  })

  it('covers conditional parameters evenly too', async () => {
    const s = space({ v: variant({ p: { x: float(0, 1) }, q: {} }) }) as never
    const xs = (await values(s, 72)).flatMap((t) => (t['v'] === 'p' ? [t['v.p.x'] as number] : []))
    expect(xs).toHaveLength(36)
    const cells = [0, 0, 0]
    for (const x of xs) cells[Math.floor(x * 3)]! += 1
    expect(cells).toEqual([12, 12, 12])
  })
})
