import { AttuneError } from '@attune/core'

/**
 * The whole number that an option of the command line holds.
 * @throws AttuneError `usage` for anything else, and for less than `least`.
 */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  least: number,
): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number
  throw new AttuneError('usage', `${flag} takes a whole number >= ${least}, got "${text}".`)
}
