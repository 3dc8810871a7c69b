import { nearest } from '@attune/core'

/** A value as a message shows it, cut short. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}

/** `Did you mean …?`, or what is known when nothing is near. */
export function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${near}"?`
}

/** A path such as `command[3]` or `trial.timeout`. */
export function formatPath(keys: readonly (string | number)[]): string {
  const parts = keys.map((key, i) =>
    typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`,
  )
  return parts.join('')
}
