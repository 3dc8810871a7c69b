import { AttuneError } from '../../errors.ts'
import type { History } from '../../journal/history.ts'
import { cell, stateCode } from '../../journal/history.ts'
import { rankFinished } from '../ranking.ts'
import { jointSpace } from '../../journal/discovered.ts'
import { spaceOf } from '../../journal/stored-space.ts'
import { normalCdf } from '../../math/special.ts'
import { argsort, quantile, variance } from '../../math/stats.ts'
import { contains, countValues, indexOfValue } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { FlatParam } from '../../space/space.ts'

/** The share of the outcome that a parameter decides; the shares of a study sum to 1. */
export interface Importance {
  readonly name: string
  readonly value: number
  /** Trials in which the parameter was active. */
  readonly trials: number
}

export interface PedAnovaOptions {
  /** A metric by name, or `seconds`, `cpuSeconds`, `peakMemoryBytes`; default: the first objective. */
  readonly target?: string
  /** The share of trials that counts as top; default 0.1. */
  readonly top?: number
}

/** Continuous parameters are looked at in this many cells. */
const cells = 50
const fewest = 4
/** A density over fewer top trials says little; in small studies at most half of all are top. */
const fewestTop = 5

/**
 * How much each parameter decides whether a trial is among the best: the Pearson divergence
 * between its density among the top trials and among all.
 *
 * Source: S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter
 * Importance in Arbitrary Subspaces", IJCAI 2023, equation 16 with gamma' = `top`, gamma = 1.
 * Densities are Gaussian kernel estimates with Scott's bandwidth on 50 cells, mixed with one
 * uniform pseudo-trial. Differences: trials that were stopped early take part, ranked behind complete
 * ones by how far they came; a conditional parameter is judged among the trials where it is active
 * and its divergence counts by their share. Cost: O(n) a parameter.
 *
 * @throws AttuneError `study/config` with fewer than 4 such trials.
 */
export function pedAnova(history: History, options: PedAnovaOptions = {}): Importance[] {
  return divideShares(history, rankedTrials(history, options), options.top)
}

/**
 * The trials that say something about the target, from best to worst.
 * @throws AttuneError `study/config` with fewer than 4 of them.
 */
export function rankedTrials(
  history: History,
  options: Pick<PedAnovaOptions, 'target'>,
): readonly number[] {
  const trials = orderBy(history, options.target)
  if (trials.length < fewest) {
    const what = options.target ?? history.config?.objectives[0]?.name ?? 'the objective'
    throw new AttuneError(
      'study/config',
      `Importance needs at least ${fewest} trials that say something about "${what}", the study has ${trials.length}. Run more trials.`,
    )
  }
  return trials
}

/** The shares by trials from best to worst; a trial may stand there several times. */
export function divideShares(
  history: History,
  trials: readonly number[],
  share: number = 0.1,
): Importance[] {
  const wanted = Math.max(fewestTop, Math.ceil(share * trials.length))
  const count = Math.min(wanted, Math.ceil(trials.length / 2))
  const top = new Uint8Array(trials.length).fill(1, 0, count)
  const space = jointSpace(history, spaceOf(history))
  const found = space.params
    .filter((param) => countValues(param.distribution) > 1)
    .map((param) => divergence(history, param, trials, top))
  const total = found.reduce((sum, one) => sum + one.value, 0)
  return found
    .map((one) => ({ ...one, value: total > 0 ? one.value / total : 0 }))
    .sort((a, b) => b.value - a.value)
}

/** Trials from best to worst by a target. */
function orderBy(history: History, target: string | undefined): readonly number[] {
  if (target === undefined || target === history.config?.objectives[0]?.name) {
    return rankFinished(history)
  }
  const direction = history.config?.objectives.find((o) => o.name === target)?.direction
  const column = history.columns.get(`metric:${target}`) ?? history.columns.get(target)
  const trials: number[] = []
  const losses: number[] = []
  for (let t = 0; t < history.length; t++) {
    const x = column?.data[t] ?? Number.NaN
    if (history.excluded.has(t)) continue
    if (cell(history, 'state', t) !== stateCode.complete || Number.isNaN(x)) continue
    trials.push(t)
    losses.push(direction === 'maximize' ? -x : x)
  }
  return Array.from(argsort(losses), (i) => trials[i] as number)
}

function divergence(
  history: History,
  { name, distribution }: FlatParam,
  trials: readonly number[],
  top: Uint8Array,
): Importance {
  const codec = sharedCodec(distribution)
  const ordered = distribution.kind !== 'choice' || distribution.ordered
  const size = Math.min(codec.count, ordered ? cells : codec.count)
  const all = groupOf(size, trials.length)
  const best = groupOf(size, trials.length)
  for (let i = 0; i < trials.length; i++) {
    const value = history.values.get(name, trials[i]!)
    if (value === undefined || !contains(distribution, value)) continue
    const u = codec.encode(value)
    const at = ordered
      ? Math.min(size - 1, Math.floor(u * size))
      : indexOfValue(distribution, value)
    take(all, at, u)
    if (top[i] === 1) take(best, at, u)
  }
  const active = all.taken
  if (active === 0 || best.taken === 0) return { name, value: 0, trials: active }
  const p = density(best.counts, best.points.subarray(0, best.taken), ordered)
  const q = density(all.counts, all.points.subarray(0, active), ordered)
  let sum = 0
  for (let i = 0; i < size; i++)
    sum += (q[i] as number) * ((p[i] as number) / (q[i] as number) - 1) ** 2
  return { name, value: (sum * active) / trials.length, trials: active }
}

/** Trials by cell, and where each of them lies. */
interface Group {
  readonly counts: Float64Array
  readonly points: Float64Array
  taken: number
}

const groupOf = (cells: number, most: number): Group => ({
  ...{ counts: new Float64Array(cells), points: new Float64Array(most), taken: 0 },
})

function take(group: Group, cell: number, point: number): void {
  group.counts[cell] = group.counts[cell]! + 1
  group.points[group.taken++] = point
}

/** Cell masses of a kernel density estimate with one uniform pseudo-trial. */
function density(counts: Float64Array, points: Float64Array, smooth: boolean): Float64Array {
  const size = counts.length
  const n = points.length
  const masses = new Float64Array(size).fill(1 / size / (n + 1))
  const kernel = smooth ? kernelMasses(size, bandwidth(points, size)) : undefined
  for (let i = 0; i < size; i++) {
    const count = (counts[i] as number) / (n + 1)
    if (count === 0) continue
    if (kernel === undefined) masses[i] = (masses[i] as number) + count
    else {
      let whole = 0
      for (let j = 0; j < size; j++) whole += kernel[Math.abs(i - j)] as number
      for (let j = 0; j < size; j++) {
        masses[j] = (masses[j] as number) + (count * (kernel[Math.abs(i - j)] as number)) / whole
      }
    }
  }
  return masses
}

/** Scott's rule on the robust spread, at least a quarter of a cell. */
function bandwidth(points: Float64Array, size: number): number {
  const sorted = Float64Array.from(points).sort()
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34
  const deviation = points.length < 2 ? 0 : Math.sqrt(variance(points))
  const sigma = Math.min(deviation, spread > 0 ? spread : deviation)
  return Math.max(0.25 / size, 1.059 * sigma * points.length ** -0.2)
}

/** The mass of a Gaussian in the cell `k` cells away from its own. */
function kernelMasses(size: number, b: number): Float64Array {
  return Float64Array.from(
    { length: size },
    (_, k) => normalCdf((k + 0.5) / size / b) - normalCdf((k - 0.5) / size / b),
  )
}
