import { createFactor, median } from '@attune/core/math'

const lengths = [0.05, 0.1, 0.2, 0.4, 0.8]
const noises = [1e-3, 1e-2, 0.03, 0.1, 0.3]
/** Losses farther from the best than so many median gaps are drawn in, as the sampler `gamma` does. */
const farthest = 5

/**
 * Where the mean of a Gaussian process through losses is least: Matérn 5/2 over the range of x, length and
 * noise by the greatest likelihood on a grid, on standardised losses of which outliers are drawn in. What
 * a surrogate would choose that knows of noise.
 */
export function gpMeanMinimiser(
  points: readonly { readonly x: number; readonly y: number }[],
  steps = 400,
): number {
  const [low, high] = [Math.min(...points.map((p) => p.x)), Math.max(...points.map((p) => p.x))]
  if (points.length < 3 || low === high) return points.toSorted((a, b) => a.y - b.y)[0]!.x
  const u = points.map(({ x }) => (x - low) / (high - low))
  const z = standardised(points.map(({ y }) => y))
  let best = { evidence: -Infinity, length: 0, weights: z }
  for (const length of lengths) {
    for (const noise of noises) {
      const found = evidenceOf(u, z, length, noise)
      if (found.evidence > best.evidence) best = { ...found, length }
    }
  }
  let lowest = { x: low, mean: Infinity }
  for (let i = 0; i <= steps; i++) {
    const at = i / steps
    let mean = 0
    u.forEach((v, k) => (mean += matern(Math.abs(at - v) / best.length) * best.weights[k]!))
    if (mean < lowest.mean) lowest = { x: low + at * (high - low), mean }
  }
  return lowest.x
}

function standardised(losses: readonly number[]): Float64Array {
  const best = Math.min(...losses)
  const gaps = losses.map((loss) => loss - best)
  const limit = farthest * median(gaps.filter((gap) => gap > 0)) || 1
  const z = Float64Array.from(gaps, (gap) => Math.min(gap, limit))
  const mean = z.reduce((a, b) => a + b, 0) / z.length
  const deviation = Math.sqrt(z.reduce((sum, v) => sum + (v - mean) ** 2, 0) / z.length) || 1
  return z.map((v) => (v - mean) / deviation)
}

const matern = (distance: number): number => {
  const r = Math.sqrt(5) * distance
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}

function evidenceOf(
  u: readonly number[],
  z: Float64Array,
  length: number,
  noise: number,
): { readonly evidence: number; readonly weights: Float64Array<ArrayBuffer> } {
  const factor = createFactor(u.length)
  u.forEach((a, i) => {
    const row = Float64Array.from({ length: i }, (_, j) => matern(Math.abs(a - u[j]!) / length))
    factor.append(row, 1 + noise)
  })
  const white = new Float64Array(u.length)
  const weights = new Float64Array(u.length)
  factor.whiten(z, white)
  factor.unwhiten(white, weights)
  const fit = white.reduce((sum, w) => sum + w * w, 0)
  return { evidence: -0.5 * (fit + factor.logDeterminant()), weights }
}
