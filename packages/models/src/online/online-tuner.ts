import type { Json, Problem } from '@attune/core'
import { AttuneError, refuseProblems } from '@attune/core'
import type { OptimizerSpec } from '../engine/optimizer.ts'
import { scalarsOf } from '../engine/optimizer.ts'
import type { OnlineOptions, TunableName, TunableOptions } from './options.ts'
import { onlineProblems, tunableDefaults, tunableNames, tunableOf } from './options.ts'
import type { TunedNumber } from './tuner.ts'
import { createValueTuner, tunedNumber } from './tuner.ts'
import type { Numbers } from './update-slopes.ts'
import { dotProduct, pullThroughUpdate } from './update-slopes.ts'

/** What is tuned in a training loop of one's own. */
export interface OnlineTunerOptions extends Pick<OnlineOptions, TunableName | 'clip'> {
  /** The tensors of weights, by names; needed when `l2` has scope layer. */
  readonly tensors?: readonly string[]
  /** By tensor whether `l2` is of it, as it is not of biases; default: of all. */
  readonly penalised?: readonly boolean[]
  /** Numbers of one's own that have a derivative, such as the strength of an augmentation. */
  readonly others?: Readonly<Record<string, OwnTunable>>
}

export interface OwnTunable extends TunableOptions {
  readonly start: number
  readonly min: number
  readonly max: number
  /** Default linear. */
  readonly scale?: 'log' | 'linear'
}

/** What a step of the hyperparameters needs; lists have an array for each tensor of weights. */
export interface OnlineStep {
  /** ∇C₂: the gradient of the loss on other rows, without penalties and noise, after the update. */
  readonly validationGradient: readonly Numbers[]
  /** θ before the update; for `l2`. */
  readonly weights?: readonly Numbers[]
  /** For `l2`: by how much the update θ - θ' grows with the gradient; of sgd the learning rate. */
  readonly slopes?: number | readonly Numbers[]
  /** θ - θ'; for `rate`. */
  readonly update?: readonly Numbers[]
  /** Hypergradients dC₂/dλ that are found elsewhere, by name: of noise, dropout and one's own numbers. */
  readonly products?: Readonly<Record<string, number>>
}

/** Tunes hyperparameters within any training loop; its state is plain data. */
export interface OnlineTuner {
  /** By name, as they are now: `l2` (with scope layer `l2.<tensor>`), `noise`, `rate` and so on. */
  readonly values: Readonly<Record<string, number>>
  /** Steps so far, and hypergradients that were not finite and moved nothing. */
  readonly steps: number
  readonly dropped: number
  /**
   * Moves the values once.
   * @returns the values
   * @throws AttuneError `usage` when something is missing, or lists do not fit each other
   */
  step(of: OnlineStep): Readonly<Record<string, number>>
  toJSON(): Json
  /** @throws AttuneError `data/format` for a state of other numbers */
  restore(state: Json): void
}

/**
 * Tunes hyperparameters in a training loop of one's own, by the mathematics of `t1t2` on plain arrays: every
 * few steps, give it what the last update was and the gradient on other rows.
 *
 * @throws AttuneError `models/options` with everything that is out of range
 */
export function createOnlineTuner(options: OnlineTunerOptions): OnlineTuner {
  const numbers = numbersOf(options)
  const tuner = createValueTuner(numbers, options.clip ?? 3)
  const names = new Set(numbers.map(({ name }) => name))
  return {
    values: tuner.values,
    get steps() {
      return tuner.steps
    },
    get dropped() {
      return tuner.dropped
    },
    step(of) {
      const found: Record<string, number> = {}
      if (tunableOf(options, 'l2') !== null) addPenalties(found, options, of)
      if (names.has('rate') && of.products?.['rate'] === undefined) {
        const update = needed(of.update, 'update', 'rate')
        refuseLengths('update', update, of.validationGradient)
        let moved = 0
        for (const [i, v] of of.validationGradient.entries()) moved += dotProduct(v, update[i]!)
        found['rate'] = -moved / tuner.values['rate']!
      }
      for (const [name, value] of Object.entries(of.products ?? {})) {
        if (!names.has(name)) {
          throw usage(
            `products.${name}: there is no such number; tuned are ${[...names].join(', ')}.`,
          )
        }
        found[name] = value
      }
      const missing = [...names].filter((name) => found[name] === undefined)
      if (missing.length > 0) {
        throw usage(
          `There is no hypergradient of ${missing.join(', ')}: give it among the products.`,
        )
      }
      tuner.step(found)
      return tuner.values
    },
    toJSON: tuner.toJSON,
    restore: tuner.restore,
  }
}

function numbersOf(options: OnlineTunerOptions): TunedNumber[] {
  const { tensors, penalised, others = {}, ...general } = options
  const own = Object.entries(others)
  const problems = onlineProblems(general).filter(({ path }) => path !== '' || own.length === 0)
  const byLayer = tunableOf(general, 'l2')?.scope === 'layer'
  if (byLayer && tensors === undefined) {
    problems.push({ path: 'tensors', message: 'are needed when l2 has scope layer: name them.' })
  }
  const lengths = [tensors?.length, penalised?.length].filter((length) => length !== undefined)
  if (new Set(lengths).size > 1) {
    problems.push({ path: 'penalised', message: 'must have an entry for each of the tensors.' })
  }
  problems.push(...own.flatMap(([name, tunable]) => ownProblems(name, tunable)))
  refuseProblems('models/options', 'createOnlineTuner', problems)
  const numbers = tunableNames.flatMap((name) => {
    const tunable = tunableOf(general, name)
    if (tunable === null) return []
    const start = tunable.start ?? tunableDefaults[name].start
    const places =
      name === 'l2' && byLayer
        ? tensors!.filter((_, i) => penalised?.[i] ?? true).map((tensor) => `l2.${tensor}`)
        : [name]
    return places.map((place) => tunedNumber(name, place, tunable, start))
  })
  return [...numbers, ...own.map(([name, tunable]) => ownNumber(name, tunable))]
}

function ownProblems(name: string, { start, min, max, scale = 'linear' }: OwnTunable): Problem[] {
  const path = `others.${name}`
  if ((tunableNames as readonly string[]).includes(name)) {
    return [{ path, message: `is the name of a built-in one: give it as ${name}.` }]
  }
  if (!(min < max && start >= min && start <= max)) {
    const message = `start ${start} must be from min ${min} to max ${max}, and min below max.`
    return [{ path, message }]
  }
  const message = `min ${min} must be above 0 on a log scale.`
  return scale === 'log' && min <= 0 ? [{ path, message }] : []
}

function ownNumber(name: string, { scale = 'linear', ...tunable }: OwnTunable): TunedNumber {
  // What a scale brings with it is the same as of the built-in ones.
  return tunedNumber(scale === 'log' ? 'l2' : 'noise', name, tunable, tunable.start)
}

function addPenalties(
  found: Record<string, number>,
  { l2, tensors, penalised }: OnlineTunerOptions,
  { validationGradient, slopes: given, ...of }: OnlineStep,
): void {
  const weights = needed(of.weights, 'weights', 'l2')
  const slopes = needed(given, 'slopes', 'l2')
  refuseLengths('weights', weights, validationGradient)
  if (typeof slopes !== 'number') refuseLengths('slopes', slopes, validationGradient)
  const byLayer = typeof l2 === 'object' && l2.scope === 'layer'
  for (const [i, v] of validationGradient.entries()) {
    if (penalised?.[i] === false) continue
    const name = byLayer ? `l2.${tensors![i]!}` : 'l2'
    const theta = weights[i]!
    const product =
      typeof slopes === 'number' ? slopes * dotProduct(v, theta) : product3(v, slopes[i]!, theta)
    found[name] = (found[name] ?? 0) - product
  }
}

function product3(a: Numbers, b: Numbers, c: Numbers): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * c[i]!
  return sum
}

function needed<T>(given: T | undefined, name: string, tuned: string): T {
  if (given !== undefined) return given
  throw usage(`step() needs ${name}, because ${tuned} is tuned.`)
}

function refuseLengths(
  name: string,
  given: readonly Numbers[],
  gradients: readonly Numbers[],
): void {
  const [ours, theirs] = [given, gradients].map((list) =>
    list.map(({ length }) => length).join(', '),
  )
  if (ours === theirs) return
  throw usage(`${name} have the lengths ${ours}, but validationGradient has ${theirs}.`)
}

const usage = (message: string): AttuneError => new AttuneError('usage', message)

/** One tensor of weights around an update. */
export interface UpdateAround {
  /** Updates with this one. */
  readonly steps: number
  readonly rate: number
  readonly l2?: number
  /** Before the update. */
  readonly weights: Numbers
  /** Of the loss, without penalties. */
  readonly gradients: Numbers
  /** After the update: the velocity or the mean square of rules that have one, both moments of adam. */
  readonly first?: Numbers
  readonly second?: Numbers
}

/**
 * ∂update/∂gradient by weight, exactly, of the optimisers of `OptimizerSpec`: the `slopes` of `OnlineStep`. A
 * penalty of adamw does not go through its moments, so its slopes for `l2` are the rate.
 */
export function updateSlopes(spec: OptimizerSpec, around: UpdateAround): Float64Array {
  const { steps, rate, l2 = 0, weights: values, gradients, first = values, second = first } = around
  const slopes = new Float64Array(values.length).fill(1)
  const scalars = scalarsOf(spec, steps, { rate, l2 }, 1, Infinity)
  const penalties = { l2: l2 !== 0, l1: false, clips: false }
  const update = { values, gradients, first, second, penalties, scalars }
  pullThroughUpdate(spec.kind, slopes, update)
  return slopes
}
