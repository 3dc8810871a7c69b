const one = new Float32Array(1)
const bits = new Int32Array(one.buffer)

/**
 * The least float32 that is not below x. For every float32 v, `v < x` says the same as
 * `v < roundUp(x)`, so that a threshold can be kept as a float32 without any value changing sides.
 */
export function roundUp(x: number): number {
  const near = Math.fround(x)
  return near < x ? nextUp(near) : near
}

/** The least float32 above a finite float32. */
function nextUp(x: number): number {
  if (x === 0) return 2 ** -149
  one[0] = x
  bits[0]! += x > 0 ? 1 : -1
  return one[0]
}
