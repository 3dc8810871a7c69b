/** A share in percent. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`

/** A number with its sign; an open end of an interval as it is. */
export function signed(x: number, digits = 2): string {
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞'
  const size = Math.abs(x).toFixed(digits)
  return x < 0 ? `−${size}` : `+${size}`
}
