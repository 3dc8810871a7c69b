import type { Progress } from './progress.ts'

/** The dual of a support vector machine: ½ αᵀ Q α + pᵀ α is least, yᵀ α stays, 0 ≤ α ≤ c. */
export interface DualProblem {
  readonly size: number
  /** By variable 1 or −1. */
  readonly signs: Int8Array
  /** p, by variable. */
  readonly linear: Float64Array
  /** By variable the largest value. */
  readonly upper: Float64Array
  /** y_i y_j K_ij of all j; stays as it is until the row after the next is asked for. */
  row(i: number): Float32Array
  /** K_ii. */
  readonly diagonal: Float64Array
}

export interface DualSolution {
  readonly alpha: Float64Array
  /** The decision is Σ y α K − rho. */
  readonly rho: number
  /** Q α + p. */
  readonly gradient: Float64Array
  /** Whether it ended because the conditions hold, and not for too many steps. */
  readonly converged: boolean
}

/** Curvatures that are not positive are taken as this. */
const tiny = 1e-12

/**
 * Sequential minimal optimisation (J. C. Platt, 1998) from α = 0: two variables at a time, the first
 * that violates the conditions most, the second that promises most decrease by second order (R.-E. Fan,
 * P.-H. Chen and C.-J. Lin, "Working set selection using second order information for training support
 * vector machines", 2005, WSS 2).
 *
 * @param tolerance ends when the conditions are violated by less
 * @param iterations ends after as many steps
 * @param progress may end it before
 */
export async function solveDual(
  problem: DualProblem,
  tolerance: number,
  iterations: number,
  progress: Progress,
): Promise<DualSolution> {
  const { size, signs, linear, upper } = problem
  const alpha = new Float64Array(size)
  const gradient = linear.slice()
  const pair = { i: -1, j: -1, row: problem.row(0) }
  let converged = false
  for (let step = 0; step < iterations; step++) {
    if (!selectPair(problem, alpha, gradient, tolerance, pair)) {
      converged = true
      break
    }
    const { i, j, row } = pair
    const other = problem.row(j)
    const before = { i: alpha[i]!, j: alpha[j]! }
    movePair(problem, alpha, gradient, i, j, row[j]!)
    const di = alpha[i]! - before.i
    const dj = alpha[j]! - before.j
    for (let t = 0; t < size; t++) gradient[t]! += row[t]! * di + other[t]! * dj
    if (progress.isDue() && (await progress.breathe())) break
  }
  return { alpha, rho: rhoOf(signs, upper, alpha, gradient), gradient, converged }
}

/** Fills in the pair with the row of its first; false when the conditions hold. */
function selectPair(
  problem: DualProblem,
  alpha: Float64Array,
  gradient: Float64Array,
  tolerance: number,
  pair: { i: number; j: number; row: Float32Array },
): boolean {
  const { size, signs, upper, diagonal } = problem
  let highest = -Infinity
  let i = -1
  for (let t = 0; t < size; t++) {
    const up = signs[t] === 1 ? alpha[t]! < upper[t]! : alpha[t]! > 0
    const value = signs[t] === 1 ? -gradient[t]! : gradient[t]!
    if (up && value > highest) {
      highest = value
      i = t
    }
  }
  if (i < 0) return false
  const row = problem.row(i)
  const own = diagonal[i]!
  const sign = signs[i]!
  let lowest = Infinity
  let best = Infinity
  let j = -1
  for (let t = 0; t < size; t++) {
    const down = signs[t] === 1 ? alpha[t]! > 0 : alpha[t]! < upper[t]!
    if (!down) continue
    const value = signs[t] === 1 ? -gradient[t]! : gradient[t]!
    if (value < lowest) lowest = value
    const gain = highest - value
    if (gain <= 0) continue
    const curvature = own + diagonal[t]! - 2 * sign * signs[t]! * row[t]!
    const decrease = -(gain * gain) / (curvature > 0 ? curvature : tiny)
    if (decrease < best) {
      best = decrease
      j = t
    }
  }
  pair.i = i
  pair.j = j
  pair.row = row
  return j >= 0 && highest - lowest >= tolerance
}

/** The minimum along the line of both variables that keeps yᵀ α, within their bounds. */
function movePair(
  { signs, upper, diagonal }: DualProblem,
  alpha: Float64Array,
  gradient: Float64Array,
  i: number,
  j: number,
  between: number,
): void {
  const [ci, cj] = [upper[i]!, upper[j]!]
  const [ai, aj] = [alpha[i]!, alpha[j]!]
  const opposite = signs[i] !== signs[j]
  const bend = diagonal[i]! + diagonal[j]! + (opposite ? 2 : -2) * between
  const curvature = bend > 0 ? bend : tiny
  if (opposite) {
    // Both move alike: α_i − α_j stays.
    const step = (-gradient[i]! - gradient[j]!) / curvature
    const difference = ai - aj
    const low = Math.max(0, difference)
    const high = Math.min(ci, cj + difference)
    const next = Math.min(high, Math.max(low, ai + step))
    alpha[i] = next
    // At a bound of the other it must be there exactly.
    alpha[j] = next === cj + difference ? cj : Math.min(cj, Math.max(0, next - difference))
    return
  }
  const step = (gradient[i]! - gradient[j]!) / curvature
  const sum = ai + aj
  const low = Math.max(0, sum - cj)
  const high = Math.min(ci, sum)
  const next = Math.min(high, Math.max(low, ai - step))
  alpha[i] = next
  alpha[j] = next === sum - cj ? cj : Math.min(cj, Math.max(0, sum - next))
}

/** The mean of y G over the variables between their bounds; of none, the middle of what is possible. */
function rhoOf(
  signs: Int8Array,
  upper: Float64Array,
  alpha: Float64Array,
  gradient: Float64Array,
): number {
  let sum = 0
  let free = 0
  let high = Infinity
  let low = -Infinity
  for (let t = 0; t < alpha.length; t++) {
    const value = signs[t]! * gradient[t]!
    if (upper[t] === 0) continue
    if (alpha[t]! >= upper[t]!) {
      if (signs[t] === -1) high = Math.min(high, value)
      else low = Math.max(low, value)
    } else if (alpha[t]! <= 0) {
      if (signs[t] === 1) high = Math.min(high, value)
      else low = Math.max(low, value)
    } else {
      free++
      sum += value
    }
  }
  return free > 0 ? sum / free : (high + low) / 2
}
