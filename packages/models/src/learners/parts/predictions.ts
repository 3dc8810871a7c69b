import { exp } from '@attune/core/math'
import type { ClassPrediction, NumberPrediction } from '../../matrix.ts'

/**
 * Probabilities of the classes that had examples as a prediction of all labels.
 * @param shares row by row, one a present class; scaled here to add up to 1, of nothing evenly
 * @param codes by present class its code among the labels
 */
export function classPrediction(
  labels: readonly string[],
  codes: readonly number[],
  shares: Float64Array,
): ClassPrediction {
  const present = codes.length
  const rows = shares.length / present
  const width = labels.length
  const probabilities = new Float64Array(rows * width)
  const best = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let k = 0; k < present; k++) sum += shares[i * present + k]!
    let highest = -1
    for (let k = 0; k < present; k++) {
      const p = sum > 0 ? shares[i * present + k]! / sum : 1 / present
      probabilities[i * width + codes[k]!] = p
      if (p > highest) {
        highest = p
        best[i] = codes[k]!
      }
    }
  }
  return { kind: 'classes', labels, probabilities, codes: best }
}

export function numberPrediction(values: Float64Array): NumberPrediction {
  return { kind: 'numbers', values }
}

/** Turns scores into shares that add up to 1, row by row and in place: e^score over their sum. */
export function softmaxRows(scores: Float64Array, width: number): void {
  for (let at = 0; at < scores.length; at += width) {
    let highest = -Infinity
    for (let k = 0; k < width; k++) highest = Math.max(highest, scores[at + k]!)
    let sum = 0
    for (let k = 0; k < width; k++) {
      const share = exp(scores[at + k]! - highest)
      scores[at + k] = share
      sum += share
    }
    for (let k = 0; k < width; k++) scores[at + k]! /= sum
  }
}

/** 1 / (1 + e^−x), without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}
