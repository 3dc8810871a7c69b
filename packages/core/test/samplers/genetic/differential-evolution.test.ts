import { describe, expect, it } from 'vitest'
import type { History } from '../../../src/journal/history.ts'
import { median } from '../../../src/math/stats.ts'
import { differentialEvolution } from '../../../src/samplers/genetic/differential-evolution.ts'
import { random } from '../../../src/samplers/random.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { choice, float, int } from '../../../src/space/builders.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import { mixedConditional, sphere5 } from '../../../src/testing/problems.ts'

interface Memo {
  readonly place: number
  readonly parents: readonly number[]
}

const memoOf = (history: History, trial: number): Memo =>
  history.details.get(trial)?.memo as unknown as Memo

async function best(
  sampler: Sampler,
  seed: number,
  trials: number,
  problem: typeof sphere5,
): Promise<number> {
  await using study = await createStudy({ space: problem.space, sampler, seed })
  await study.optimize(({ params }) => problem.evaluate(params)[0] as number, { trials })
  return Math.min(...study.trials().map((t) => t.objectives[0] as number))
}

describe('differential evolution', () => {
  it.each(['rand/1/bin', 'current-to-pbest'] as const)('%s descends a sphere', async (strategy) => {
    for (let seed = 0; seed < 3; seed++) {
      const reached = await best(differentialEvolution({ strategy }), seed, 600, sphere5)
      expect(reached).toBeLessThan(0.2)
    }
  })

  it('comes closer than random search on a conditional space', async () => {
    const problem = mixedConditional as unknown as typeof sphere5
    const [ours, drawn]: [number[], number[]] = [[], []]
    for (let seed = 0; seed < 7; seed++) {
      ours.push(await best(differentialEvolution(), seed, 150, problem))
      drawn.push(await best(random(), seed, 150, problem))
    }
    expect(median(ours)).toBeLessThan(median(drawn) / 2)
  })

  it('challenges the places by turns; only what is no worse takes one', async () => {
    const size = 5
    await using study = await createStudy({
      space: space({ x: float(-1, 1), n: int(1, 9), c: choice(['a', 'b']) }),
      sampler: differentialEvolution({ populationSize: size }),
    })
    const loss = ({ x, n, c }: { x: number; n: number; c: string }): number =>
      x * x + Math.abs(n - 4) + (c === 'a' ? 0.5 : 0)
    await study.optimize(({ params }) => loss(params), { trials: 80 })
    const losses = study.trials().map((t) => t.objectives[0] as number)
    const holders = [0, 1, 2, 3, 4]
    for (let trial = size; trial < 80; trial++) {
      const { place, parents } = memoOf(study.history, trial)
      expect(place).toBe(trial % size)
      expect(parents[0]).toBe(holders[place])
      for (const parent of parents) expect(holders).toContain(parent)
      if (losses[trial]! <= losses[holders[place]!]!) holders[place] = trial
    }
    expect(new Set(study.trials().map((t) => JSON.stringify(t.values))).size).toBe(80)
  })

  it('brings back what leaves the range, without piling up at its ends', async () => {
    await using study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: differentialEvolution({ F: 2, CR: 1, strategy: 'rand/1/bin' }),
    })
    await study.optimize(({ params: { x, y } }) => x + y, { trials: 100 })
    const ends = study
      .trials()
      .filter((t) => Object.values(t.values).some((v) => v === 0 || v === 1))
    expect(ends).toEqual([])
  })

  it('lets enqueued trials challenge the worst place', async () => {
    await using study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: differentialEvolution({ populationSize: 4, pBest: 0.25 }),
    })
    const loss = ({ x, y }: { x: number; y: number }): number => Math.abs(x) + Math.abs(y)
    await study.optimize(({ params }) => loss(params), { trials: 4 })
    const losses = study.trials().map((t) => t.objectives[0] as number)
    await study.enqueue({ x: 0, y: 0 })
    await study.optimize(({ params }) => loss(params), { trials: 8 })
    const worst = losses.indexOf(Math.max(...losses))
    const memos = [5, 6, 7].map((t) => memoOf(study.history, t))
    for (const memo of memos) {
      expect(memo.parents[1]).toBe(4)
      expect(memo.parents).not.toContain(worst)
    }
  })

  it.each([
    { populationSize: 3 },
    { F: 0 },
    { CR: 1.1 },
    { pBest: 0 },
    { strategy: 'best' as 'rand/1/bin' },
  ])('refuses %o', (options) => {
    expect(() => differentialEvolution(options)).toThrow(
      expect.objectContaining({ code: 'sampler/options' }),
    )
  })
})
