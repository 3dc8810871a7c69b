import type { ObjectiveSpec } from '@attune/core'

/** Any data as one line of JSON with its line break; see jsonText. */
export function jsonLine(data: unknown): string {
  return `${jsonText(data)}\n`
}

/**
 * Any data as JSON without line breaks. NaN and infinities become strings; what a terminal would act
 * on is escaped, so that it can be looked at as well as parsed.
 */
export function jsonText(data: unknown): string {
  const text = JSON.stringify(data, (_, x: unknown) =>
    typeof x === 'number' && !Number.isFinite(x) ? String(x) : x,
  )
  return text.replaceAll(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Values by the names of their objectives; those that a trial does not have are left out. */
export function byName(
  objectives: readonly ObjectiveSpec[],
  values: readonly number[],
): Record<string, number> {
  const entries = objectives.map((o, i) => [o.name, values[i] ?? Number.NaN] as const)
  return Object.fromEntries(entries.filter(([, x]) => !Number.isNaN(x)))
}
