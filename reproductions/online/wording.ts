import type { Interval } from '../lib/statistics.ts'

/** A share in percent. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`

/** A difference of shares with its interval, in points. */
export function points({ mean, low, high }: Interval): string {
  return `${signed(100 * mean)} points (95 %: ${signed(100 * low)} to ${signed(100 * high)})`
}

export function signed(x: number, digits = 2): string {
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞'
  return `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(digits)}`
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The standard deviation; 0 of fewer than two values. */
export function spread(values: readonly number[]): number {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1))
}
