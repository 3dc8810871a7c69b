/** Words that are names only in backticks. */
export const KEYWORD: RegExp = /^(?:or|and|not|in|true|false|null)$/

const PLAIN = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u

/**
 * A name as it is written in an expression: segments that hold other characters than letters, digits
 * and `_` go into backticks, as in `` optimizer.`weight-decay` ``. A backtick within is doubled.
 */
export function formatName(name: string): string {
  const quote = (text: string): string => `\`${text.replaceAll('`', '``')}\``
  const segments = name.split('.')
  if (KEYWORD.test(name) || segments.includes('')) return quote(name)
  // Only the first segment may not start with a digit.
  return segments.map((s, i) => (PLAIN.test(i > 0 ? `_${s}` : s) ? s : quote(s))).join('.')
}
