import type { History } from '../journal/history.ts'
import { cell, stateOf } from '../journal/history.ts'
import { createRng } from '../math/rng.ts'
import { mean, variance } from '../math/stats.ts'
import { normalQuantile } from '../math/special.ts'
import { featuresOf } from '../samplers/gp/models.ts'
import { createSurrogate } from '../samplers/gp/surrogate.ts'
import type { Surrogate } from '../samplers/gp/surrogate.ts'
import type { Layout } from '../samplers/gp/layout.ts'
import { sharedCodec } from '../space/encode.ts'
import type { FlatParam, SearchSpace } from '../space/space.ts'
import { contains, countValues, indexOfValue } from '../space/distribution.ts'
import type { ResultModel, ResultModelOptions } from './result-model.ts'
import { fitResultModel } from './result-model.ts'

/** How an objective depends on one parameter; an entry a place on its range, in ascending order. */
export interface ParameterEffect {
  readonly name: string
  /** Values of a numeric parameter; of a choice the positions of its labels. */
  readonly places: readonly number[]
  /** In units of the objective; NaN where nothing is known. */
  readonly middle: readonly number[]
  /** The ends of the central 95 %; equal to `middle` where it stands on a single trial. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Trials behind it. */
  readonly trials: number
}

export interface EffectsOptions extends Omit<ResultModelOptions, 'hyper'> {
  /** Default: all with more than one value, in the order of the space. */
  readonly params?: readonly string[]
}

/** Places on a continuous range. */
const places = 24
/** Configurations over which an effect is averaged. */
const configurations = 16
const wide = normalQuantile(0.975)
/** The groups of a range over which results are averaged. */
const bins = 8

/**
 * One-dimensional effects by the surrogate (see ResultModel): the posterior of its average over
 * configurations of the study in which the parameter exists, with the parameter set to each place of its
 * range. Averages and intervals are taken in the scale of the model, where it is normal, and turned back.
 *
 * Source: J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", Annals of
 * Statistics 29(5), 2001, section 8.2 (partial dependence). The average of a Gaussian process over S
 * configurations is normal with the average of the means and of the S² posterior covariances.
 * Difference: parameters that come into being with a label are taken from configurations that have it.
 *
 * @throws AttuneError `study/config` when there are fewer than 4 complete trials with values of this
 *   space, or when their results are all the same; `usage` when there is no such objective
 */
export function parameterEffects(
  space: SearchSpace,
  history: History,
  options: EffectsOptions = {},
): ParameterEffect[] {
  const { objective = 0, seed = 0, maxResults = 200 } = options
  const rng = createRng(seed, 'effects')
  const model = fitResultModel(space, history, rng.fork('fit'), { ...options, maxResults })
  const { layout, base, whitened, scale } = model
  const surrogate = createSurrogate(base, layout, [whitened])
  const sign = history.config?.objectives[objective]?.direction === 'maximize' ? -1 : 1
  return wantedParams(space, options.params).map(({ param, index }) => {
    const codes = model.rows.map((row) => row.codes).filter((row) => !Number.isNaN(row[index]!))
    const used = spread(codes, configurations)
    const grid = gridOf(param)
    const curve = grid.map(({ u }) => averageAt(model, surrogate, used, index, u))
    const at = (z: number): number[] =>
      curve.map(({ centre, deviation }) => sign * scale.lossOf(centre + sign * z * deviation))
    return {
      name: param.name,
      places: grid.map(({ place }) => place),
      ...{ middle: at(0), low: at(-wide), high: at(wide) },
      trials: codes.length,
    }
  })
}

/**
 * One-dimensional effects without a model: mean results in groups of a parameter's range (8 of the same
 * width on its scale, or its labels), with the interval of ±1.96 standard errors of the mean. Groups
 * without a finite result are left out.
 */
export function binnedEffects(
  space: SearchSpace,
  history: History,
  options: Pick<EffectsOptions, 'objective' | 'params'> = {},
): ParameterEffect[] {
  const name = history.config?.objectives[options.objective ?? 0]?.name ?? ''
  return wantedParams(space, options.params).map(({ param }) => {
    const groups = new Map<number, number[]>()
    for (let trial = 0; trial < history.length; trial++) {
      if (history.excluded.has(trial)) continue
      const result = cell(history, `metric:${name}`, trial)
      const value = history.values.get(param.name, trial)
      if (stateOf(history, trial) !== 'complete' || !Number.isFinite(result)) continue
      if (value === undefined || !contains(param.distribution, value)) continue
      const group = groupOf(param, value)
      groups.set(group, [...(groups.get(group) ?? []), result])
    }
    const sorted = [...groups].sort((a, b) => a[0] - b[0])
    const middle = sorted.map(([, results]) => mean(results))
    const reach = sorted.map(([, results]) =>
      results.length < 2 ? 0 : wide * Math.sqrt(variance(results) / results.length),
    )
    return {
      name: param.name,
      places: sorted.map(([group]) => centreOf(param, group)),
      middle,
      low: middle.map((m, i) => m - reach[i]!),
      high: middle.map((m, i) => m + reach[i]!),
      trials: sorted.reduce((sum, [, results]) => sum + results.length, 0),
    }
  })
}

interface Wanted {
  readonly param: FlatParam
  readonly index: number
}

function wantedParams(space: SearchSpace, names: readonly string[] | undefined): Wanted[] {
  return space.params
    .map((param, index) => ({ param, index }))
    .filter(({ param }) => countValues(param.distribution) > 1)
    .filter(({ param }) => names === undefined || names.includes(param.name))
}

/** Places on the range of a parameter, with their coordinates in [0, 1]. */
function gridOf({ distribution }: FlatParam): { readonly place: number; readonly u: number }[] {
  const count = countValues(distribution)
  const codec = sharedCodec(distribution)
  const size = distribution.kind === 'choice' ? count : Math.min(count, places)
  const all = Array.from({ length: size }, (_, i) => {
    if (distribution.kind === 'choice') return { place: i, u: (i + 0.5) / count }
    const u = Number.isFinite(count) ? (i + 0.5) / size : i / (size - 1)
    const place = codec.decode(u) as number
    return { place, u: codec.encode(place) }
  })
  return all.filter(({ place }, i) => place !== all[i - 1]?.place)
}

/** The mean and standard deviation of the average of the surrogate over configurations. */
function averageAt(
  { layout }: ResultModel,
  surrogate: Surrogate,
  codes: readonly Float64Array[],
  index: number,
  u: number,
): { readonly centre: number; readonly deviation: number } {
  const points = codes.map((own, i) => pointAt(layout, own, index, u, codes, i))
  const explained = new Float64Array(surrogate.size)
  let centre = 0
  for (const point of points) {
    surrogate.predict(point)
    centre += surrogate.means[0]! / points.length
    surrogate.explained.forEach((x, i) => (explained[i]! += x / points.length))
  }
  let prior = 0
  points.forEach((a, i) => {
    for (let j = 0; j < i; j++) prior += 2 * surrogate.covariance(a, points[j]!)
    prior += surrogate.covariance(a, a)
  })
  const left = prior / points.length ** 2 - explained.reduce((sum, x) => sum + x * x, 0)
  return { centre, deviation: Math.sqrt(Math.max(0, left)) }
}

/**
 * The features of a configuration with one parameter elsewhere. What comes into being by that is taken
 * from one of the donors that have it, in turn.
 */
export function pointAt(
  layout: Layout,
  own: Float64Array,
  index: number,
  u: number,
  donors: readonly Float64Array[],
  turn: number,
): Float64Array {
  const codes = own.slice()
  const active = new Uint8Array(codes.length)
  codes[index] = layout.codeAt(index, u)
  layout.activate(codes, active)
  codes.forEach((code, i) => {
    if (active[i] === 0 || !Number.isNaN(code)) return
    const having = donors.filter((donor) => !Number.isNaN(donor[i]!))
    if (having.length === 0) return
    codes[i] = having[turn % having.length]![i]!
    // Others may depend on it; they come later in the space.
    layout.activate(codes, active)
  })
  return featuresOf(layout, codes)
}

/** At most so many of a list, evenly. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)]!)
}

function groupOf({ distribution }: FlatParam, value: string | number | boolean | null): number {
  if (distribution.kind === 'choice') return indexOfValue(distribution, value)
  const size = Math.min(countValues(distribution), bins)
  return Math.min(size - 1, Math.floor(sharedCodec(distribution).encode(value) * size))
}

function centreOf({ distribution }: FlatParam, group: number): number {
  if (distribution.kind === 'choice') return group
  const size = Math.min(countValues(distribution), bins)
  return sharedCodec(distribution).decode((group + 0.5) / size) as number
}
