/** Rows that stand in the page, `to` not included. */
export interface RowWindow {
  readonly from: number
  readonly to: number
}

/** More rows than these never stand in the page. */
export const mostRows = 40

/**
 * Which rows of a table are in the page: those that are seen and some around them.
 * @param top how far it was scrolled, in pixels
 * @param height of the part that is seen, in pixels
 */
export function rowWindow(
  top: number,
  height: number,
  rowHeight: number,
  total: number,
): RowWindow {
  const seen = Math.min(mostRows, Math.ceil(height / rowHeight) + 1)
  const spare = Math.floor((mostRows - seen) / 2)
  const first = Math.floor(Math.max(0, top) / rowHeight)
  const to = Math.min(total, first + seen + spare)
  return { from: Math.max(0, Math.min(first - spare, to - seen)), to }
}

/** How far to scroll so that a row is seen, with the least movement. */
export function scrollToRow(row: number, top: number, height: number, rowHeight: number): number {
  const upper = row * rowHeight
  if (upper < top) return upper
  return Math.max(top, upper + rowHeight - height)
}
