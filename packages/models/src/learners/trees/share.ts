import type { OptionRule } from '../../options.ts'

/** A number above `low` and at most `high`. */
export function aboveUpTo(low: number, high: number): OptionRule {
  return {
    rule: `a number above ${low} and at most ${high}`,
    allows: (value) => typeof value === 'number' && value > low && value <= high,
  }
}
