import { describe, expect, it } from 'vitest'
import { median } from '../../../src/math/stats.ts'
import { genetic } from '../../../src/samplers/genetic/genetic.ts'
import { random } from '../../../src/samplers/random.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { choice, float, int, list } from '../../../src/space/builders.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import { mixedConditional } from '../../../src/testing/problems.ts'

interface Memo {
  readonly generation: number
  readonly parents: readonly number[]
}
const line = space({ x: float(0, 1), y: float(0, 1), c: choice(['a', 'b', 'c']) })
type Run = {
  readonly keys: readonly string[]
  readonly memos: readonly Memo[]
  readonly values: readonly Readonly<Record<string, unknown>>[]
  readonly losses: readonly number[]
}

/** Runs a study in which every trial costs what `cost` says; trials it throws for fail. */
async function run(
  sampler: Sampler,
  trials: number,
  cost: (values: { x: number; y: number; c: string }, number: number) => number,
  options: { readonly shape?: unknown; readonly workers?: number } = {},
): Promise<Run> {
  await using study = await createStudy({
    space: (options.shape ?? line) as typeof line,
    sampler,
    seed: 3,
    ...(options.workers === undefined ? {} : { deterministic: true }),
  })
  await study.optimize(({ values, number }) => cost(values as never, number), {
    trials,
    workers: options.workers ?? 1,
  })
  const records = study.trials()
  return {
    keys: records.map((t) => JSON.stringify(t.values)),
    memos: records.map((t) => study.history.details.get(t.number)?.memo as unknown as Memo),
    values: records.map((t) => t.values),
    losses: records.map((t) => t.objectives[0] as number),
  }
}
const bowl = ({ x, y, c }: { x: number; y: number; c: string }): number =>
  (x - 0.3) ** 2 + (y - 0.8) ** 2 + (c === 'b' ? 0 : 0.2)

describe('genetic', () => {
  it('breeds each generation from the best of what came before', async () => {
    const { memos, losses } = await run(
      genetic({ populationSize: 10, elites: 0, survivalShare: 0.3, mutationProbability: 1 }),
      30,
      bowl,
    )
    expect(memos.map((m) => m.generation)).toEqual([0, 1, 2].flatMap((g) => Array(10).fill(g)))
    expect(memos.slice(0, 10).every((m) => m.parents.length === 0)).toBe(true)
    for (const g of [1, 2]) {
      const before = Array.from({ length: 10 }, (_, i) => (g - 1) * 10 + i)
      const best = before.sort((a, b) => losses[a]! - losses[b]!).slice(0, 3)
      const used = new Set(memos.slice(g * 10, g * 10 + 10).flatMap((m) => m.parents))
      expect([...used].sort()).toEqual(best.sort())
    }
  })

  it('lets elites and whoever is not varied go over with their results, without a trial', async () => {
    const { memos, keys } = await run(genetic({ populationSize: 10, elites: 4 }), 60, bowl)
    expect(new Set(keys).size).toBe(60)
    expect(memos.at(-1)?.generation).toBeGreaterThan(8)
    const third = memos.filter((m) => m.generation === 3).flatMap((m) => m.parents)
    expect(Math.min(...third)).toBeLessThan(memos.findIndex((m) => m.generation === 2))
  })

  it('runs them again without the cache', async () => {
    const { memos, keys } = await run(
      genetic({ populationSize: 10, elites: 2, cache: false, mutationProbability: 0.1 }),
      40,
      bowl,
    )
    expect(memos.map((m) => m.generation)).toEqual([0, 1, 2, 3].flatMap((g) => Array(10).fill(g)))
    for (const g of [1, 2, 3]) {
      const best = keys
        .slice(0, g * 10)
        .sort((a, b) => bowl(JSON.parse(a)) - bowl(JSON.parse(b)))[0]
      expect(keys.slice(g * 10, g * 10 + 10)).toContain(best)
    }
  })

  it('breeds from nobody but the latest when it selects by age', async () => {
    const { memos } = await run(
      genetic({ populationSize: 6, selection: 'ageing', tournamentSize: 4 }),
      50,
      (_, number) => number,
    )
    memos.forEach(({ parents }, trial) => {
      for (const parent of parents) expect(trial - parent).toBeLessThanOrEqual(6)
      if (trial >= 6) expect(parents.length).toBeGreaterThan(0)
    })
  })

  it('prefers winners of tournaments', async () => {
    const { memos, losses } = await run(
      genetic({ populationSize: 20, selection: 'tournament', tournamentSize: 5, elites: 0 }),
      32,
      bowl,
    )
    const half = losses.slice(0, 20).sort((a, b) => a - b)[9] as number
    const parents = memos.slice(20).flatMap((m) => m.parents)
    expect(parents.filter((p) => losses[p]! <= half).length).toBeGreaterThan(parents.length * 0.8)
  })

  it('adds each further element of a list with the layer probability at first', async () => {
    const shape = space({ layers: list(1, 9, int(1, 100)) })
    const mean = async (layerProbability: number): Promise<number> => {
      const sampler = genetic({ populationSize: 200, layerProbability })
      const { values } = await run(sampler, 200, () => 0, { shape })
      return values.reduce((sum, v) => sum + (v['layers'] as number), 0) / 200
    }
    expect(await mean(0)).toBe(1)
    expect(await mean(1)).toBe(9)
    expect(await mean(0.25)).toBeCloseTo(3, 0)
  })

  it('waits for as many results as a generation has places, however many trials fail', async () => {
    const { memos, losses } = await run(
      genetic({ populationSize: 8, elites: 0 }),
      60,
      (v, number) => {
        if (number % 3 === 0) throw new Error('failed')
        return number % 7 === 1 ? Number.NaN : bowl(v)
      },
    )
    expect(memos.slice(0, 8).every((m) => m.generation === 0)).toBe(true)
    const first = memos.findIndex((m) => m.generation === 1)
    expect(losses.slice(0, first).filter((x) => !Number.isNaN(x))).toHaveLength(8)
    for (const parent of memos.flatMap((m) => m.parents)) expect(losses[parent]).not.toBeNaN()
    expect(memos.at(-1)?.generation).toBeGreaterThan(2)
  })

  it('gives the same trials with one worker and with four in deterministic mode', async () => {
    const make = (): Sampler => genetic({ populationSize: 6 })
    const one = await run(make(), 40, bowl, { workers: 1 })
    const four = await run(make(), 40, bowl, { workers: 4 })
    expect(four.keys).toEqual(one.keys)
    expect(one.memos.at(-1)?.generation).toBeGreaterThan(3)
  })

  it('counts enqueued trials like its own', async () => {
    await using study = await createStudy({ space: line, sampler: genetic({ populationSize: 5 }) })
    await study.enqueue({ x: 0.3, y: 0.8, c: 'b' })
    await study.optimize(({ values }) => bowl(values as never), { trials: 6 })
    const memo = study.history.details.get(5)?.memo as unknown as Memo
    expect(memo).toMatchObject({ generation: 1 })
    expect(memo.parents).toContain(0)
  })

  it('comes closer than random search on a conditional space', async () => {
    const best = async (sampler: Sampler, seed: number): Promise<number> => {
      await using study = await createStudy({ space: mixedConditional.space, sampler, seed })
      await study.optimize(({ params }) => mixedConditional.evaluate(params)[0] as number, {
        trials: 150,
      })
      return Math.min(...study.trials().map((t) => t.objectives[0] as number))
    }
    const [ours, drawn]: [number[], number[]] = [[], []]
    for (let seed = 0; seed < 7; seed++) {
      ours.push(await best(genetic(), seed))
      drawn.push(await best(random(), seed))
    }
    expect(median(ours)).toBeLessThan(median(drawn) / 2)
  })

  it.each([
    { populationSize: 1 },
    { populationSize: 2.5 },
    { selection: 'luck' as 'ageing' },
    { survivalShare: 0 },
    { tournamentSize: 0 },
    { elites: 25 },
    { mutationProbability: 1.5 },
    { crossoverProbability: -0.1 },
    { layerProbability: Number.NaN },
    { cache: 'no' as unknown as boolean },
  ])('refuses %o', (options) => {
    expect(() => genetic(options)).toThrow(expect.objectContaining({ code: 'sampler/options' }))
  })
})
