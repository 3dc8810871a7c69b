import type { LearningRateResult } from 'attune'
import { createRng, createStudy, float, space } from 'attune'
import type { Rng } from '@attune/core'
import { normalDraw } from '@attune/core/math'
import type { Interval } from '../lib/statistics.ts'
import { meanInterval, pairedDifference } from '../lib/statistics.ts'
import { gpMeanMinimiser } from './gp-mean.ts'
import type { HullVariant } from './hull.ts'
import { hullVariants, predicted } from './hull.ts'
import { gammaSearch } from './searches.ts'

/** Losses by learning rate whose truth is known; u is the logarithm of the rate to base 10. */
export interface Family {
  readonly key: string
  readonly title: string
  /** What a long, quiet training would come to, with the best rate at `centre`. */
  truth(u: number, centre: number): number
  /** What a short run comes to; NaN when it diverges. `run` counts the runs of a sweep. */
  observe(u: number, centre: number, rng: Rng, run: number): number
}

const low = -5
const high = 0
const runs = 20

const bowl = (u: number, centre: number): number => 0.2 + 0.3 * (u - centre) ** 2
const noisy = (value: number, deviation: number, rng: Rng): number =>
  value + deviation * normalDraw(rng)

/** The loss of an untrained model, and how far above the best rate training diverges. */
const untrained = 2.3
const wallAt = 0.6
const cliff = (u: number, centre: number): number =>
  u > centre + wallAt
    ? untrained
    : 0.2 + (untrained - 0.2) / (1 + Math.exp(4 * (u - centre + 1))) + 0.15 * (u - centre) ** 2
const valleys = (u: number, centre: number): number =>
  Math.min(0.2 + 0.6 * (u - centre) ** 2, 0.3 + 0.6 * (u - centre + 2) ** 2)

export const families: readonly Family[] = [
  {
    key: 'convex',
    title: 'convex, little noise',
    truth: bowl,
    observe: (u, centre, rng) => noisy(bowl(u, centre), 0.02, rng),
  },
  {
    key: 'noisy',
    title: 'convex, much noise',
    truth: bowl,
    observe: (u, centre, rng) => noisy(bowl(u, centre), 0.15, rng),
  },
  {
    key: 'spikes',
    title: 'convex with spikes',
    truth: bowl,
    observe(u, centre, rng) {
      const value = noisy(bowl(u, centre), 0.02, rng)
      return rng.next() < 0.3 ? value - 2 * Math.log(1 - rng.next()) : value
    },
  },
  {
    key: 'wall',
    title: 'plateau, valley, divergence',
    truth: cliff,
    observe(u, centre, rng) {
      const value = noisy(cliff(u, centre), 0.03, rng)
      return u > centre + wallAt ? Number.NaN : value
    },
  },
  {
    key: 'valleys',
    title: 'two valleys',
    truth: valleys,
    observe: (u, centre, rng) => noisy(valleys(u, centre), 0.03, rng),
  },
  {
    key: 'lucky',
    title: 'convex, one lucky run',
    truth: bowl,
    observe: (u, centre, rng, run) => noisy(bowl(u, centre), 0.02, rng) - (run === 7 ? 0.5 : 0),
  },
]

/** How the rates of a sweep were chosen. */
export type Design = 'random' | 'gamma'

interface Sweep {
  readonly centre: number
  readonly results: readonly LearningRateResult[]
}

/** A sweep of 20 runs; the same for the same family, design and number. */
export async function sweepOf(family: Family, design: Design, number: number): Promise<Sweep> {
  const rng = createRng('gamma synthetic', family.key, design, number)
  const centre = -3.5 + 2.2 * rng.next()
  const results: LearningRateResult[] = []
  const observe = (learningRate: number): number => {
    const value = family.observe(Math.log10(learningRate), centre, rng, results.length)
    results.push({ learningRate, value })
    return value
  }
  if (design === 'random') {
    for (let run = 0; run < runs; run++) observe(10 ** (low + (high - low) * rng.next()))
    return { centre, results }
  }
  await using study = await createStudy({
    space: space({ rate: float(10 ** low, 10 ** high, { scale: 'log' }) }),
    objective: { minimize: 'loss' },
    sampler: gammaSearch.make(),
    seed: number,
  })
  await study.optimize(({ params }) => observe(params.rate), { trials: runs })
  return { centre, results }
}

/** A rule that names a rate after a sweep. */
export interface Rule {
  readonly key: string
  readonly title: string
  /** The logarithm of the rate. */
  choose(results: readonly LearningRateResult[]): number
}

const finished = (results: readonly LearningRateResult[]) =>
  results
    .filter(({ value }) => Number.isFinite(value))
    .map(({ learningRate, value }) => ({ x: Math.log10(learningRate), y: value }))

export const bestObserved: Rule = {
  key: 'best',
  title: 'best run',
  choose: (results) => finished(results).toSorted((a, b) => a.y - b.y)[0]!.x,
}
export const gpMean: Rule = {
  key: 'gp',
  title: 'least mean of a GP',
  choose: (results) => gpMeanMinimiser(finished(results)),
}
const hullRule = (variant: HullVariant): Rule => ({
  key: variant.key,
  title: variant.title,
  choose: (results) => predicted(results, variant)!.x,
})
export const rules: readonly Rule[] = [bestObserved, gpMean, ...hullVariants.map(hullRule)]

export interface RegretRow {
  readonly family: Family
  readonly design: Design
  readonly rule: Rule
  /** Mean regret: how much worse the truth is at the chosen rate than at the best one. */
  readonly regret: Interval
  /** Regret less that of the best run and that of the Gaussian process, sweep by sweep. */
  readonly againstBest: Interval
  readonly againstGp: Interval
}

/** The regret of every rule on every family. */
export async function regrets(
  sweeps: Readonly<Record<Design, number>>,
  signal: AbortSignal,
): Promise<RegretRow[]> {
  const rows: RegretRow[] = []
  for (const family of families) {
    for (const design of ['random', 'gamma'] as const) {
      const all = new Map<string, number[]>(rules.map(({ key }) => [key, []]))
      for (let number = 0; number < sweeps[design]; number++) {
        signal.throwIfAborted()
        const { centre, results } = await sweepOf(family, design, number)
        if (finished(results).length === 0) continue
        const least = leastTruth(family, centre)
        for (const rule of rules) {
          all.get(rule.key)!.push(family.truth(rule.choose(results), centre) - least)
        }
      }
      const [best, gp] = [all.get(bestObserved.key)!, all.get(gpMean.key)!]
      for (const rule of rules) {
        const own = all.get(rule.key)!
        rows.push({
          ...{ family, design, rule, regret: meanInterval(own) },
          againstBest: pairedDifference(own, best),
          againstGp: pairedDifference(own, gp),
        })
      }
    }
  }
  return rows
}

function leastTruth(family: Family, centre: number): number {
  let least = Infinity
  for (let i = 0; i <= 2000; i++) {
    least = Math.min(least, family.truth(low + ((high - low) * i) / 2000, centre))
  }
  return least
}
