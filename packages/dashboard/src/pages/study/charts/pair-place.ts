/** The place of two objectives among all pairs as core's `frontCharts` lists them. */
export function pairPlace([one = 0, other = 1]: readonly number[]): number {
  const [x, y] = [Math.max(0, Math.min(one, other)), Math.max(1, Math.max(one, other))]
  return (y * (y - 1)) / 2 + x
}
