/** What verdicts are judged by, beside the summaries of `@attune/core/math`. */
import { mean, variance } from '@attune/core/math'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Quantiles 0.975 of Student's t by degrees of freedom from 1 (any table of them), later ones by 1.96. */
const student = [
  ...[12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228],
  ...[2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086],
  ...[2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042],
]

/** The mean with its interval of 95 %, by Student's t; of a single value the interval is endless. */
export function meanInterval(values: readonly number[]): Interval {
  const n = values.length
  const middle = mean(values)
  if (n < 2) return { mean: middle, low: -Infinity, high: Infinity }
  const half = (student[n - 2] ?? 1.96) * Math.sqrt(variance(values) / n)
  return { mean: middle, low: middle - half, high: middle + half }
}

/** The mean of a - b with its interval, pair by pair. */
export const pairedDifference = (a: readonly number[], b: readonly number[]): Interval =>
  meanInterval(a.map((value, i) => value - b[i]!))
