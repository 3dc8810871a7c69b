import type { Slot } from './slot.ts'

/** Kernels of a mixture and what their log densities at a point add up to so far. */
export interface Terms {
  readonly places: Int32Array
  readonly logs: Float64Array
}

/** Kernels so far below the largest add nothing to the sum in double precision. */
export const negligible = -40

/*
 * The functions below add one or two dimensions to the terms `start` to `end` of `from` and leave in
 * `to`, which may be the same, those that are not negligible beside `top`, in their order; they give
 * their number. Every dimension only lowers a kernel, so that one far below another is out for good.
 */

export function addGaussian(
  { mu, inverse }: Slot,
  x: number,
  from: Terms,
  to: Terms,
  start: number,
  end: number,
  top: number,
): number {
  let kept = 0
  for (let k = start; k < end; k++) {
    const i = from.places[k]!
    const z = (x - mu[i]!) * inverse[i]!
    const log = from.logs[k]! - 0.5 * z * z
    if (log - top <= negligible) continue
    to.places[kept] = i
    to.logs[kept++] = log
  }
  return kept
}

/** Two dimensions at once, so that the terms are read and written half as often. */
export function addGaussians(
  a: Slot,
  x: number,
  b: Slot,
  y: number,
  from: Terms,
  to: Terms,
  start: number,
  end: number,
  top: number,
): number {
  const { mu: muA, inverse: inverseA } = a
  const { mu: muB, inverse: inverseB } = b
  let kept = 0
  for (let k = start; k < end; k++) {
    const i = from.places[k]!
    const z = (x - muA[i]!) * inverseA[i]!
    const w = (y - muB[i]!) * inverseB[i]!
    const log = from.logs[k]! - 0.5 * (z * z + w * w)
    if (log - top <= negligible) continue
    to.places[kept] = i
    to.logs[kept++] = log
  }
  return kept
}

/** `masses` is room for the log mass of the point's cell in every table in use. */
export function addGrid(
  { tableOf, used }: Slot,
  x: number,
  from: Terms,
  to: Terms,
  start: number,
  end: number,
  top: number,
  masses: Float64Array,
): number {
  for (let t = 0; t < used.length; t++) masses[t] = used[t]![x]!
  let kept = 0
  for (let k = start; k < end; k++) {
    const i = from.places[k]!
    const log = from.logs[k]! + masses[tableOf[i]!]!
    if (log - top <= negligible) continue
    to.places[kept] = i
    to.logs[kept++] = log
  }
  return kept
}

export function addChoice(
  { mu, own, other }: Slot,
  x: number,
  from: Terms,
  to: Terms,
  start: number,
  end: number,
  top: number,
): number {
  let kept = 0
  for (let k = start; k < end; k++) {
    const i = from.places[k]!
    const log = from.logs[k]! + (mu[i] === x ? own : other)
    if (log - top <= negligible) continue
    to.places[kept] = i
    to.logs[kept++] = log
  }
  return kept
}
