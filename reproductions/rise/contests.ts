import type { Context } from '../lib/reproduction.ts'
import { quantile } from '@attune/core/math'
import type { Cell } from './cells.ts'
import type { Contenders } from './searches.ts'
import { evaluations, oneGoal, searchAccuracy, searchBoth, twoGoals } from './searches.ts'

/** What samplers came to on the table of the grid, over seeds. */
export interface Contests {
  readonly seeds: number
  readonly accuracy: readonly Contest[]
  readonly both: readonly Contest[]
}

export interface Contest {
  readonly sampler: string
  /** By seed, after every evaluation: the best accuracy so far, or the share of the hypervolume. */
  readonly curves: readonly (readonly number[])[]
}

export async function contestsOn(
  cells: readonly Cell[],
  seeds: number,
  { say, signal }: Pick<Context, 'say' | 'signal'>,
): Promise<Contests> {
  type Search = typeof searchAccuracy
  const run = async (contenders: Contenders, search: Search): Promise<Contest[]> => {
    const contests: Contest[] = []
    for (const [sampler, create] of Object.entries(contenders)) {
      const begun = performance.now()
      const curves: number[][] = []
      for (let seed = 1; seed <= seeds; seed++) {
        signal.throwIfAborted()
        curves.push(await search(cells, create(), seed))
      }
      const seconds = (performance.now() - begun) / 1000
      say(`${sampler}: ${seeds} searches of ${evaluations} cells in ${seconds.toFixed(1)} s`)
      contests.push({ sampler, curves })
    }
    return contests
  }
  say('Searches for accuracy on the table')
  const accuracy = await run(oneGoal, searchAccuracy)
  say('Searches for accuracy and time on the table')
  return { seeds, accuracy, both: await run(twoGoals, searchBoth) }
}

/** At the end of all searches, rising. */
export const ends = ({ curves }: Contest): number[] =>
  curves.map((curve) => curve.at(-1)!).sort((a, b) => a - b)

/** The share of searches that end at a value or above. */
export const shareAt = (contest: Contest, value: number): number =>
  ends(contest).filter((end) => end >= value - 1e-12).length / contest.curves.length

/** After how many evaluations a quarter, half and three quarters of the searches have a value; else Infinity. */
export function evaluationsFor(contest: Contest, value: number): readonly [number, number, number] {
  const counts = contest.curves
    .map((curve) => {
      const at = curve.findIndex((found) => found >= value - 1e-12)
      return at === -1 ? Infinity : at + 1
    })
    .sort((a, b) => a - b)
  const nth = (q: number): number => counts[Math.ceil(q * counts.length) - 1]!
  return [nth(0.25), nth(0.5), nth(0.75)]
}

/** Quartiles of the searches after every evaluation. */
export function quartileCurve({
  curves,
}: Contest): readonly (readonly [low: number, median: number, high: number])[] {
  return curves[0]!.map((_, i) => {
    const sorted = curves.map((curve) => curve[i]!).sort((a, b) => a - b)
    return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)]
  })
}
