import { variance } from '@attune/core/math'
import type { Interval } from '../lib/statistics.ts'
import { signed } from '../lib/wording.ts'

/** A difference of shares with its interval, in points. */
export function points({ mean, low, high }: Interval): string {
  return `${signed(100 * mean)} points (95 %: ${signed(100 * low)} to ${signed(100 * high)})`
}

/** The standard deviation; 0 of fewer than two values. */
export const spread = (values: readonly number[]): number =>
  values.length < 2 ? 0 : Math.sqrt(variance(values))
