import type { Observation } from './observations.ts'
import { fitPowerWarp } from '../model/power-warp.ts'
import type { Warp } from '../model/warp.ts'
import { fitWarp } from '../model/warp.ts'

/** Observations with the numbers a surrogate is given for them. */
export interface Targets {
  readonly rows: readonly Observation[]
  readonly targets: Float64Array
}

/**
 * The warped losses of one objective. The warp is fitted on complete trials. A failed trial stands
 * at the worst of them. A pruned one stands with its last report but never better than their
 * median, for it was stopped because it lagged behind; with several objectives it is left out.
 *
 * With two objectives the warp keeps the proportions of all losses, since what is gained is an area:
 * on a front the best of one objective is among the worst of the other, and ranks there mislead.
 */
export function objectiveTargets(
  observations: readonly Observation[],
  objective: number,
  objectives: number,
): Targets {
  const fit = objectives === 2 ? fitPowerWarp : fitWarp
  return targetsBy(fit, observations, objective, objectives)
}

/** The same with another map from losses to targets, which is returned too. */
export function targetsBy<W extends Warp>(
  fit: (losses: readonly number[]) => W,
  observations: readonly Observation[],
  objective: number,
  objectives: number,
): Targets & { readonly warp: W } {
  const rows = objectives === 1 ? observations : observations.filter((o) => o.state !== 'pruned')
  const losses = (state: Observation['state']): number[] =>
    rows.filter((o) => o.state === state).map((o) => o.losses[objective]!)
  const complete = losses('complete')
  const warp = fit(complete.length > 0 ? complete : losses('pruned'))
  const middle = complete.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[complete.length >> 1]
  const targets = Float64Array.from(rows, ({ state, losses }) => {
    if (state === 'failed') return warp.worst
    const loss = losses[objective]!
    return warp.apply(state === 'pruned' && middle !== undefined && loss < middle ? middle : loss)
  })
  return { rows, targets, warp }
}

/**
 * Several objectives as one, by random weights: max w_k u_k + 0.05 Σ w_k u_k, with u the warped
 * losses between 0 and 1 (J. Knowles, "ParEGO", IEEE TEC 10(1), 2006, equation 2).
 */
export function scalarTargets(
  observations: readonly Observation[],
  weights: readonly number[],
): Targets {
  const each = weights.map((_, k) => objectiveTargets(observations, k, weights.length))
  const rows = each[0]!.rows
  const ranges = each.map(({ targets }) => {
    const low = targets.reduce((a, b) => Math.min(a, b))
    return [low, targets.reduce((a, b) => Math.max(a, b)) - low] as const
  })
  const scalars = rows.map((_, i) => {
    let largest = 0
    let sum = 0
    each.forEach(({ targets }, k) => {
      const [low, range] = ranges[k]!
      const u = range > 0 ? (weights[k]! * (targets[i]! - low)) / range : 0
      largest = Math.max(largest, u)
      sum += u
    })
    return largest + 0.05 * sum
  })
  const warp = fitWarp(scalars)
  return { rows, targets: Float64Array.from(scalars, warp.apply) }
}

/**
 * The margins of one outcome constraint, in a scale that keeps 0 and tames outliers; trials of
 * which they are not known are left out.
 */
export function constraintTargets(observations: readonly Observation[], index: number): Targets {
  const rows = observations.filter((o) => !Number.isNaN(o.margins[index]!))
  const sizes = rows
    .map((o) => Math.abs(o.margins[index]!))
    .filter((x) => x > 0 && Number.isFinite(x))
    .sort((a, b) => a - b)
  const unit = sizes[sizes.length >> 1] ?? 1
  const largest = sizes.at(-1) ?? 1
  const targets = Float64Array.from(rows, ({ margins }) =>
    Math.asinh(Math.min(largest, Math.max(-largest, margins[index]!)) / unit),
  )
  return { rows, targets }
}
