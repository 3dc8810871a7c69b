import { dot } from './linalg.ts'

export interface LbfgsOptions {
  /** Bounds by coordinate; absent: none. */
  readonly lower?: Float64Array
  readonly upper?: Float64Array
  /** Steps remembered; default 8. */
  readonly memory?: number
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

/** A minimisation on its way; `x` is its own array, of which another step makes another use. */
export interface Descent extends Minimum {
  /** One step down; false when there is nothing left to do. */
  step(): boolean
}

interface Step {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/** Share of the decrease a straight line would give that a step must reach (Armijo). */
const sufficient = 1e-4
const halvings = 20

/**
 * Minimises a smooth function by at most `iterations` steps (default 100) of `startLbfgs`.
 * @param f returns the value and writes the gradient
 * @param start not changed; moved into the bounds
 */
export function minimizeLbfgs(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: LbfgsOptions & { readonly iterations?: number } = {},
): Minimum {
  const { iterations = 100, ...rest } = options
  const descent = startLbfgs(f, start, rest)
  for (let i = 0; i < iterations && descent.step(); i++);
  return descent
}

/**
 * Minimises a smooth function step by step, within bounds if given: L-BFGS (J. Nocedal and S. J.
 * Wright, "Numerical Optimization", 2006, algorithm 7.4) on the coordinates that are not held at a
 * bound, with steps projected onto the bounds and shortened until they lower the value enough (D. P.
 * Bertsekas, "Projected Newton methods", 1982). Where the function is NaN or infinite a step is
 * shortened.
 * @param f returns the value and writes the gradient
 * @param start not changed; moved into the bounds
 */
export function startLbfgs(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: LbfgsOptions = {},
): Descent {
  const { lower, upper, memory = 8, gradientTolerance = 1e-6, valueTolerance = 1e-9 } = options
  const d = start.length
  const steps: Step[] = []
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

  /** Straight down; returns the largest entry of it. */
  function steepest(): number {
    let largest = 0
    for (let i = 0; i < d; i++) {
      direction[i] = held(i) ? 0 : -gradient[i]!
      largest = Math.max(largest, Math.abs(direction[i]!))
    }
    return largest
  }

  /** From straight down to what the steps so far suggest, if that goes down; returns the slope. */
  function turn(): number {
    twoLoops(direction, steps, weights)
    for (let i = 0; i < d; i++) if (held(i)) direction[i] = 0
    const slope = dot(direction, 0, gradient, 0, d)
    if (slope < 0) return slope
    steps.length = 0
    steepest()
    return dot(direction, 0, gradient, 0, d)
  }

  function remember(): void {
    const s = new Float64Array(d)
    const y = new Float64Array(d)
    for (let i = 0; i < d; i++) {
      s[i] = next[i]! - x[i]!
      y[i] = nextGradient[i]! - gradient[i]!
    }
    const curvature = dot(s, 0, y, 0, d)
    if (!(curvature > 1e-12 * dot(y, 0, y, 0, d))) return
    if (steps.length === memory) steps.shift()
    steps.push({ s, y, rho: 1 / curvature })
  }

  /** Moves as far along the direction as lowers the value enough; returns by how much, null for nowhere. */
  function move(slope: number): number | null {
    let length = steps.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope))
    for (let k = 0; k < halvings; k++) {
      for (let i = 0; i < d; i++) next[i] = x[i]! + length * direction[i]!
      project(next, lower, upper)
      let expected = 0
      for (let i = 0; i < d; i++) expected += gradient[i]! * (next[i]! - x[i]!)
      const trial = f(next, nextGradient)
      evaluations++
      if (trial <= value + sufficient * expected && Number.isFinite(trial)) {
        remember()
        const gain = value - trial
        ;[x, next] = [next, x]
        ;[gradient, nextGradient] = [nextGradient, gradient]
        value = trial
        return gain
      }
      // The minimum of the parabola through both values and the slope, within reason.
      const bend = 2 * (trial - value - slope * length)
      const best = bend > 0 ? (-slope * length * length) / bend : 0
      length = Number.isFinite(best)
        ? Math.min(0.5 * length, Math.max(0.1 * length, best))
        : 0.1 * length
    }
    return null
  }

  return {
    get x() {
      return x
    },
    get value() {
      return value
    },
    get evaluations() {
      return evaluations
    },
    step() {
      if (!(steepest() > gradientTolerance)) return false
      const gain = move(turn())
      if (gain !== null) return gain > valueTolerance * Math.max(1, Math.abs(value))
      // What is remembered leads nowhere; without it there is one more try.
      const again = steps.length > 0
      steps.length = 0
      return again
    },
  }
}

/** direction ← H direction, H the approximate inverse Hessian of the remembered steps. */
function twoLoops(direction: Float64Array, steps: readonly Step[], weights: Float64Array): void {
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
