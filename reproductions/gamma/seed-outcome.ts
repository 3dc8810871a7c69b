import type { Context } from '../lib/reproduction.ts'
import { hullVariants, otherHull, predicted, usualHull } from './hull.ts'
import type { HullVariant } from './hull.ts'
import type { TaskScale } from './profile.ts'
import { evaluations, gridSizes } from './profile.ts'
import type { SearchMethod } from './searches.ts'
import {
  allSearches,
  controls,
  gammaSearch,
  gaussianSearch,
  mainCandidates,
  withCandidates,
} from './searches.ts'
import type { Configuration, Judged, Run } from './studies.ts'
import { bestOf, finals, gridOf, gridTogether, search, sweep, together } from './studies.ts'

/** What a search chose, and what came of it. */
export interface Choice {
  readonly rate: number
  /** Its own run of 1 epoch; absent for a rate that was predicted. */
  readonly run?: Run
  /** Trained anew, by block of epochs. */
  readonly blocks: readonly Judged[]
}

/** One row of Tables 8 to 10. */
export interface RowOutcome {
  readonly points: number
  readonly grid: Choice
  readonly gaussian: Choice
  readonly gamma: Choice
  readonly hull: Choice
  /** Seconds of all trainings of 1 epoch. */
  readonly seconds: { readonly grid: number; readonly gaussian: number; readonly gamma: number }
}

/** Everything about one seed of a task. */
export interface SeedOutcome {
  readonly seed: number
  /** The grid that stands in the tables of blocks: of 300 points, or of as many as a search has. */
  readonly grid: Choice
  readonly gaussian: Choice
  readonly gamma: Choice
  /** The proposed system: the usual hull of the runs of the Gamma search. */
  readonly hull: Choice
  /** The usual and the other hull of the runs of each search, for Tables 4 and 5; of MNIST only. */
  readonly hulls:
    | Readonly<Record<'grid' | 'gaussian' | 'gamma', readonly [Choice, Choice]>>
    | undefined
  /** By key, trained for 1 epoch anew, on the runs of the Gamma search; of MNIST only. */
  readonly variants: Readonly<Record<string, Choice>>
  /** The best run of every search by its key, and of a grid of as many points. */
  readonly searches: Readonly<Record<string, Run>>
  readonly rows: readonly RowOutcome[]
  /** The best run of searches over rate, batch and regularisation. */
  readonly together: Readonly<Record<string, Run>>
  /** For the pictures. */
  readonly dense: readonly Run[]
  readonly runs: Readonly<Record<'gaussian' | 'gamma', readonly Run[]>>
}

/** Runs all studies of one seed. */
export async function seedOutcome(
  context: Context,
  scale: TaskScale,
  seed: number,
): Promise<SeedOutcome> {
  const dense = await sweep(context, scale, seed)
  const runs = new Map<string, Run[]>()
  const run = async (method: SearchMethod): Promise<Run[]> => {
    const known = runs.get(method.key)
    if (known !== undefined) return known
    const found = await search(context, scale, seed, method)
    runs.set(method.key, found)
    return found
  }
  for (const method of scale.allSearches ? allSearches : [gammaSearch, gaussianSearch]) {
    await run(method)
  }
  const sizes = scale.dense
    ? gridSizes.filter((n) => n === mainCandidates || scale.rowSeeds.includes(seed))
    : []
  for (const points of sizes) {
    await run(withCandidates(gammaSearch, points))
    await run(withCandidates(gaussianSearch, points))
  }
  const many = scale.together ? await searchTogether(context, scale, seed) : {}
  return await trained(context, scale, seed, { dense, runs, sizes, many })
}

async function searchTogether(
  context: Context,
  scale: TaskScale,
  seed: number,
): Promise<Record<string, Run>> {
  const found: Record<string, Run> = {}
  for (const method of [gammaSearch, gaussianSearch, ...controls]) {
    found[method.key] = bestOf(await search(context, scale, seed, method, together))
  }
  found['grid'] = bestOf(await gridTogether(context, scale, seed))
  return found
}

interface Searched {
  readonly dense: readonly Run[]
  readonly runs: ReadonlyMap<string, readonly Run[]>
  readonly sizes: readonly number[]
  readonly many: Readonly<Record<string, Run>>
}

/** Collects which configurations are wanted, trains them in one study, and hands out what came of them. */
async function trained(
  context: Context,
  scale: TaskScale,
  seed: number,
  { dense, runs, sizes, many }: Searched,
): Promise<SeedOutcome> {
  const wanted: Configuration[] = []
  let judge: (configuration: Configuration) => Judged = () => {
    throw new Error('Nothing is trained yet.')
  }
  type Later = () => Choice
  const choose = (rate: number, blocks: readonly number[], own?: Run): Later => {
    const all = blocks.map((epochs) => ({ rate, epochs }))
    wanted.push(...all)
    return () => ({ rate, blocks: all.map(judge), ...(own === undefined ? {} : { run: own }) })
  }
  const bestOfRuns = (some: readonly Run[], blocks = scale.blocks): Later => {
    const best = bestOf(some)
    return choose(best.learningRate, blocks, best)
  }
  const byHull = (some: readonly Run[], variant: HullVariant, blocks: readonly number[]): Later =>
    choose(inRange(predicted(some, variant)?.learningRate ?? bestOf(some).learningRate), blocks)

  const of = (method: SearchMethod): readonly Run[] => runs.get(method.key)!
  const [gaussianRuns, gammaRuns] = [of(gaussianSearch), of(gammaSearch)]
  const gridRuns = scale.dense ? gridOf(dense, mainCandidates) : dense
  const twoBlocks = scale.blocks.slice(0, 2)
  const both = (some: readonly Run[]): readonly [Later, Later] => [
    byHull(some, usualHull, twoBlocks),
    byHull(some, otherHull, twoBlocks),
  ]
  const grid = bestOfRuns(gridRuns)
  const gaussian = bestOfRuns(gaussianRuns)
  const gamma = bestOfRuns(gammaRuns)
  const hull = byHull(gammaRuns, usualHull, scale.blocks)
  const hulls = scale.dense
    ? { grid: both(gridRuns), gaussian: both(gaussianRuns), gamma: both(gammaRuns) }
    : undefined
  const variants = (scale.dense ? hullVariants : []).map(
    (one) => [one.key, byHull(gammaRuns, one, [1])] as const,
  )
  const last = [scale.blocks.at(-1)!]
  const rows = sizes.map((points) => {
    const some = gridOf(dense, points)
    const [gaussians, gammas] = [gaussianSearch, gammaSearch].map((m) =>
      of(withCandidates(m, points)),
    )
    const parts = {
      grid: bestOfRuns(some, last),
      gaussian: bestOfRuns(gaussians!, last),
      gamma: bestOfRuns(gammas!, last),
      hull: byHull(gammas!, usualHull, last),
    }
    const seconds = { grid: sum(some), gaussian: sum(gaussians!), gamma: sum(gammas!) }
    return { points, parts, seconds }
  })
  judge = await finals(context, scale, seed, wanted)

  const pairOf = ([a, b]: readonly [Later, Later]): readonly [Choice, Choice] => [a(), b()]
  const searches = [...runs].map(([key, some]) => [key, bestOf(some)] as const)
  const few = scale.dense ? gridOf(dense, evaluations) : dense
  return {
    ...{ seed, grid: grid(), gaussian: gaussian(), gamma: gamma(), hull: hull() },
    hulls: hulls && {
      grid: pairOf(hulls.grid),
      gaussian: pairOf(hulls.gaussian),
      gamma: pairOf(hulls.gamma),
    },
    variants: Object.fromEntries(variants.map(([key, later]) => [key, later()])),
    searches: { ...Object.fromEntries(searches), 'grid-20': bestOf(few) },
    rows: rows.map(({ points, parts, seconds }) => ({
      ...{ points, seconds, grid: parts.grid(), gaussian: parts.gaussian() },
      ...{ gamma: parts.gamma(), hull: parts.hull() },
    })),
    together: many,
    dense,
    runs: { gaussian: gaussianRuns, gamma: gammaRuns },
  }
}

const sum = (runs: readonly Run[]): number => runs.reduce((all, run) => all + (run.seconds || 0), 0)

/** Powers of logarithms may land beside the ends of the range. */
const inRange = (rate: number): number => Math.min(1, Math.max(1e-5, rate))
