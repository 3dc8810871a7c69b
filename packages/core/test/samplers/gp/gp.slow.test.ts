import { describe, expect, it } from 'vitest'
import type { ObjectiveSpec } from '../../../src/journal/event.ts'
import { hypervolume } from '../../../src/analysis/hypervolume.ts'
import { gp } from '../../../src/samplers/gp/gp.ts'
import { random } from '../../../src/samplers/random.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { tpe } from '../../../src/samplers/tpe/tpe.ts'
import type { SearchSpace } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import type { TestProblem } from '../../../src/testing/problems.ts'
import { mixedConditional, sphere5, zdt1 } from '../../../src/testing/problems.ts'

/** The losses of every trial of a run. */
async function losses(
  problem: TestProblem<never>,
  sampler: Sampler,
  trials: number,
  seed: number,
): Promise<number[][]> {
  const all: number[][] = []
  await using study = await createStudy({
    space: problem.space as SearchSpace,
    sampler,
    seed,
    objective: problem.objectives.map(({ name }: ObjectiveSpec) => ({ minimize: name })) as never,
  })
  const objective = ({ params }: { params: unknown }): number[] => {
    const row = problem.evaluate(params as never) as number[]
    all.push(row)
    return row
  }
  await study.optimize(objective as never, { trials })
  return all
}

async function medianBest(
  problem: TestProblem<never>,
  make: () => Sampler,
  trials: number,
): Promise<number> {
  const best: number[] = []
  for (let seed = 0; seed < 7; seed++) {
    const rows = await losses(problem, make(), trials, seed)
    best.push(rows.reduce((a, [b]) => Math.min(a, b!), Number.POSITIVE_INFINITY))
  }
  return best.sort((a, b) => a - b)[3]!
}

describe('gp', () => {
  it.each([sphere5, mixedConditional] as unknown as TestProblem<never>[])(
    'gets orders of magnitude closer than tpe and random in 60 trials of $name',
    async (problem) => {
      const ours = await medianBest(problem, gp, 60)
      expect(ours).toBeLessThan(1e-4)
      expect(ours).toBeLessThan(0.01 * (await medianBest(problem, tpe, 60)))
      expect(ours).toBeLessThan(0.01 * (await medianBest(problem, random, 60)))
    },
  )

  it('covers the front of two objectives in 50 trials', async () => {
    const volume = async (sampler: Sampler): Promise<number> => {
      const rows = await losses(zdt1 as unknown as TestProblem<never>, sampler, 50, 1)
      return hypervolume(rows, [1.1, 6]) / (6.6 - 1 / 3)
    }
    expect(await volume(gp())).toBeGreaterThan(0.97)
    expect(await volume(tpe())).toBeLessThan(0.9)
  })
})
