import { dot } from './linalg.ts'

export interface LbfgsOptions {
  /** Bounds by coordinate; absent: none. */
  readonly lower?: Float64Array
  readonly upper?: Float64Array
  /** Steps remembered; default 8. */
  readonly memory?: number
  /** Default 100. */
  readonly iterations?: number
  /** Ends when the largest entry of the projected gradient is below; default 1e-6. */
  readonly gradientTolerance?: number
  /** Ends when a step lowers the value by less than this share of it; default 1e-9. */
  readonly valueTolerance?: number
}

export interface Minimum {
  readonly x: Float64Array
  readonly value: number
  readonly evaluations: number
}

/** Share of the decrease a straight line would give that a step must reach (Armijo). */
const sufficient = 1e-4
const halvings = 20

/**
 * Minimises a smooth function, within bounds if given: L-BFGS (J. Nocedal and S. J. Wright,
 * "Numerical Optimization", 2006, algorithm 7.4) on the coordinates that are not held at a bound,
 * with steps projected onto the bounds and shortened until they lower the value enough (D. P.
 * Bertsekas, "Projected Newton methods", 1982). Where the function is NaN or infinite a step is
 * shortened.
 * @param f returns the value and writes the gradient
 * @param start not changed; moved into the bounds
 */
export function minimizeLbfgs(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: LbfgsOptions = {},
): Minimum {
  const { lower, upper, memory = 8, iterations = 100 } = options
  const { gradientTolerance = 1e-6, valueTolerance = 1e-9 } = options
  const d = start.length
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = []
  const weights = new Float64Array(memory)
  const direction = new Float64Array(d)
  let x = Float64Array.from(start)
  project(x, lower, upper)
  let gradient = new Float64Array(d)
  let next = new Float64Array(d)
  let nextGradient = new Float64Array(d)
  let value = f(x, gradient)
  let evaluations = 1

  /** Whether a coordinate sits at a bound beyond which the value would fall. */
  const held = (i: number): boolean =>
    (lower !== undefined && x[i]! <= lower[i]! && gradient[i]! > 0) ||
    (upper !== undefined && x[i]! >= upper[i]! && gradient[i]! < 0)

  for (let iteration = 0; iteration < iterations; iteration++) {
    let steepest = 0
    for (let i = 0; i < d; i++) {
      if (held(i)) direction[i] = 0
      else {
        direction[i] = -gradient[i]!
        steepest = Math.max(steepest, Math.abs(gradient[i]!))
      }
    }
    if (!(steepest > gradientTolerance)) break
    twoLoops(direction, steps, weights)
    for (let i = 0; i < d; i++) if (held(i)) direction[i] = 0
    let slope = dot(direction, 0, gradient, 0, d)
    if (!(slope < 0)) {
      steps.length = 0
      for (let i = 0; i < d; i++) direction[i] = held(i) ? 0 : -gradient[i]!
      slope = dot(direction, 0, gradient, 0, d)
    }
    let length = steps.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope))
    let found = false
    for (let k = 0; k < halvings; k++) {
      for (let i = 0; i < d; i++) next[i] = x[i]! + length * direction[i]!
      project(next, lower, upper)
      let expected = 0
      for (let i = 0; i < d; i++) expected += gradient[i]! * (next[i]! - x[i]!)
      const trial = f(next, nextGradient)
      evaluations++
      if (trial <= value + sufficient * expected && Number.isFinite(trial)) {
        found = true
        const s = new Float64Array(d)
        const y = new Float64Array(d)
        for (let i = 0; i < d; i++) {
          s[i] = next[i]! - x[i]!
          y[i] = nextGradient[i]! - gradient[i]!
        }
        const curvature = dot(s, 0, y, 0, d)
        if (curvature > 1e-12 * dot(y, 0, y, 0, d)) {
          if (steps.length === memory) steps.shift()
          steps.push({ s, y, rho: 1 / curvature })
        }
        const gain = value - trial
        ;[x, next] = [next, x]
        ;[gradient, nextGradient] = [nextGradient, gradient]
        value = trial
        if (gain <= valueTolerance * Math.max(1, Math.abs(value))) return { x, value, evaluations }
        break
      }
      // The minimum of the parabola through both values and the slope, within reason.
      const bend = 2 * (trial - value - slope * length)
      const best = bend > 0 ? (-slope * length * length) / bend : 0
      length = Number.isFinite(best)
        ? Math.min(0.5 * length, Math.max(0.1 * length, best))
        : 0.1 * length
    }
    if (!found) {
      if (steps.length === 0) break
      steps.length = 0
    }
  }
  return { x, value, evaluations }
}

/** direction ← H direction, H the approximate inverse Hessian of the remembered steps. */
function twoLoops(
  direction: Float64Array,
  steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
  weights: Float64Array,
): void {
  const d = direction.length
  for (let k = steps.length - 1; k >= 0; k--) {
    const { s, y, rho } = steps[k]!
    const weight = rho * dot(s, 0, direction, 0, d)
    weights[k] = weight
    for (let i = 0; i < d; i++) direction[i]! -= weight * y[i]!
  }
  const last = steps.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, 0, last.y, 0, d))
    for (let i = 0; i < d; i++) direction[i]! *= scale
  }
  for (let k = 0; k < steps.length; k++) {
    const { s, y, rho } = steps[k]!
    const weight = weights[k]! - rho * dot(y, 0, direction, 0, d)
    for (let i = 0; i < d; i++) direction[i]! += weight * s[i]!
  }
}

function project(x: Float64Array, lower?: Float64Array, upper?: Float64Array): void {
  if (lower !== undefined) for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i]!, lower[i]!)
  if (upper !== undefined) for (let i = 0; i < x.length; i++) x[i] = Math.min(x[i]!, upper[i]!)
}
