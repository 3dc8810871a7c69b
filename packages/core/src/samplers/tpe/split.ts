import { lossesOf } from '../../analysis/best.ts'
import { hypervolumeContributions, hypervolumeSubset } from '../../analysis/hypervolume-subset.ts'
import type { Ranking } from '../../analysis/ranking.ts'
import type { History } from '../../journal/history.ts'
import { narrowest } from './kernel.ts'

/** Trials divided into better ones and the rest, each side to be described by a density. */
export interface Split {
  readonly better: readonly number[]
  /** What each better trial counts beside the others, in their order. */
  readonly weights: ArrayLike<number>
  /** The trials of the other side, where it is not simply all others. */
  readonly rest?: readonly number[]
  /** Whether the prior kernel counts as much as the better trials' mean or as their largest. */
  readonly priorKernel: 'mean' | 'largest'
  /** The least bandwidth of that many kernels, as a share of the range. */
  minBandwidth(kernels: number, kind: 'continuous' | 'grid'): number
}

/** With more points than this, volumes of three and more losses are estimated. */
const exactPoints = 40
/** Points at which they are estimated. */
const samples = 1024
/** Where the reference point lies beyond the worst loss, as a share of the range. */
const beyond = 0.1

/** Weights of trials that count alike. */
export const even = (count: number): Float64Array => new Float64Array(count).fill(1)

/**
 * The best `count` of the ranking against all other trials; the ranking has as many.
 *
 * One objective: good trials weigh by how far they lie below the best of the rest (Watanabe,
 * section 3.2). n kernels are at least 1/(n + 2)^a wide (the "magic clipping" of Hyperopt, J.
 * Bergstra et al. 2013, where a is 1), and never narrower than Watanabe's floor. He recommends a = 2;
 * ours is 1.25, and 1 on a grid, where a kernel as narrow as a cell would propose it again and again.
 *
 * Several objectives: whole Pareto fronts, and of the front that does not fit as a whole the subset
 * with a large hypervolume; good trials weigh by what each alone adds to the hypervolume of all, and
 * the prior kernel as much as the one that adds most (Y. Ozaki et al., "Multiobjective
 * Tree-Structured Parzen Estimator", JAIR 73, 2022). Losses are taken as shares of the range of the
 * trials concerned, and the reference point lies a tenth beyond the worst. Since good trials lie
 * along a front and not around a place, their kernels are not widened. Copies of a result add
 * nothing; where every result of the front was found twice the prior kernel counts alone, so that
 * candidates come from everywhere. Only the first `limit` of the ranking are considered.
 */
export function splitByResults(
  history: History,
  ranking: Ranking,
  count: number,
  limit: number,
): Split {
  const single = (history.config?.objectives.length ?? 1) === 1
  const infeasible = !single && Number.isNaN(ranking.frontAt(count - 1))
  const better =
    single || infeasible
      ? ranking.order.slice(0, count)
      : bestOfFronts(history, ranking, count, limit)
  if (single) {
    const weights = improvementWeights(ranking, count)
    return { better, weights, priorKernel: 'mean', minBandwidth: clipped }
  }
  const weights = infeasible ? even(better.length) : volumeWeights(history, better)
  return { better, weights, priorKernel: 'largest', minBandwidth: () => narrowest }
}

/** Roots are the same in every engine, unlike other powers. */
function clipped(kernels: number, kind: 'continuous' | 'grid'): number {
  const n = kernels + 2
  return Math.max(narrowest, 1 / (kind === 'grid' ? n : n * Math.sqrt(Math.sqrt(n))))
}

function improvementWeights(ranking: Ranking, count: number): Float64Array {
  const threshold = ranking.lossAt(count)
  const weights = new Float64Array(count)
  let total = 0
  for (let i = 0; i < count; i++) {
    const weight = threshold - ranking.lossAt(i)
    if (!Number.isFinite(weight)) return even(count)
    weights[i] = weight
    total += weight
  }
  return total > 0 ? weights : even(count)
}

/** Whole fronts of the ranking, and a part of the one in which the `count`-th trial is. */
function bestOfFronts(
  history: History,
  ranking: Ranking,
  count: number,
  limit: number,
): readonly number[] {
  const last = ranking.frontAt(count - 1)
  let start = count - 1
  while (start > 0 && ranking.frontAt(start - 1) === last) start--
  let end = count
  while (end < limit && ranking.frontAt(end) === last) end++
  if (end === count) return ranking.order.slice(0, count)
  const front = ranking.order.slice(start, end)
  const { points, reference } = inUnitBox(front.map((trial) => lossesOf(history, trial)))
  const subset = hypervolumeSubset(points, count - start, reference, samplesFor(points))
  return [...ranking.order.slice(0, start), ...subset.map((i) => front[i]!)]
}

function volumeWeights(history: History, trials: readonly number[]): ArrayLike<number> {
  const { points, reference } = inUnitBox(trials.map((trial) => lossesOf(history, trial)))
  return hypervolumeContributions(points, reference, samplesFor(points))
}

const samplesFor = (points: readonly unknown[]): number =>
  points.length > exactPoints ? samples : 0

/** Every loss from 0, the best of the rows, to 1, the worst; infinite ones stand at these ends. */
function inUnitBox(rows: readonly (readonly number[])[]): {
  readonly points: readonly (readonly number[])[]
  readonly reference: readonly number[]
} {
  const size = rows[0]?.length ?? 0
  const points = rows.map(() => new Array<number>(size).fill(0))
  for (let k = 0; k < size; k++) {
    const finite = rows.map((row) => row[k]!).filter((x) => Number.isFinite(x))
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
    // Halved, so that the width of a huge range does not overflow.
    const width = high / 2 - low / 2
    rows.forEach((row, i) => {
      const x = row[k]!
      if (x === Infinity) points[i]![k] = 1
      else if (width > 0 && x !== -Infinity) points[i]![k] = (x / 2 - low / 2) / width
    })
  }
  return { points, reference: Array.from({ length: size }, () => 1 + beyond) }
}
