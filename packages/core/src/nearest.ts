/**
 * The known word that was most likely meant by `word`, or `undefined` when none is close: equal but
 * for case, or at most max(2, a third of its length) slips away, in whole or in what follows the last
 * dot (`momentum` means `optimizer.sgd.momentum`). Of equals the first wins.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const given = word.toLowerCase()
  let best: string | undefined
  let least = Infinity
  for (const candidate of known) {
    const text = candidate.toLowerCase()
    const whole = mistakes(given, text)
    const last = mistakes(lastSegment(given), lastSegment(text))
    // Among as many mistakes in the last segment, the whole name decides.
    const score = candidate === word ? -1 : Math.min(whole, last) + Math.min(whole, 10) / 100
    if (score < least) [best, least] = [candidate, score]
  }
  return best
}

const lastSegment = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** The distance of two words, or Infinity when it is too large to be a slip. */
function mistakes(a: string, b: string): number {
  const limit = Math.max(2, a.length / 3)
  // Words without a letter in common are never meant for each other, however short.
  if (Math.abs(a.length - b.length) > limit) return Infinity
  const distance = damerauLevenshtein(a, b)
  return distance <= limit && distance < Math.max(a.length, b.length, 1) ? distance : Infinity
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (Damerau 1964,
 * Levenshtein 1966), in the form that edits no part twice (optimal string alignment).
 */
function damerauLevenshtein(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
