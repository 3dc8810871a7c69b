/** Columns of a wide table that stand in the page, `to` not included, and the widths around them. */
export interface ColumnWindow {
  readonly from: number
  readonly to: number
  readonly before: number
  readonly after: number
}

/**
 * Which columns are in the page: those that are seen and one on each side.
 * @param left how far it was scrolled
 * @param width of the part that is seen
 */
export function columnWindow(left: number, width: number, widths: readonly number[]): ColumnWindow {
  const ends: number[] = []
  let sum = 0
  for (const each of widths) ends.push((sum += each))
  const firstSeen = ends.findIndex((end) => end > left)
  const from = Math.max(0, (firstSeen < 0 ? widths.length : firstSeen) - 1)
  const beyond = ends.findIndex((end) => end >= left + width)
  const to = Math.min(widths.length, (beyond < 0 ? widths.length - 1 : beyond) + 2)
  const before = ends[from - 1] ?? 0
  return { from, to, before, after: sum - (ends[to - 1] ?? 0) }
}
