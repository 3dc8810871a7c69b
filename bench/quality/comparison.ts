import { mean, median } from '@attune/core/math'
import type { Result } from './columns.ts'
import { scoresAt } from './columns.ts'
import { holm, quartiles, ranksOf, signTest, tie } from './statistics.ts'

/** How a sampler did over a group of tasks at one budget. */
export interface Standing {
  readonly sampler: string
  readonly ours: boolean
  readonly meanRank: number
  /** Mean and median over the tasks of the medians over the runs. */
  readonly figure: number
  readonly medianFigure: number
  /** The least number of runs on a task. */
  readonly runs: number
}

/** One of ours against one peer, over the tasks of a group. */
export interface Duel {
  readonly ours: string
  readonly peer: string
  readonly wins: number
  readonly losses: number
  readonly ties: number
  /** Of the sign test, and corrected for the number of peers. */
  readonly p: number
  readonly corrected: number
  /** Tasks on which our median is not above the peer's upper quartile, and its median. */
  readonly underUpper: number
  readonly underMedian: number
  /** Under the upper quartile everywhere and under the median on two thirds of the tasks. */
  readonly level: boolean
}

/** Whether one of ours leads a list of all peers and itself. */
export interface Lead {
  readonly sampler: string
  readonly meanRank: number
  readonly bestPeer: string
  readonly bestPeerRank: number
  readonly figure: number
  readonly bestFigurePeer: string
  readonly bestFigure: number
  readonly bestRank: boolean
  /**
   * Best, or not worse by the sign test than the peer with the best figure; open when there are
   * too few tasks for the test to say anything.
   */
  readonly figureVerdict: 'best' | 'tied' | 'behind' | 'open'
}

export interface Comparison {
  readonly group: string
  readonly budget: number
  readonly tasks: readonly string[]
  readonly standings: readonly Standing[]
  readonly duels: readonly Duel[]
  readonly leads: readonly Lead[]
}

/** Tasks that are looked at together. */
export interface Group {
  readonly name: string
  readonly has: (result: Result) => boolean
}
/** Whether a task is of one of these families. */
export const families =
  (...names: string[]) =>
  ({ family }: Result): boolean =>
    names.includes(family)

/** The groups that standings are told of. */
export const groups: readonly Group[] = [
  { name: 'SYNTH, one objective', has: families('synth') },
  {
    name: 'SYNTH, one objective, without branin (Nevergrad has none)',
    has: ({ family, task }) => family === 'synth' && task !== 'branin',
  },
  { name: 'SYNTH, two objectives', has: families('synth2') },
  {
    name: 'TAB, one objective',
    has: families('fcnet', 'mlp', 'nb201', 'xgb', 'deepar', 'rbv2', 'lcb'),
  },
  { name: 'TAB, numeric', has: families('mlp', 'xgb', 'deepar', 'lcb') },
  { name: 'TAB, grids and surrogates', has: families('fcnet', 'mlp', 'nb201', 'rbv2', 'lcb') },
  ...['fcnet', 'mlp', 'nb201', 'xgb', 'deepar', 'rbv2', 'lcb'].map((family) => ({
    name: `TAB, ${family}`,
    has: families(family),
  })),
  { name: 'TAB, two objectives (deepar2)', has: families('deepar2') },
  { name: 'Multi-fidelity', has: families('mf-lcb', 'mf-taskset') },
  { name: 'Multi-fidelity, mf-lcb', has: families('mf-lcb') },
  { name: 'Multi-fidelity, mf-taskset', has: families('mf-taskset') },
]

/** Every group at every budget that one of ours reached on all of its tasks. */
export function compareAll(results: readonly Result[]): Comparison[] {
  return groups.flatMap(({ name, has }) => {
    const members = results.filter(has)
    const budgets = [...new Set(members.flatMap((result) => result.budgets))]
    return budgets.sort((a, b) => a - b).flatMap((at) => compareGroup(name, members, at) ?? [])
  })
}

type Scores = readonly (readonly number[])[]

/** The columns that cover all tasks at a budget: their scores by task. */
export function coveringColumns(
  results: readonly Result[],
  budget: number,
): Map<string, { ours: boolean; scores: Scores }> {
  const found = new Map<string, { ours: boolean; scores: Scores }>()
  for (const { sampler, ours } of results[0]?.columns ?? []) {
    const scores = results.flatMap((result) => {
      const column = result.columns.find((c) => c.sampler === sampler && c.ours === ours)
      const at = column === undefined ? undefined : scoresAt(result, column, budget)
      return at === undefined ? [] : [at]
    })
    if (scores.length === results.length) found.set(sampler, { ours, scores })
  }
  return found
}

function compareGroup(
  group: string,
  results: readonly Result[],
  budget: number,
): Comparison | undefined {
  const columns = coveringColumns(results, budget)
  const names = [...columns.keys()]
  const ours = names.filter((name) => columns.get(name)?.ours)
  const peers = names.filter((name) => !ours.includes(name))
  if (ours.length === 0) return undefined
  const scoresOf = (name: string): Scores => columns.get(name)!.scores
  const medians = new Map(names.map((name) => [name, scoresOf(name).map(median)]))
  const rankIn = (list: readonly string[]): Map<string, number> => {
    const byTask = results.map((_, t) => ranksOf(list.map((name) => scoresOf(name)[t]!)))
    return new Map(list.map((name, i) => [name, mean(byTask.map((ranks) => ranks[i]!))]))
  }
  const ranks = rankIn(names)
  const standings = names.map((sampler) => ({
    sampler,
    ours: ours.includes(sampler),
    meanRank: ranks.get(sampler)!,
    figure: mean(medians.get(sampler)!),
    medianFigure: median(medians.get(sampler)!),
    runs: Math.min(...scoresOf(sampler).map((runs) => runs.length)),
  }))
  const duels = ours.flatMap((name) => duelsOf(name, peers, scoresOf))
  const leads = ours.flatMap((sampler) => {
    const alone = rankIn([sampler, ...peers])
    return leadOf(sampler, peers, alone, medians, duels) ?? []
  })
  return {
    group,
    budget,
    tasks: results.map(({ task }) => task),
    standings: standings.sort((a, b) => a.meanRank - b.meanRank),
    duels,
    leads,
  }
}

function duelsOf(
  ours: string,
  peers: readonly string[],
  scoresOf: (name: string) => Scores,
): Duel[] {
  const mine = scoresOf(ours).map(median)
  const bare = peers.map((peer) => {
    const theirs = scoresOf(peer).map(quartiles)
    const leads = mine.map((x, t) => theirs[t]![1] - x)
    const wins = leads.filter((lead) => lead > tie).length
    const losses = leads.filter((lead) => lead < -tie).length
    const underUpper = mine.filter((x, t) => x <= theirs[t]![2] + tie).length
    const underMedian = mine.length - losses
    const level = underUpper === mine.length && underMedian * 3 >= mine.length * 2
    const ties = mine.length - wins - losses
    const p = signTest(wins, losses)
    return { ours, peer, wins, losses, ties, p, underUpper, underMedian, level }
  })
  const corrected = holm(bare.map(({ p }) => p))
  return bare.map((duel, i) => ({ ...duel, corrected: corrected[i]! }))
}

function leadOf(
  sampler: string,
  peers: readonly string[],
  ranks: ReadonlyMap<string, number>,
  medians: ReadonlyMap<string, readonly number[]>,
  duels: readonly Duel[],
): Lead | undefined {
  const least = (of: (name: string) => number): string | undefined =>
    peers.toSorted((a, b) => of(a) - of(b))[0]
  const figureOf = (name: string): number => mean(medians.get(name)!)
  const bestPeer = least((name) => ranks.get(name)!)
  const bestFigurePeer = least(figureOf)
  if (bestPeer === undefined || bestFigurePeer === undefined) return undefined
  const [figure, bestFigure] = [figureOf(sampler), figureOf(bestFigurePeer)]
  const duel = duels.find(({ ours, peer }) => ours === sampler && peer === bestFigurePeer)
  const telling = signTest(0, medians.get(sampler)!.length) * peers.length < 0.05
  const beaten = duel !== undefined && duel.losses > duel.wins && duel.corrected < 0.05
  return {
    sampler,
    meanRank: ranks.get(sampler)!,
    bestPeer,
    bestPeerRank: ranks.get(bestPeer)!,
    figure,
    bestFigurePeer,
    bestFigure,
    bestRank: ranks.get(sampler)! <= ranks.get(bestPeer)!,
    figureVerdict:
      figure <= bestFigure + tie ? 'best' : beaten ? 'behind' : telling ? 'tied' : 'open',
  }
}
