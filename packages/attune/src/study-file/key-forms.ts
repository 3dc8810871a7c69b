import { z } from 'zod'
import { durationExpected, durationPattern, secondsOf } from './duration.ts'
import { numberRules } from './rules.ts'
import { bytesOf, sizeExpected, sizePattern, smallestSize } from './size.ts'
import { show } from './wording.ts'

/** How a form of value calls what is wrong with it. */
export interface Wording {
  readonly error: (issue: { readonly input?: unknown }) => string
}

/** Our words for whatever is wrong with a value: the rule, what was given, and an example. */
export function says(expected: string, example: string): Wording {
  return { error: ({ input }) => `expected ${expected}, got ${show(input)}. Example: ${example}.` }
}

/** Any text but the empty one. */
export function text(expected: string, example: string): z.ZodString {
  const wording = says(expected, example)
  return z.string(wording).min(1, wording)
}

/** A number as its rule asks. */
export function numberOf(
  key: keyof typeof numberRules,
  shown: string = `${key}: ${numberRules[key].example}`,
): z.ZodNumber {
  const { whole, min, above, expected } = numberRules[key]
  const wording = says(expected, shown)
  const base = whole ? z.int(wording) : z.number(wording)
  const bounded = min === undefined ? base : base.min(min, wording)
  return above === undefined ? bounded : bounded.gt(above, wording)
}

/** Seconds, or a number with its unit; more than 0 where it must be `positive`. */
export function duration(positive: boolean, example: string): z.ZodType<number | string> {
  const wording = says(durationExpected, example)
  const seconds = positive ? z.number(wording).positive(wording) : z.number(wording).min(0, wording)
  const given = z.union([seconds, z.string(wording).regex(durationPattern, wording)], wording)
  return given.refine((value) => {
    const parsed = secondsOf(value)
    return parsed !== undefined && (parsed > 0 || !positive)
  }, wording)
}

/** Bytes, or a number with its unit. */
export function size(example: string): z.ZodType<number | string> {
  const wording = says(sizeExpected, example)
  const bytes = z.int(wording).min(smallestSize, wording)
  const given = z.union([bytes, z.string(wording).regex(sizePattern, wording)], wording)
  return given.refine((value) => bytesOf(value) !== undefined, wording)
}

/** A list of texts that are not empty. */
export function listOf(what: string, example: string): z.ZodType<readonly string[]> {
  const wording = says(`a list of ${what}`, example)
  return z.array(z.string(wording).min(1, wording), wording)
}
