import type { Matrix, Target } from '../../matrix.ts'
import { type LinearScores, linearScores } from './linear-scores.ts'

/** What machines are judged by while they learn. */
export interface MarginTask {
  /** By machine the code of its label, of classes. */
  readonly codes: readonly number[]
  /** Whether violations count squared. */
  readonly squared: boolean
  /** Of regression: errors that cost nothing, in units of `scale`. */
  readonly epsilon: number
  readonly scale: number
}

/**
 * The mean violation over all rows, of classes also over all machines; and the share of rows whose label
 * has the highest score, or the root mean squared error.
 */
export function marginLosses(
  x: Matrix,
  y: Target,
  machines: LinearScores,
  task: MarginTask,
): { readonly loss: number; readonly score: number } {
  const scores = linearScores(x, machines)
  return y.kind === 'classes'
    ? hingeLosses(scores, y.codes, machines.intercepts.length, task)
    : tubeLosses(scores, y.values, task)
}

const counted = (violation: number, squared: boolean): number =>
  violation <= 0 ? 0 : squared ? violation * violation : violation

function hingeLosses(
  scores: Float64Array,
  actual: Int32Array,
  width: number,
  { codes, squared }: MarginTask,
): { readonly loss: number; readonly score: number } {
  let loss = 0
  let right = 0
  // A single machine speaks for the second of two labels.
  const own = codes.slice(codes.length - (width === 1 ? 1 : width))
  for (let i = 0; i < actual.length; i++) {
    let best = 0
    for (let m = 0; m < width; m++) {
      const score = scores[i * width + m]!
      loss += counted(1 - (own[m] === actual[i] ? score : -score), squared)
      if (score > scores[i * width + best]!) best = m
    }
    const found = width === 1 ? codes[scores[i]! > 0 ? 1 : 0] : own[best]
    if (found === actual[i]) right++
  }
  return { loss: loss / scores.length, score: right / actual.length }
}

function tubeLosses(
  scores: Float64Array,
  values: Float64Array,
  { epsilon, scale, squared }: MarginTask,
): { readonly loss: number; readonly score: number } {
  let loss = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const error = scores[i]! - values[i]!
    loss += counted(Math.abs(error) / scale - epsilon, squared)
    squares += error * error
  }
  return { loss: loss / values.length, score: Math.sqrt(squares / values.length) }
}
