import type { Layout } from './layout.ts'
import type { Surrogate } from './surrogate.ts'

/** Squared scaled distances below which a point refines what is known there. */
const close = 0.01

/** The trial most like the point last predicted, and in what the two differ most. */
export function explainPoint(
  surrogate: Surrogate,
  layout: Layout,
  trials: readonly number[],
): string {
  const distances = new Float64Array(layout.features)
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  let differing = ''
  for (let i = 0; i < trials.length; i++) {
    surrogate.distances(i, distances)
    let sum = 0
    let largest = 0
    for (let f = 1; f < distances.length; f++) if (distances[f]! > distances[largest]!) largest = f
    for (let f = 0; f < distances.length; f++) sum += distances[f]!
    if (sum >= least) continue
    least = sum
    nearest = trials[i]!
    differing = layout.names[largest]!.replace('active:', '')
  }
  return least < close
    ? `refines trial ${nearest}`
    : `nearest trial ${nearest}, explores ${differing}`
}
