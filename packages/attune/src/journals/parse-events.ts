import type { StudyEvent } from '@attune/core'

/** Values separated by commas, parsed at once; undefined unless they are JSON and `count` of them. */
export function parseValues(text: string, count: number): readonly unknown[] | undefined {
  try {
    const values = JSON.parse(`[${text}]`) as unknown[]
    return values.length === count ? values : undefined
  } catch {
    return undefined
  }
}

/** Whether a value is an event that needs no closer look; the first of a study does. */
export function isOrdinaryEvent(value: unknown): value is StudyEvent {
  const type = (value as { type?: unknown } | null)?.type
  return typeof type === 'string' && type !== 'study-created'
}
