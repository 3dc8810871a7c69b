import type { Sampler } from '@attune/core'
import { cmaEs, createStudy, gp, nsga2 } from '@attune/core'
import { mixedSpace, mixedValue } from './problem.ts'

export interface RunCost {
  readonly sampler: string
  readonly trials: number
  /** Mean CPU milliseconds of ask + tell. */
  readonly cpuMs: number
}

const samplers: Readonly<Record<string, () => Sampler>> = { cmaEs, gp, nsga2 }

/**
 * CPU time of one trial (ask + tell, in memory) about the given numbers of trials of a sampler's own
 * run: of the tenth of a run before and after each number, so that what is worked out now and then,
 * such as a fit or a generation, counts by its share. The median over `seeds` runs, after one more
 * that warms the code.
 */
export async function runCosts(
  name: string,
  at: readonly number[],
  { objectives = 1, seeds }: { readonly objectives?: 1 | 2; readonly seeds: number },
): Promise<RunCost[]> {
  const runs: number[][] = []
  for (let seed = 0; seed <= seeds; seed++) runs.push(await run(name, at, objectives, seed))
  return at.map((trials, i) => {
    const costs = runs.slice(1).map((means) => means[i] as number)
    costs.sort((a, b) => a - b)
    return { sampler: name, trials, cpuMs: costs[Math.floor(costs.length / 2)] as number }
  })
}

async function run(
  name: string,
  at: readonly number[],
  objectives: 1 | 2,
  seed: number,
): Promise<number[]> {
  await using study = await createStudy({
    name: 'bench',
    space: mixedSpace,
    sampler: (samplers[name] as () => Sampler)(),
    seed,
    objective:
      objectives === 1 ? { minimize: 'value' } : [{ minimize: 'value' }, { minimize: 'other' }],
  })
  const upTo = async (count: number): Promise<void> => {
    while (study.history.length < count) {
      const trial = await study.ask()
      const value = mixedValue(trial.values)
      const result = objectives === 1 ? value : [value, 1 / (1 + value)]
      await study.tell(trial, result as never)
    }
  }
  const means: number[] = []
  for (const trials of at) {
    const [from, to] = [Math.round(0.9 * trials), Math.round(1.1 * trials)]
    await upTo(from)
    const before = process.cpuUsage()
    await upTo(to)
    const used = process.cpuUsage(before)
    means.push((used.user + used.system) / 1000 / (to - from))
  }
  return means
}
