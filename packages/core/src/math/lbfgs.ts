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

/** A minimisation on its way; where it is by now is another array after every step. */
export interface Descent extends Minimum {
  /** One step down; false when there is nothing left to do. */
  step(): boolean
}

type Slope = (x: Float64Array, gradient: Float64Array) => number

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
  f: Slope,
  start: Float64Array,
  options: LbfgsOptions & { readonly iterations?: number } = {},
): Minimum {
  const { iterations = 100 } = options
  const descent = new LbfgsDescent(f, start, options)
  for (let i = 0; i < iterations && descent.step(); i++);
  const { x, value, evaluations } = descent
  return { x, value, evaluations }
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
export function startLbfgs(f: Slope, start: Float64Array, options: LbfgsOptions = {}): Descent {
  return new LbfgsDescent(f, start, options)
}

/** A class, because thousands are begun for one proposal, and closures for each are more to clear away. */
class LbfgsDescent implements Descent {
  x: Float64Array
  value: number
  evaluations = 1
  readonly #f: Slope
  readonly #lower: Float64Array | undefined
  readonly #upper: Float64Array | undefined
  readonly #gradientTolerance: number
  readonly #valueTolerance: number
  readonly #memory: number
  readonly #steps: Step[] = []
  readonly #weights: Float64Array
  readonly #direction: Float64Array
  #gradient: Float64Array
  #next: Float64Array
  #nextGradient: Float64Array

  constructor(f: Slope, start: Float64Array, options: LbfgsOptions) {
    const { lower, upper, memory = 8, gradientTolerance = 1e-6, valueTolerance = 1e-9 } = options
    const d = start.length
    this.#f = f
    this.#lower = lower
    this.#upper = upper
    this.#gradientTolerance = gradientTolerance
    this.#valueTolerance = valueTolerance
    this.#memory = memory
    this.#weights = new Float64Array(memory)
    this.#direction = new Float64Array(d)
    this.#gradient = new Float64Array(d)
    this.#next = new Float64Array(d)
    this.#nextGradient = new Float64Array(d)
    this.x = Float64Array.from(start)
    project(this.x, lower, upper)
    this.value = f(this.x, this.#gradient)
  }

  step(): boolean {
    if (!(this.#steepest() > this.#gradientTolerance)) return false
    const gain = this.#move(this.#turn())
    if (gain !== null) return gain > this.#valueTolerance * Math.max(1, Math.abs(this.value))
    // What is remembered leads nowhere; without it there is one more try.
    const again = this.#steps.length > 0
    this.#steps.length = 0
    return again
  }

  /** Whether a coordinate sits at a bound beyond which the value would fall. */
  #held(i: number): boolean {
    const lower = this.#lower
    const upper = this.#upper
    return (
      (lower !== undefined && this.x[i]! <= lower[i]! && this.#gradient[i]! > 0) ||
      (upper !== undefined && this.x[i]! >= upper[i]! && this.#gradient[i]! < 0)
    )
  }

  /** Straight down; returns the largest entry of it. */
  #steepest(): number {
    const direction = this.#direction
    let largest = 0
    for (let i = 0; i < direction.length; i++) {
      direction[i] = this.#held(i) ? 0 : -this.#gradient[i]!
      largest = Math.max(largest, Math.abs(direction[i]!))
    }
    return largest
  }

  /** From straight down to what the steps so far suggest, if that goes down; returns the slope. */
  #turn(): number {
    const direction = this.#direction
    const d = direction.length
    twoLoops(direction, this.#steps, this.#weights)
    for (let i = 0; i < d; i++) if (this.#held(i)) direction[i] = 0
    const slope = dot(direction, 0, this.#gradient, 0, d)
    if (slope < 0) return slope
    this.#steps.length = 0
    this.#steepest()
    return dot(direction, 0, this.#gradient, 0, d)
  }

  /** Moves as far along the direction as lowers the value enough; returns by how much, null for nowhere. */
  #move(slope: number): number | null {
    const x = this.x
    const next = this.#next
    const gradient = this.#gradient
    const direction = this.#direction
    let length = this.#steps.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope))
    for (let k = 0; k < halvings; k++) {
      for (let i = 0; i < next.length; i++) next[i] = x[i]! + length * direction[i]!
      project(next, this.#lower, this.#upper)
      let expected = 0
      for (let i = 0; i < next.length; i++) expected += gradient[i]! * (next[i]! - x[i]!)
      const trial = this.#f(next, this.#nextGradient)
      this.evaluations++
      if (trial <= this.value + sufficient * expected && Number.isFinite(trial)) {
        const gain = this.value - trial
        this.#accept(trial)
        return gain
      }
      // The minimum of the parabola through both values and the slope, within reason.
      const bend = 2 * (trial - this.value - slope * length)
      const best = bend > 0 ? (-slope * length * length) / bend : 0
      length = Number.isFinite(best)
        ? Math.min(0.5 * length, Math.max(0.1 * length, best))
        : 0.1 * length
    }
    return null
  }

  /** Goes to `next`, and remembers the step if the function bends upwards along it. */
  #accept(value: number): void {
    const [before, gradient] = [this.x, this.#gradient]
    const d = before.length
    const s = new Float64Array(d)
    const y = new Float64Array(d)
    for (let i = 0; i < d; i++) {
      s[i] = this.#next[i]! - before[i]!
      y[i] = this.#nextGradient[i]! - gradient[i]!
    }
    const curvature = dot(s, 0, y, 0, d)
    if (curvature > 1e-12 * dot(y, 0, y, 0, d)) {
      if (this.#steps.length === this.#memory) this.#steps.shift()
      this.#steps.push({ s, y, rho: 1 / curvature })
    }
    this.x = this.#next
    this.#next = before
    this.#gradient = this.#nextGradient
    this.#nextGradient = gradient
    this.value = value
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
