import type { Json } from '../errors.ts'
import type { Values } from '../space/space.ts'
import type { Suggestion } from './suggest.ts'

/** Where what was recorded and what is computed part ways; undefined: there is none. */
export interface Mismatch {
  readonly part:
    | 'value'
    | 'proposed'
    | 'memo'
    | 'why'
    | 'decision'
    | 'reason'
    | 'promotion'
    | 'discovered'
    | 'error'
  /** The parameter that it is about. */
  readonly param?: string
  readonly recorded: Json | undefined
  readonly computed: Json | undefined
}

/** The same as JSON: what a journal makes of -0 and NaN is no difference. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The first part in which two things differ, of pairs in the order of their weight. */
export function firstMismatch(
  pairs: readonly (readonly [Mismatch['part'], recorded: unknown, computed: unknown])[],
): Mismatch | undefined {
  for (const [part, recorded, computed] of pairs) {
    if (!sameJson(recorded, computed)) {
      return { part, recorded: recorded as Json, computed: computed as Json }
    }
  }
  return undefined
}

export function compareSuggestions(
  recorded: Suggestion,
  computed: Suggestion,
): Mismatch | undefined {
  return (
    compareValues('value', recorded.values, computed.values) ??
    compareValues('proposed', recorded.proposed ?? {}, computed.proposed ?? {}) ??
    firstMismatch([
      ['memo', recorded.memo, computed.memo],
      ['why', recorded.why, computed.why],
    ])
  )
}

function compareValues(
  part: 'value' | 'proposed',
  recorded: Values,
  computed: Values,
): Mismatch | undefined {
  for (const param of new Set([...Object.keys(recorded), ...Object.keys(computed)])) {
    const [a, b] = [recorded[param], computed[param]]
    if (!sameJson(a, b)) return { part, param, recorded: a, computed: b }
  }
  return undefined
}
