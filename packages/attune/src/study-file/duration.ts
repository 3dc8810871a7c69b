/** A number of seconds, or a number with its unit. */
export const durationPattern: RegExp = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h|d)?\s*$/

const seconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const

/** What a duration looks like, for messages. */
export const durationExpected = 'a duration such as 90s, 10m, 1.5h or 2d'

/**
 * The seconds of `90`, `90s`, `10m`, `1.5h`, `2d` or `500ms`; `undefined` for anything else.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = 's'] = durationPattern.exec(text) ?? []
  if (amount === undefined) return undefined
  const parsed = Number(amount) * seconds[unit as keyof typeof seconds]
  return Number.isFinite(parsed) ? parsed : undefined
}

/** The seconds of a number of seconds, or of a text that is a duration. */
export function secondsOf(given: number | string): number | undefined {
  return typeof given === 'number' ? given : parseDuration(given)
}
