import type { History } from '../../journal/history.ts'
import type { Rng } from '../../math/rng.ts'
import type { Prior } from './fit.ts'
import { fitHyper, priorOf } from './fit.ts'
import type { Layout } from './layout.ts'
import type { Fitted } from './memo.ts'
import type { Base, Geometry, Hyper } from './surrogate.ts'
import { addRow, createBase } from './surrogate.ts'
import type { Targets } from './targets.ts'

/** A covariance of observations, and L⁻¹ of their targets. */
export interface Model {
  readonly fitted: Fitted
  readonly base: Base
  readonly rows: number
  readonly whitened: Float64Array
}

interface Kept {
  readonly layout: Layout
  readonly base: Base
  /** The codes that are rows of the base: those of a paused trial may change when it goes on. */
  readonly codes: Float64Array[]
}

/** Parameters are fitted again when there are this many times the observations of the last fit. */
const growth = 1.1

/**
 * Makes a function that models one series of targets under a key. Parameters are those of
 * `known` until the observations `seen`, of which the targets may be a part, have grown by a tenth;
 * the covariance of a history grows with it.
 */
export function createModels(
  prior: (geometry: Geometry) => Prior = priorOf,
): (
  history: History,
  key: string,
  layout: Layout,
  targets: Targets,
  known: Fitted | undefined,
  seen: number,
  rng: Rng,
) => Model {
  const histories = new WeakMap<History, Map<string, Kept>>()
  return (history, key, layout, { rows, targets }, known, seen, rng) => {
    const features = rows.map(({ codes }) => featuresOf(layout, codes))
    const count = rows.length
    const current = known !== undefined && seen >= known.count && seen < growth * known.count
    const fitted = current
      ? known
      : {
          count: seen,
          hyper: fitHyper(features, targets, layout, rng, known?.hyper, prior(layout)),
        }
    let keys = histories.get(history)
    if (keys === undefined) histories.set(history, (keys = new Map()))
    let kept = keys.get(key)
    if (kept?.layout !== layout || !sameHyper(kept.base.hyper, fitted.hyper)) {
      kept = { layout, base: createBase(fitted.hyper), codes: [] }
      keys.set(key, kept)
    }
    const { base, codes } = kept
    let same = 0
    while (same < codes.length && same < count && isSame(codes[same]!, rows[same]!.codes)) same++
    base.factor.truncate(same)
    codes.length = same
    for (let i = same; i < count; i++) {
      addRow(base, layout, features[i]!)
      codes.push(rows[i]!.codes)
    }
    const whitened = new Float64Array(count)
    base.factor.whiten(targets, whitened)
    return { fitted, base, rows: count, whitened }
  }
}

/** The features of a configuration. */
export function featuresOf(layout: Layout, codes: Float64Array): Float64Array {
  const active = new Uint8Array(codes.length)
  const features = new Float64Array(layout.features)
  layout.activate(codes, active)
  layout.featuresOf(codes, active, features)
  return features
}

const isSame = (a: Float64Array, b: Float64Array): boolean =>
  a === b || a.every((x, i) => Object.is(x, b[i]))

function sameHyper(a: Hyper, b: Hyper): boolean {
  if (a.signal !== b.signal || a.noise !== b.noise) return false
  return a.lengths.every((l, f) => l === b.lengths[f])
}
