import type { Clipping } from '../engine/optimizer.ts'
import { kernelsOver } from '../engine/simd/kernels.ts'
import type { Penalties, RuleName, Scalars } from '../engine/update-rules.ts'

export type Numbers = Float32Array | Float64Array

/** What the last update of one tensor of weights did: everything of the same length. */
export interface SegmentUpdate {
  /** The weights before it. */
  readonly values: Numbers
  /** The gradient of the loss, before clipping. */
  readonly gradients: Numbers
  /** The state of the optimiser after it; without meaning where the rule has none. */
  readonly first: Numbers
  readonly second: Numbers
  readonly penalties: Penalties
  readonly scalars: Scalars
}

/** Multiplies a vector by the derivative of an update, in place. */
export type Pull = (rule: RuleName, v: Numbers, update: SegmentUpdate) => void

/**
 * Multiplies v by ∂u/∂d, by place, where the update is θ' = θ - u(d) and d the clipped gradient with its
 * penalties: rate of sgd and momentum, rate·(1 + β₁) of nesterov; with s = √v₂·c + ε and c the correction,
 * of rmsprop rate / s - rate·d·c·(1 - β₂)·d / (√v₂·s²), and of adam the same with rate·(1 - β₁) / s before
 * and the first moment m in place of the first d.
 */
export const pullThroughUpdate: Pull = (rule, v, update) => {
  const { scalars } = update
  const [rate, beta1] = [scalars[0], scalars[5]]
  switch (rule) {
    case 'sgd':
    case 'momentum':
      scale(v, rate)
      break
    case 'nesterov':
      scale(v, rate * (1 + beta1))
      break
    case 'rmsprop':
      pullAdaptive(v, update, update.first, null)
      break
    case 'adam':
      pullAdaptive(v, update, update.second, update.first)
      break
    case 'adamw':
      pullAdaptive(v, withoutPenalties(update), update.second, update.first)
  }
}

/** Decoupled penalties do not go through the moments. */
function withoutPenalties(update: SegmentUpdate): SegmentUpdate {
  const scalars: Scalars = [...update.scalars]
  scalars[1] = 0
  scalars[2] = 0
  return { ...update, scalars }
}

function scale(v: Numbers, by: number): void {
  for (let i = 0; i < v.length; i++) v[i] = v[i]! * by
}

/**
 * The same by a SIMD kernel in float32 for rules that divide by a root, four times as fast; of arrays in
 * one memory, each filled up to a multiple of 64 bytes with numbers that may be written over.
 */
export function kernelPull(memory: WebAssembly.Memory): Pull {
  const kernels = kernelsOver(memory)
  return (rule, v, update) => {
    if (rule !== 'adam' && rule !== 'adamw' && rule !== 'rmsprop') {
      pullThroughUpdate(rule, v, update)
      return
    }
    const momentum = rule !== 'rmsprop'
    const { values, gradients, first, second, scalars } =
      rule === 'adamw' ? withoutPenalties(update) : update
    const [rate, l2, l1, factor, bound] = scalars
    const power = momentum ? second : first
    const bytes = 64 * Math.ceil(v.byteLength / 64)
    if (bytes === 0) return
    const at = [v, values, gradients, power, first] as const
    const [a, b, c, d, e] = at.map(({ byteOffset }) => byteOffset) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const direct = momentum ? rate * scalars[6] : rate
    const bent = rate * scalars[9] * scalars[8]
    kernels.pull(momentum)(
      a,
      b,
      c,
      d,
      e,
      bytes,
      direct,
      bent,
      l2,
      l1,
      factor,
      bound,
      scalars[9],
      scalars[10],
    )
  }
}

/** @param moment null where the gradient itself is the direction */
function pullAdaptive(
  v: Numbers,
  { values, gradients, penalties, scalars }: SegmentUpdate,
  power: Numbers,
  moment: Numbers | null,
): void {
  const [rate, l2, l1, factor, bound] = scalars
  const [rest1, rest2, correction, epsilon] = [scalars[6], scalars[8], scalars[9], scalars[10]]
  const direct = moment === null ? rate : rate * rest1
  const bent = rate * correction * rest2
  for (let i = 0; i < v.length; i++) {
    let d = gradients[i]!
    if (penalties.clips) d = Math.min(Math.max(d * factor, -bound), bound)
    const theta = values[i]!
    d += l2 * theta + l1 * Math.sign(theta)
    const root = Math.sqrt(power[i]!)
    const spread = root * correction + epsilon
    const once = direct / spread
    const direction = moment === null ? d : moment[i]!
    // A weight whose gradient was always 0 has no root to divide by, and no direction either.
    const again = root === 0 ? 0 : ((bent * direction) / spread) * (d / (root * spread))
    v[i] = v[i]! * (once - again)
  }
}

/**
 * What a vector at the clipped gradients is at the gradients themselves: the transposed derivative of
 * clipping, first by value, then by the norm N of all tensors together, where w becomes
 * s·(w - g·⟨g, w⟩ / ‖g‖²) with s = N / ‖g‖.
 *
 * @param norm of all gradients before clipping
 */
export function pullThroughClipping(
  vectors: readonly Numbers[],
  gradients: readonly Numbers[],
  clipping: Clipping,
  norm: number | null,
): void {
  const limit = clipping.norm ?? Infinity
  const shrinks = norm !== null && norm > limit
  const factor = shrinks ? limit / norm : 1
  if (clipping.value !== undefined) {
    for (const [k, w] of vectors.entries()) {
      const g = gradients[k]!
      for (let i = 0; i < w.length; i++) if (Math.abs(g[i]! * factor) > clipping.value) w[i] = 0
    }
  }
  if (!shrinks) return
  let sum = 0
  for (const [k, w] of vectors.entries()) sum += dotProduct(gradients[k]!, w)
  const along = sum / norm ** 2
  for (const [k, w] of vectors.entries()) {
    const g = gradients[k]!
    for (let i = 0; i < w.length; i++) w[i] = factor * (w[i]! - g[i]! * along)
  }
}

/** Σ a·b in four lanes. */
export function dotProduct(a: Numbers, b: Numbers): number {
  const whole = a.length - (a.length % 4)
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3)
}
