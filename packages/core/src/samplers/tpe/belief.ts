import { exp, log } from '../../math/elementary.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { ChoiceDistribution, NumericDistribution } from '../../space/distribution.ts'
import { countValues, valueAt } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { Dimension } from './dimension.ts'
import { cellAt, dimensionOf } from './dimension.ts'

/** Where a good value of a number is expected, in the parameter's own units. */
export type NumberBelief = {
  readonly around: number
  /**
   * One standard deviation: a distance, for a parameter on a log scale a factor above 1. Default: a
   * fifth of the range.
   */
  readonly spread?: number
}

/**
 * How likely each label is to be the best, relative to the others, by its text. A label that is not
 * named has no weight.
 */
export type LabelBelief = {
  readonly [label: string]: number
}

/** What is expected of one parameter, as a density over the codes of its dimension. */
export interface Belief {
  readonly dimension: Dimension
  /** Natural logarithm of the density, relative to an even draw. */
  logDensity(code: number): number
  /** The code that belongs to a `u` drawn evenly from [0, 1). */
  draw(u: number): number
}

/** This share of a belief is an even draw, so that no value is ever ruled out. */
const doubt = 0.05
const usualSpread = 0.2

/** A normal distribution on the parameter's scale, cut off at the ends of its range. */
export function numberBelief(given: NumberBelief, d: NumericDistribution): Belief {
  const dimension = dimensionOf(d)
  const mean = sharedCodec(d).encode(given.around)
  const b = given.spread === undefined ? usualSpread : spreadOf(given.spread, d)
  const low = normalCdf(-mean / b)
  const mass = normalCdf((1 - mean) / b) - low
  const quantile = (u: number): number =>
    Math.min(1, Math.max(0, mean + b * normalQuantile(low + u * mass)))
  if (dimension.kind === 'continuous') {
    const factor = 1 / (b * Math.sqrt(2 * Math.PI) * mass)
    return {
      dimension,
      logDensity: (x) => logDoubted(factor * exp(-0.5 * ((x - mean) / b) ** 2)),
      draw: (u) => (u < doubt ? u / doubt : quantile((u - doubt) / (1 - doubt))),
    }
  }
  const { edges } = dimension
  const below = Float64Array.from(edges, (edge) => (normalCdf((edge - mean) / b) - low) / mass)
  return {
    dimension,
    logDensity: (i) => logDoubted((below[i + 1]! - below[i]!) / (edges[i + 1]! - edges[i]!)),
    draw: (u) => cellAt(dimension, u < doubt ? u / doubt : quantile((u - doubt) / (1 - doubt))),
  }
}

/** A standard deviation as a share of the range, on the parameter's scale. */
function spreadOf(spread: number, d: NumericDistribution): number {
  const { encode } = sharedCodec(d)
  const count = countValues(d)
  const high = Number.isFinite(count) ? (valueAt(d, count - 1) as number) : d.high
  const unit = encode(high) - encode(d.low)
  if (d.scale === 'log') return (log(spread) / (log(high) - log(d.low))) * unit
  // Halved, so that the width of a huge range does not overflow.
  return (spread / 2 / (high / 2 - d.low / 2)) * unit
}

/** Weights by label, and a little of every label. */
export function labelBelief(given: LabelBelief, d: ChoiceDistribution): Belief {
  const count = d.choices.length
  const weights = new Float64Array(count)
  for (const [label, weight] of Object.entries(given)) weights[labelAt(d, label)] = weight
  const most = weights.reduce((a, b) => Math.max(a, b), 0)
  // Relative to the largest first: the sum of huge weights would overflow.
  const total = weights.reduce((sum, weight) => sum + weight / most, 0)
  const shares = weights.map((w) => ((1 - doubt) * (w / most)) / total + doubt / count)
  return {
    dimension: dimensionOf(d),
    logDensity: (i) => log(shares[i]! * count),
    draw(u) {
      let rest = u
      for (let i = 0; i < count - 1; i++) {
        rest -= shares[i]!
        if (rest < 0) return i
      }
      return count - 1
    },
  }
}

/** The place of the label with this text, a string before others; -1 when there is none. */
export function labelAt({ choices }: ChoiceDistribution, text: string): number {
  const place = choices.indexOf(text)
  return place >= 0 ? place : choices.findIndex((label) => String(label) === text)
}

const logDoubted = (density: number): number => log((1 - doubt) * density + doubt)
