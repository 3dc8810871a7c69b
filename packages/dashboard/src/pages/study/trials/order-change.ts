/** Whether the new order only goes on where the old one ended, so that nothing would move. */
export function isCalm(before: Int32Array | undefined, after: Int32Array): boolean {
  return before === undefined || before.every((trial, i) => after[i] === trial)
}

/** How many rows an order has that another one did not; 1 at least where they stand otherwise. */
export function newRows(before: Int32Array | undefined, after: Int32Array | undefined): number {
  if (before === undefined || after === undefined || isCalm(before, after)) return 0
  return Math.max(1, after.length - before.length)
}
