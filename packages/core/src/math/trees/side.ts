/** Most labels of a categorical feature. */
export const maxLabels = 31

/** The side of a split on which a feature's value lies. */
export function goesLeft(x: number, threshold: number, labels: number): boolean {
  return labels === 0 ? x < threshold : ((labels >>> x) & 1) === 1
}

/** A number that parts two neighbouring values: above the lower one, at most the upper one. */
export function between(below: number, above: number): number {
  const middle = below + (above - below) / 2
  return middle > below ? middle : above
}

/** The labels of the left side, with those that no row of the node has where they belong. */
export function withAbsent(
  labels: number,
  present: number,
  count: number,
  leftIsLarger: boolean,
): number {
  if (!leftIsLarger) return labels
  return (labels | (~present & (2 ** count - 1))) >>> 0
}
