import type { Rng } from '@attune/core'
import { square } from '../../elementary.ts'

/** A linear machine on rows of numbers; its intercept is a coefficient of a column of ones. */
export interface LinearProblem {
  /** Row by row. */
  readonly data: Float32Array
  readonly columns: number
  /** Which rows are learnt from. */
  readonly rows: Int32Array
  /** By row of `data`: 1 or −1 for classes, else a number. */
  readonly targets: Float64Array
  /** By row of `data`, c times its weight. */
  readonly costs: Float64Array
  /** Whether violations count squared. */
  readonly squared: boolean
  readonly tolerance: number
}

/** Coefficients with the intercept at their end. */
export type LinearMachine = Float64Array

/** A descent on its way. */
export interface Descent {
  /** Where it is by now. */
  readonly machine: LinearMachine
  /** One pass over the rows; false when there is nothing left to do. */
  pass(): boolean
}

/** What both descents begin with. */
interface Beginning {
  readonly weights: Float64Array
  readonly order: Int32Array
  /** By place in `rows`: |x|² + 1 + the diagonal of squared losses. */
  readonly curvature: Float64Array
}

/**
 * ½ |w|² + Σ cost · max(0, 1 − y w·x)ᵖ is minimised by descent along one dual variable at a time, in
 * random order, variables at their bounds being left out for a while: C.-J. Hsieh, K.-W. Chang,
 * C.-J. Lin, S. S. Keerthi and S. Sundararajan, "A dual coordinate descent method for large-scale linear
 * SVM", 2008, algorithm 3.
 */
export function hingeDescent(problem: LinearProblem, rng: Rng): Descent {
  const { rows, targets, costs, squared, tolerance } = problem
  const { weights, order, curvature } = beginDescent(problem)
  const alpha = new Float64Array(rows.length)
  let active = rows.length
  let [upperLast, lowerLast] = [Infinity, -Infinity]
  const pass = (): boolean => {
    shuffleFirst(order, active, rng)
    let [highest, lowest] = [-Infinity, Infinity]
    for (let s = 0; s < active; s++) {
      const place = order[s]!
      const row = rows[place]!
      const sign = targets[row]!
      const bound = squared ? Infinity : costs[row]!
      const soft = squared ? 0.5 / costs[row]! : 0
      const gradient = sign * scoreOf(problem, weights, row) - 1 + soft * alpha[place]!
      let projected = gradient
      if (alpha[place] === 0) {
        if (gradient > upperLast) {
          active--
          swap(order, s, active)
          s--
          continue
        }
        projected = Math.min(0, gradient)
      } else if (alpha[place]! >= bound) {
        if (gradient < lowerLast) {
          active--
          swap(order, s, active)
          s--
          continue
        }
        projected = Math.max(0, gradient)
      }
      highest = Math.max(highest, projected)
      lowest = Math.min(lowest, projected)
      if (Math.abs(projected) < 1e-12) continue
      const before = alpha[place]!
      const next = Math.min(bound, Math.max(0, before - gradient / curvature[place]!))
      alpha[place] = next
      addTo(problem, weights, row, (next - before) * sign)
    }
    if (highest - lowest <= tolerance) {
      if (active === rows.length) return false
      // All variables come back for a last look.
      active = rows.length
      upperLast = Infinity
      lowerLast = -Infinity
      return true
    }
    upperLast = highest <= 0 ? Infinity : highest
    lowerLast = lowest >= 0 ? -Infinity : lowest
    return true
  }
  return { machine: weights, pass }
}

/**
 * ½ |w|² + Σ cost · max(0, |y − w·x| − epsilon)ᵖ by descent along one dual variable at a time: C.-H. Ho
 * and C.-J. Lin, "Large-scale linear support vector regression", 2012, algorithm 4 without shrinking.
 */
export function tubeDescent(problem: LinearProblem, epsilon: number, rng: Rng): Descent {
  const { rows, targets, costs, squared, tolerance } = problem
  const { weights, order, curvature } = beginDescent(problem)
  const beta = new Float64Array(rows.length)
  let first = -1
  const pass = (): boolean => {
    shuffleFirst(order, rows.length, rng)
    let violations = 0
    for (let s = 0; s < rows.length; s++) {
      const place = order[s]!
      const row = rows[place]!
      const bound = squared ? Infinity : costs[row]!
      const soft = squared ? 0.5 / costs[row]! : 0
      const before = beta[place]!
      const gradient = scoreOf(problem, weights, row) - targets[row]! + soft * before
      violations += violation(gradient, epsilon, before, bound)
      const bend = curvature[place]!
      // The minimum of the parabola plus epsilon |β|, a soft threshold, within the bounds.
      const centre = before - gradient / bend
      const threshold = epsilon / bend
      const soften = centre > threshold ? centre - threshold : Math.min(0, centre + threshold)
      const next = Math.min(bound, Math.max(-bound, soften))
      if (next === before) continue
      beta[place] = next
      addTo(problem, weights, row, next - before)
    }
    if (first < 0) first = violations
    return violations > tolerance * first
  }
  return { machine: weights, pass }
}

/** How far a dual variable is from its minimum (the paper's equation 26). */
function violation(gradient: number, epsilon: number, beta: number, bound: number): number {
  const up = gradient + epsilon
  const down = gradient - epsilon
  if (beta === 0) return up < 0 ? -up : Math.max(0, down)
  if (beta >= bound) return Math.max(0, up)
  if (beta <= -bound) return Math.max(0, -down)
  return beta > 0 ? Math.abs(up) : Math.abs(down)
}

/** The score of a row with the intercept. */
export function scoreOf(
  { data, columns }: { readonly data: Float32Array; readonly columns: number },
  weights: LinearMachine,
  row: number,
): number {
  const at = row * columns
  let sum = weights[columns]!
  for (let j = 0; j < columns; j++) sum += weights[j]! * data[at + j]!
  return sum
}

function addTo(
  { data, columns }: LinearProblem,
  weights: Float64Array,
  row: number,
  share: number,
): void {
  const at = row * columns
  for (let j = 0; j < columns; j++) weights[j]! += share * data[at + j]!
  weights[columns]! += share
}

function beginDescent({ rows, data, columns, costs, squared }: LinearProblem): Beginning {
  const curvature = new Float64Array(rows.length)
  for (const [place, row] of rows.entries()) {
    let sum = 1 + (squared ? 0.5 / costs[row]! : 0)
    for (let j = 0; j < columns; j++) sum += square(data[row * columns + j]!)
    curvature[place] = sum
  }
  const order = Int32Array.from(rows.keys())
  return { weights: new Float64Array(columns + 1), order, curvature }
}

function shuffleFirst(order: Int32Array, count: number, rng: Rng): void {
  rng.shuffle(order.subarray(0, count))
}

function swap(order: Int32Array, a: number, b: number): void {
  const held = order[a]!
  order[a] = order[b]!
  order[b] = held
}
