import type { Clipping, OptimizerSpec, UpdateRates } from '../engine/optimizer.ts'
import { scalarsOf } from '../engine/optimizer.ts'
import type { Numbers, Pull } from './update-slopes.ts'
import { dotProduct, pullThroughClipping, pullThroughUpdate } from './update-slopes.ts'

/** A tensor of weights around its last update; all arrays of the same length. */
export interface UpdatedTensor {
  readonly name: string
  readonly before: Numbers
  readonly after: Numbers
  /** Of the training loss, before clipping. */
  readonly gradients: Numbers
  /** The state of the optimiser after the update. */
  readonly first: Numbers
  readonly second: Numbers
  /** ∇C₂ after the update; becomes w, of which -wᵀ ∂²C₁/∂θ∂λ is dC₂/dλ. */
  readonly vector: Numbers
  readonly rates: UpdateRates
}

export interface LastUpdate {
  readonly spec: OptimizerSpec
  /** With this one. */
  readonly steps: number
  readonly tensors: readonly UpdatedTensor[]
  readonly clipping: Clipping
  /** Of all gradients before clipping; null when no norm is a limit. */
  readonly norm: number | null
  /** Take the derivative of the update for the rate, as it is of sgd. */
  readonly asSgd: boolean
}

export interface WeightProducts {
  /** By tensor dC₂ / d l2, where l2 · Σθ² / 2 is the penalty. */
  readonly l2: ReadonlyMap<string, number>
  /** ⟨∇C₂, θ - θ'⟩: dC₂ / d log rate is its negative. */
  readonly moved: number
}

/**
 * Pulls ∇C₂ back through the last update, in place, and collects what penalties and the rate need on the
 * way. A penalty adds l2 · θ to the clipped gradient, so that dC₂/d l2 = -⟨v ∘ ∂u/∂d, θ⟩; one of adamw
 * takes rate · l2 · θ off the weights, so that it is -rate · ⟨v, θ⟩.
 *
 * @param penalised names of the tensors whose l2 is wanted
 * @param wantsMoved whether `moved` is; else it is 0
 */
export function pullBack(
  update: LastUpdate,
  penalised: ReadonlySet<string>,
  wantsMoved: boolean,
  pull: Pull = pullThroughUpdate,
): WeightProducts {
  const { spec, tensors, clipping, norm } = update
  const limit = clipping.norm ?? Infinity
  const scale = norm !== null && norm > limit ? limit / norm : 1
  const bound = clipping.value ?? Infinity
  const clips = scale !== 1 || bound !== Infinity
  const l2 = new Map<string, number>()
  let moved = 0
  for (const tensor of tensors) {
    const { name, before, after, vector, rates } = tensor
    if (wantsMoved) moved += dotProduct(vector, before) - dotProduct(vector, after)
    const decoupled = spec.kind === 'adamw'
    const wanted = penalised.has(name)
    if (wanted && decoupled) l2.set(name, -rates.rate * dotProduct(vector, before))
    const scalars = scalarsOf(spec, update.steps, rates, scale, bound)
    pullTensor(update, tensor, scalars, clips, pull)
    if (wanted && !decoupled) l2.set(name, -dotProduct(vector, before))
  }
  if (clips) {
    const vectors = tensors.map(({ vector }) => vector)
    const gradients = tensors.map((tensor) => tensor.gradients)
    pullThroughClipping(vectors, gradients, clipping, norm)
  }
  return { l2, moved }
}

function pullTensor(
  { spec, asSgd }: LastUpdate,
  { before, gradients, first, second, vector, rates }: UpdatedTensor,
  scalars: ReturnType<typeof scalarsOf>,
  clips: boolean,
  pull: Pull,
): void {
  const penalties = { l2: scalars[1] !== 0, l1: scalars[2] !== 0, clips }
  // The rate of adam is in its scalars with the correction of its first moment.
  if (asSgd) scalars[0] = rates.rate
  const update = { values: before, gradients, first, second, penalties, scalars }
  pull(asSgd ? 'sgd' : spec.kind, vector, update)
}
