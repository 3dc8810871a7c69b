import { rungAt } from '../journal/history.ts'
import { checkRungs, halving } from './halving.ts'
import type { Scheduler } from './scheduler.ts'

export interface HyperbandOptions {
  /** The step of the first rung of the bracket that stops earliest; default 1. */
  readonly minSteps?: number
  /** The number of steps of a whole trial; default 81. */
  readonly maxSteps?: number
  /** Each rung keeps the best 1/factor and the next one is factor times later; default 3. */
  readonly factor?: number
  /** Whether trials pause at rungs instead of being stopped there; default false. */
  readonly promote?: boolean
}

/**
 * Hyperband: brackets of asynchronous successive halving (see asha) that differ in how early they begin
 * to stop, for when it is not known how early a trial shows what it is worth. With
 * s_max = ⌊log_factor(maxSteps / minSteps)⌋, bracket s begins at step minSteps·factor^(s_max − s), so
 * that bracket 0 stops nobody. Trials are compared only within their bracket.
 *
 * Of every Σ n_s trials in a row n_s = ⌈(s_max + 1) factor^s / (s + 1)⌉ belong to bracket s, mixed evenly
 * by their numbers: trial t takes place t·g modulo Σ n_s in a list of the brackets, where g is near the
 * golden section of Σ n_s and has no divisor in common with it.
 *
 * Source: L. Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization",
 * JMLR 18 (185), 2018, algorithm 1. Differences: brackets run at the same time and halve asynchronously;
 * rungs count up from minSteps rather than down from maxSteps, so that they are whole steps. Optuna
 * draws the bracket from a hash of the study's name and the trial's number, so that its proportions hold
 * only on average.
 */
export function hyperband(options: HyperbandOptions = {}): Scheduler {
  const { minSteps = 1, maxSteps = 81, factor = 3, promote = false } = options
  checkRungs('hyperband', minSteps, maxSteps, factor)
  const top = rungAt({ first: minSteps, factor }, maxSteps)
  return halving({
    name: 'hyperband',
    options: { minSteps, maxSteps, factor, promote },
    minSteps,
    factor,
    top,
    promote,
    startOf: bracketStarts(top, factor),
  })
}

/** The rung at which the bracket of a trial begins: s_max - s for bracket s. */
function bracketStarts(top: number, factor: number): (trial: number) => number {
  /** Where in a cycle the places of each bracket end, the one that begins first in front. */
  const ends: number[] = []
  let cycle = 0
  for (let s = top; s >= 0; s--) {
    cycle += Math.ceil(((top + 1) * factor ** s) / (s + 1))
    ends.push(cycle)
  }
  const stride = strideOf(cycle)
  const known: number[] = []
  return (trial) => {
    let start = known[trial]
    if (start === undefined) {
      // A product of two such numbers may be more than a number holds exactly.
      const place = Number((BigInt(trial) * BigInt(stride)) % BigInt(cycle))
      known[trial] = start = ends.findIndex((end) => place < end)
    }
    return start
  }
}

/** A number near the golden section of `cycle` that has no divisor in common with it. */
function strideOf(cycle: number): number {
  let stride = Math.max(1, Math.floor(cycle * 0.618034))
  while (divisor(stride, cycle) !== 1) stride--
  return stride
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
