import { refuseProblems, type Problem } from '@attune/core'
import { halfWave, power } from '../elementary.ts'

/**
 * How the learning rate goes over a training, as plain data. Lengths are shares of the whole
 * training and rates are shares of the highest, so that a schedule means the same whatever the number
 * of epochs and the batch size.
 */
export type Schedule =
  /** `fixed` is the same by a name that a variant of a space can have; `constant` stands for a parameter. */
  (
    | { readonly kind: 'constant' | 'fixed' }
    /**
     * Times `factor`, default 0.1, after each of these shares of the training, default a half and three
     * quarters (He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2016).
     */
    | { readonly kind: 'step'; readonly at?: readonly number[]; readonly factor?: number }
    /** By the same factor from step to step, down to the share `to`, default 0.01. */
    | { readonly kind: 'exponential'; readonly to?: number }
    /** In a straight line, down to the share `to`, default 0. */
    | { readonly kind: 'linear'; readonly to?: number }
    /**
     * Half a wave of a cosine, down to the share `to`, default 0 (Loshchilov and Hutter, "SGDR", 2017,
     * equation 5, without restarts).
     */
    | { readonly kind: 'cosine'; readonly to?: number }
    /**
     * Up from the share `from`, default 0.04, over the share `rise` of the training, default 0.3, then
     * down to the share `to`, default 4e-6, both as half a wave of a cosine (Smith and Topin,
     * "Super-Convergence", 2019; the shape and the defaults are PyTorch's).
     */
    | {
        readonly kind: 'one-cycle'
        readonly from?: number
        readonly rise?: number
        readonly to?: number
      }
    /**
     * Times `factor`, default 0.1, whenever more than `patience`, default 10, watched losses in a row
     * were no better than the best by the share `threshold`, default 1e-4; not below the share `to`,
     * default 0. As PyTorch's ReduceLROnPlateau, except that losses below zero must fall too.
     */
    | {
        readonly kind: 'plateau'
        readonly factor?: number
        readonly patience?: number
        readonly threshold?: number
        readonly to?: number
      }
  ) & {
    /**
     * The share of the training over which the rate rises in a straight line first, default 0 (Goyal and
     * others, "Accurate, Large Minibatch SGD", 2017); the rest of the schedule takes the rest.
     */
    readonly warmup?: number
  }

/**
 * The learning rate of an update.
 *
 * @param step updates made before: 0 … steps - 1; later ones get the last rate
 * @param losses what was watched so far, a number an epoch; only `plateau` looks at it
 */
export type RateOf = (step: number, losses?: readonly number[]) => number

/**
 * @param rate the highest learning rate
 * @param steps updates of the whole training
 * @throws AttuneError `models/options` with everything that is out of range
 */
export function createSchedule(schedule: Schedule, rate: number, steps: number): RateOf {
  refuseProblems('models/options', `schedule ${schedule.kind}`, problemsOf(schedule, rate, steps))
  const rising = Math.ceil((schedule.warmup ?? 0) * steps)
  const shareOf = shapeOf(schedule)
  return (step, losses = []) => {
    if (step < rising) return (rate * (step + 1)) / rising
    const progress = Math.min(step - rising, steps - rising) / Math.max(1, steps - rising)
    return rate * shareOf(progress, losses)
  }
}

/** The share of the highest rate by the share of the training, 0 … 1, that was done. */
type Shape = (progress: number, losses: readonly number[]) => number

function shapeOf(schedule: Schedule): Shape {
  switch (schedule.kind) {
    case 'constant':
    case 'fixed':
      return () => 1
    case 'step': {
      const { at = [0.5, 0.75], factor = 0.1 } = schedule
      return (progress) => power(factor, at.filter((share) => progress >= share).length)
    }
    case 'exponential': {
      const { to = 0.01 } = schedule
      return (progress) => power(to, progress)
    }
    case 'linear': {
      const { to = 0 } = schedule
      return (progress) => 1 + (to - 1) * progress
    }
    case 'cosine': {
      const { to = 0 } = schedule
      return (progress) => wave(1, to, progress)
    }
    case 'one-cycle': {
      const { from = 0.04, rise = 0.3, to = 4e-6 } = schedule
      return (progress) =>
        progress < rise
          ? wave(from, 1, progress / rise)
          : wave(1, to, rise === 1 ? 0 : (progress - rise) / (1 - rise))
    }
    case 'plateau': {
      const { factor = 0.1, patience = 10, threshold = 1e-4, to = 0 } = schedule
      return (_, losses) => Math.max(to, power(factor, plateaus(losses, patience, threshold)))
    }
  }
}

/** From one number to another by half a wave. */
function wave(from: number, to: number, progress: number): number {
  return to + (from - to) * halfWave(progress)
}

/** How often a loss was waited for in vain; a loss that is NaN is no better. */
function plateaus(losses: readonly number[], patience: number, threshold: number): number {
  let best = Infinity
  let waited = 0
  let count = 0
  for (const loss of losses) {
    if (best === Infinity ? loss < best : loss < best - threshold * Math.abs(best)) {
      best = loss
      waited = 0
    } else if (++waited > patience) {
      count++
      waited = 0
    }
  }
  return count
}

function problemsOf(schedule: Schedule, rate: number, steps: number): Problem[] {
  const problems: Problem[] = []
  const check = (path: string, holds: boolean, rule: string, got: unknown): void => {
    if (!holds) problems.push({ path, message: `It must be ${rule}, but got ${String(got)}.` })
  }
  const { warmup, from, rise, to, at, factor, patience, threshold } = fieldsOf(schedule)
  check('rate', rate >= 0 && rate < Infinity, 'finite and at least 0', rate)
  check('steps', Number.isInteger(steps) && steps >= 1, 'a whole number of at least 1', steps)
  for (const [path, share] of Object.entries({ warmup, from, rise })) {
    check(path, share === undefined || (share >= 0 && share <= 1), 'in 0 … 1', share)
  }
  if (schedule.kind === 'exponential') {
    check('to', to === undefined || (to > 0 && to <= 1), 'greater than 0 and at most 1', to)
  } else {
    check('to', to === undefined || (to >= 0 && to <= 1), 'in 0 … 1', to)
  }
  for (const share of at ?? []) check('at', share >= 0 && share <= 1, 'shares in 0 … 1', share)
  check('factor', factor === undefined || (factor > 0 && factor <= 1), 'in 0 … 1, not 0', factor)
  check('patience', (patience ?? 0) >= 0, 'at least 0', patience)
  check('threshold', (threshold ?? 0) >= 0, 'at least 0', threshold)
  return problems
}

interface Fields {
  readonly warmup?: number
  readonly from?: number
  readonly rise?: number
  readonly to?: number
  readonly at?: readonly number[]
  readonly factor?: number
  readonly patience?: number
  readonly threshold?: number
}

/** Those of all kinds beside each other. */
function fieldsOf(schedule: Schedule): Fields {
  return schedule
}
