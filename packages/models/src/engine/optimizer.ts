import { refuseProblems } from '@attune/core'
import { clippingProblems, constantsOf, ratesProblems, specProblems } from './optimizer-options.ts'
import type { Parameters } from './parameters.ts'
import type { Scalars } from './update-rules.ts'
import { updaterOf } from './updater.ts'
import { power } from '../elementary.ts'

/**
 * How parameters θ follow the gradient of the loss, which with the penalties l2·θ + l1·sign θ is d:
 *
 * - `sgd`: θ ← θ − rate·d.
 * - `momentum` (Polyak, "Some methods of speeding up the convergence of iteration methods", 1964) and
 *   `nesterov` (Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
 *   momentum in deep learning", 2013), both with the rate outside of the velocity, as PyTorch has
 *   them, so that a change of the rate works at once.
 * - `rmsprop` (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012).
 * - `adam` (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1).
 * - `adamw` (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2): the
 *   penalties are taken off the parameters beside the gradient, rate·(l2·θ + l1·sign θ), as PyTorch
 *   does; in the paper the learning rate is not a factor of the decay.
 */
export type OptimizerSpec =
  | { readonly kind: 'sgd' }
  /** Momentum: default 0.9. */
  | { readonly kind: 'momentum' | 'nesterov'; readonly momentum?: number }
  /** Decay of the mean square: default 0.9. Epsilon: default 1e-8. */
  | { readonly kind: 'rmsprop'; readonly decay?: number; readonly epsilon?: number }
  /** Defaults 0.9, 0.999 and 1e-8. */
  | {
      readonly kind: 'adam' | 'adamw'
      readonly beta1?: number
      readonly beta2?: number
      readonly epsilon?: number
    }

/** How far parameters move and what pulls them to zero; it may differ by segment and by step. */
export interface UpdateRates {
  /** The learning rate. */
  readonly rate: number
  /** Added to the gradient as l2·θ, so the penalty is l2/2·|θ|²; default 0. */
  readonly l2?: number
  /** Added to the gradient as l1·sign θ; default 0. */
  readonly l1?: number
}

export interface Clipping {
  /**
   * The gradients of all segments together are scaled down to at most this Euclidean norm (Pascanu,
   * Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013).
   */
  readonly norm?: number
  /** Then every number of them is moved into −value … value. */
  readonly value?: number
}

export interface Optimizer {
  readonly spec: OptimizerSpec
  readonly parameters: Parameters
  /** Updates made so far. */
  readonly steps: number
  /**
   * Changes the parameters by their gradients, which stay as they are. A gradient that is no finite
   * number makes parameters NaN.
   *
   * @param rates for all segments, or one for each
   * @returns the norm of all gradients before clipping, or null when it was not needed
   * @throws AttuneError `models/options` for rates, penalties or limits that are negative or not finite
   */
  update(rates: UpdateRates | readonly UpdateRates[], clipping?: Clipping): number | null
  /** Forgets the state and the steps, or takes up after so many steps with the state as it is. */
  reset(steps?: number): void
}

/**
 * Starts an optimiser over parameters, whose optimiser state it takes over.
 * @throws AttuneError `models/options` with everything that is out of range
 */
export function createOptimizer(spec: OptimizerSpec, parameters: Parameters): Optimizer {
  refuseProblems('models/options', `optimizer ${spec.kind}`, specProblems(spec))
  const updater = updaterOf(spec.kind, parameters)
  const count = parameters.segments.length
  let steps = 0
  clearState()

  function clearState(): void {
    // Memory that was never written to is not taken up, so zeros are not written over zeros.
    for (const state of parameters.states) if (state.some((x) => x !== 0)) state.fill(0)
  }

  function gradientNorm(): number {
    let sum = 0
    for (let i = 0; i < count; i++) sum += updater.squaredNorm(i)
    return Math.sqrt(sum)
  }

  function update(
    rates: UpdateRates | readonly UpdateRates[],
    clipping: Clipping = {},
  ): number | null {
    const bySegment = listOf(rates, count)
    refuseProblems('models/options', 'update', [
      ...ratesProblems(bySegment, count),
      ...clippingProblems(clipping),
    ])
    const norm = clipping.norm === undefined ? null : gradientNorm()
    const scale = norm !== null && norm > clipping.norm! ? clipping.norm! / norm : 1
    const bound = clipping.value ?? Infinity
    const clips = scale !== 1 || bound !== Infinity
    steps++
    for (let i = 0; i < count; i++) {
      const { l2 = 0, l1 = 0 } = bySegment[i]!
      const scalars = scalarsOf(spec, steps, bySegment[i]!, scale, bound)
      updater.update(i, { l2: l2 !== 0, l1: l1 !== 0, clips }, scalars)
    }
    return norm
  }

  return {
    spec,
    parameters,
    get steps() {
      return steps
    },
    update,
    reset(from) {
      steps = from ?? 0
      if (from === undefined) clearState()
    },
  }
}

/**
 * The numbers of an update.
 *
 * @param steps updates with this one
 * @param scale what the norm of the gradients makes of them
 * @param bound of every number of them
 */
export function scalarsOf(
  spec: OptimizerSpec,
  steps: number,
  { rate, l2 = 0, l1 = 0 }: UpdateRates,
  scale: number,
  bound: number,
): Scalars {
  const { beta1, beta2, epsilon } = constantsOf(spec)
  // Adam's moments start at zero, which the corrections make up for.
  const corrects = spec.kind === 'adam' || spec.kind === 'adamw'
  const rateFactor = corrects ? 1 / (1 - power(beta1, steps)) : 1
  const correction = corrects ? 1 / Math.sqrt(1 - power(beta2, steps)) : 1
  // Decoupled penalties do not go through the moments, so the rate is their factor here.
  const pull = spec.kind === 'adamw' ? rate : 1
  return [
    ...([rate * rateFactor, l2 * pull, l1 * pull, scale, bound] as const),
    ...([beta1, 1 - beta1, beta2, 1 - beta2, correction, epsilon] as const),
  ]
}

function listOf(
  rates: UpdateRates | readonly UpdateRates[],
  count: number,
): readonly UpdateRates[] {
  return 'rate' in rates ? new Array<UpdateRates>(count).fill(rates) : rates
}
