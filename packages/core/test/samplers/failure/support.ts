import type { Sampler, SearchSpace, Values } from '../../../src/index.ts'
import { choice, createRng, createStudy, float, int, space } from '../../../src/index.ts'

/** A problem where a quarter of the space fails, and 3 % of trials wherever they are. */
export interface Chaos {
  readonly space: SearchSpace
  readonly fails: (values: Values) => boolean
  readonly loss: (values: Values) => number
}

const number = (values: Values, name: string): number => values[name] as number

/** The best place lies close to a border of the corner that fails. */
export const corner: Chaos = {
  space: space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace,
  fails: (v) => number(v, 'x') > 0.5 && number(v, 'y') > 0.5,
  loss: (v) => (number(v, 'x') - 0.47) ** 2 + (number(v, 'y') - 0.7) ** 2,
}

/** The objective pulls into the corner that fails; the best that runs is at its border. */
export const pull: Chaos = {
  space: space({ x: float(0, 1), y: float(0, 1), z: float(0, 1) }) as SearchSpace,
  fails: corner.fails,
  loss: (v) =>
    (number(v, 'x') - 0.7) ** 2 + (number(v, 'y') - 0.65) ** 2 + (number(v, 'z') - 0.3) ** 2,
}

export const label: Chaos = {
  space: space({
    kind: choice(['a', 'b', 'c', 'd']),
    lr: float(1e-4, 1, { scale: 'log' }),
    size: int(1, 64),
  }) as SearchSpace,
  fails: (v) => v['kind'] === 'c',
  loss: (v) =>
    (Math.log10(number(v, 'lr')) + 2) ** 2 +
    ((number(v, 'size') - 40) / 64) ** 2 +
    (v['kind'] === 'a' ? 0 : 0.1),
}

/** Nothing fails but by chance. */
export const calm: Chaos = { ...pull, fails: () => false }

export interface ChaosResult {
  /** Trials that failed in the region, by third of the study. */
  readonly thirds: readonly [number, number, number]
  readonly best: number
  /** What was said of every trial. */
  readonly why: readonly string[]
}

export async function runChaos(
  problem: Chaos,
  sampler: Sampler,
  trials: number,
  seed: number,
): Promise<ChaosResult> {
  const rng = createRng('chance', seed)
  const unlucky = Array.from({ length: trials }, () => rng.next() < 0.03)
  const thirds: [number, number, number] = [0, 0, 0]
  const study = await createStudy({ space: problem.space, sampler, seed })
  await study.optimize(
    (trial) => {
      const values = trial.params as Values
      const failed = problem.fails(values)
      if (failed) thirds[Math.floor((3 * trial.number) / trials) as 0 | 1 | 2]++
      if (failed || unlucky[trial.number]) throw new Error('crashed')
      return problem.loss(values)
    },
    { trials },
  )
  const best = study.best()?.objectives[0] ?? Number.POSITIVE_INFINITY
  return { thirds, best, why: study.trials().map((t) => t.why ?? '') }
}

export async function runChaosOften(
  problem: Chaos,
  make: () => Sampler,
  trials: number,
  seeds: number,
): Promise<readonly ChaosResult[]> {
  const results: ChaosResult[] = []
  for (let seed = 0; seed < seeds; seed++) {
    results.push(await runChaos(problem, make(), trials, seed))
  }
  return results
}

/** How many times the failures of the first third the last third has, in the region. */
export function remaining(results: readonly ChaosResult[]): number {
  const of = (k: 0 | 2): number => results.reduce((sum, { thirds }) => sum + thirds[k], 0)
  return of(2) / of(0)
}

export const medianBest = (results: readonly ChaosResult[]): number =>
  results.map(({ best }) => best).sort((a, b) => a - b)[results.length >> 1]!
