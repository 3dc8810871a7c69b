/**
 * The rules by which optimisers change parameters, in plain JavaScript: one rounding to float32 an
 * operation, in the order of the SIMD kernels, so that both give the same bits.
 */

export type RuleName = 'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'adam' | 'adamw'

/** The numbers of an update, in the order in which the kernels take them. */
export const scalarNames = [
  'rate',
  'l2',
  'l1',
  'scale',
  'bound',
  'beta1',
  'rest1',
  'beta2',
  'rest2',
  'correction',
  'epsilon',
] as const

/** By place as in `scalarNames`. */
export type Scalars = [
  rate: number,
  l2: number,
  l1: number,
  scale: number,
  bound: number,
  beta1: number,
  rest1: number,
  beta2: number,
  rest2: number,
  correction: number,
  epsilon: number,
]

/** Which parts an update has; those it has not are left out rather than computed as zero. */
export interface Penalties {
  readonly l2: boolean
  readonly l1: boolean
  readonly clips: boolean
}

const { fround, sqrt, min, max } = Math

/** So many at a time, for which there is room in `slopes`. */
const block = 4096
const slopes = new Float32Array(block)

/**
 * Updates parameters with a rule, its gradient d clipped and with the penalties:
 * d = clip(g·scale) + l2·θ + l1·sign θ. With `adamw` the penalties are taken off θ instead.
 */
export function updatePlainly(
  rule: RuleName,
  values: Float32Array,
  gradients: Float32Array,
  first: Float32Array,
  second: Float32Array,
  penalties: Penalties,
  scalars: Scalars,
): void {
  const penalised = penalties.l2 || penalties.l1
  const decoupled = rule === 'adamw'
  const coupled = decoupled ? { ...penalties, l2: false, l1: false } : penalties
  const asTheyAre = !penalties.clips && (decoupled || !penalised)
  for (let from = 0; from < values.length; from += block) {
    const to = Math.min(from + block, values.length)
    const theta = values.subarray(from, to)
    const g = gradients.subarray(from, to)
    if (!asTheyAre) fillSlopes(g, theta, coupled, scalars)
    if (decoupled && penalised) shrink(theta, penalties, scalars)
    const d = asTheyAre ? g : slopes
    rules[rule](theta, d, first.subarray(from, to), second.subarray(from, to), scalars)
  }
}

/** Written out in one loop: a call for each number would take three times as long. */
function fillSlopes(
  gradients: Float32Array,
  values: Float32Array,
  { clips, l2, l1 }: Penalties,
  scalars: Scalars,
): void {
  const [square, absolute] = [fround(scalars[1]), fround(scalars[2])]
  const [scale, bound] = [fround(scalars[3]), fround(scalars[4])]
  for (let i = 0; i < values.length; i++) {
    const theta = values[i]!
    let d = gradients[i]!
    if (clips) d = min(max(fround(d * scale), -bound), bound)
    if (l1) {
      const signed = theta > 0 ? absolute : theta < 0 ? -absolute : 0
      d = fround(d + (l2 ? fround(fround(square * theta) + signed) : signed))
    } else if (l2) {
      d = fround(d + fround(square * theta))
    }
    slopes[i] = d
  }
}

/** θ ← θ − (l2·θ + l1·sign θ); the sign of zero is zero. */
function shrink(values: Float32Array, { l2, l1 }: Penalties, scalars: Scalars): void {
  const [square, absolute] = [fround(scalars[1]), fround(scalars[2])]
  for (let i = 0; i < values.length; i++) {
    const theta = values[i]!
    if (l1) {
      const signed = theta > 0 ? absolute : theta < 0 ? -absolute : 0
      values[i] = theta - (l2 ? fround(fround(square * theta) + signed) : signed)
    } else {
      values[i] = theta - fround(square * theta)
    }
  }
}

type Rule = (
  values: Float32Array,
  d: Float32Array,
  first: Float32Array,
  second: Float32Array,
  scalars: Scalars,
) => void

const rules: Readonly<Record<RuleName, Rule>> = {
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw: adam,
}

/** θ ← θ − rate·d. */
function sgd(
  values: Float32Array,
  d: Float32Array,
  _first: Float32Array,
  _second: Float32Array,
  scalars: Scalars,
): void {
  const rate = fround(scalars[0])
  for (let i = 0; i < values.length; i++) values[i] = values[i]! - fround(rate * d[i]!)
}

/** u ← β₁·u + d; θ ← θ − rate·u. */
function momentum(
  values: Float32Array,
  d: Float32Array,
  first: Float32Array,
  _second: Float32Array,
  scalars: Scalars,
): void {
  const [rate, beta1] = [fround(scalars[0]), fround(scalars[5])]
  for (let i = 0; i < values.length; i++) {
    const u = fround(fround(beta1 * first[i]!) + d[i]!)
    first[i] = u
    values[i] = values[i]! - fround(rate * u)
  }
}

/** u ← β₁·u + d; θ ← θ − rate·(d + β₁·u). */
function nesterov(
  values: Float32Array,
  d: Float32Array,
  first: Float32Array,
  _second: Float32Array,
  scalars: Scalars,
): void {
  const [rate, beta1] = [fround(scalars[0]), fround(scalars[5])]
  for (let i = 0; i < values.length; i++) {
    const u = fround(fround(beta1 * first[i]!) + d[i]!)
    first[i] = u
    values[i] = values[i]! - fround(rate * fround(d[i]! + fround(beta1 * u)))
  }
}

/** v ← β₂·v + (1 − β₂)·d²; θ ← θ − rate·d / (√v·correction + ε), its correction 1. */
function rmsprop(
  values: Float32Array,
  d: Float32Array,
  first: Float32Array,
  _second: Float32Array,
  scalars: Scalars,
): void {
  const [rate, beta2, rest2] = [fround(scalars[0]), fround(scalars[7]), fround(scalars[8])]
  const [correction, epsilon] = [fround(scalars[9]), fround(scalars[10])]
  for (let i = 0; i < values.length; i++) {
    const v = fround(fround(beta2 * first[i]!) + fround(fround(rest2 * d[i]!) * d[i]!))
    first[i] = v
    const spread = fround(fround(fround(sqrt(v)) * correction) + epsilon)
    values[i] = values[i]! - fround(fround(rate * d[i]!) / spread)
  }
}

/** m ← β₁·m + (1 − β₁)·d; v ← β₂·v + (1 − β₂)·d²; θ ← θ − rate·m / (√v·correction + ε). */
function adam(
  values: Float32Array,
  d: Float32Array,
  first: Float32Array,
  second: Float32Array,
  scalars: Scalars,
): void {
  const [rate, beta1, rest1] = [fround(scalars[0]), fround(scalars[5]), fround(scalars[6])]
  const [beta2, rest2] = [fround(scalars[7]), fround(scalars[8])]
  const [correction, epsilon] = [fround(scalars[9]), fround(scalars[10])]
  for (let i = 0; i < values.length; i++) {
    const m = fround(fround(beta1 * first[i]!) + fround(rest1 * d[i]!))
    const v = fround(fround(beta2 * second[i]!) + fround(fround(rest2 * d[i]!) * d[i]!))
    first[i] = m
    second[i] = v
    const spread = fround(fround(fround(sqrt(v)) * correction) + epsilon)
    values[i] = values[i]! - fround(fround(rate * m) / spread)
  }
}

/** Σ a·b in double precision, in four lanes that are added at the end; lengths divide by four. */
export function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < a.length; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  return s0 + s1 + (s2 + s3)
}
