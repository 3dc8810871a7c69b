import { AttuneError } from '../errors.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { stateCode } from '../journal/history.ts'
import { lossReader } from './best.ts'
import { hypervolume } from './hypervolume.ts'
import { dominates } from './pareto.ts'

export interface ConvergenceOptions {
  /** In which order trials count: as they finished (default), or by number. */
  readonly order?: 'finish' | 'number'
}

export interface BestConvergenceOptions extends ConvergenceOptions {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
}

export interface VolumeConvergenceOptions extends ConvergenceOptions {
  /**
   * The reference point in units of the objectives, in their order. Default: of each objective the
   * worst finite result of a feasible trial and a tenth of the range beyond.
   */
  readonly reference?: readonly number[]
}

/** How a study got better. All columns have a row for every finished trial, whatever its state, but excluded ones. */
export interface Convergence {
  readonly trials: Int32Array
  /** By when this trial and all rows before it had finished, from the first start. */
  readonly seconds: Float64Array
  /** The best result so far, or the hypervolume; NaN while there is none. */
  readonly best: Float64Array
  /** The share of the way from the first to the last `best`; NaN while there is none. */
  readonly share: Float64Array
  /** The rows at which `best` got better; the first result is one of them. */
  readonly gains: Int32Array
  /** What has finished since the last of them; undefined while there is no result. */
  readonly since: { readonly trials: number; readonly seconds: number } | undefined
  /** The later half of the rows; undefined with fewer than 2 rows or no result. */
  readonly recent: RecentRate | undefined
}

/** At which rate a study still gets better. */
export interface RecentRate {
  readonly trials: number
  readonly gains: number
  /** The chance of a trial to be a gain, by Jeffreys' rule: (gains + ½) / (trials + 1). */
  readonly chance: number
  /** The mean improvement a trial, in units of `best`; NaN when there was no result before. */
  readonly perTrial: number
}

/**
 * The best feasible result of one objective over the trials of a study.
 * @throws AttuneError `usage` when there is no such objective
 */
export function convergence(history: History, options: BestConvergenceOptions = {}): Convergence {
  const { objective = 0, order = 'finish' } = options
  const objectives = history.config?.objectives ?? []
  const about = objectives[objective]
  if (about === undefined) {
    throw new AttuneError(
      'usage',
      `The study has ${objectives.length} objectives, counted from 0; there is no objective ${objective}.`,
    )
  }
  const trials = finishedTrials(history, order)
  const sign = about.direction === 'maximize' ? 1 : -1
  const lossesAt = feasibleLosses(history)
  let height = Number.NaN
  const heights = Float64Array.from(trials, (trial) => {
    const loss = lossesAt(trial)?.[objective]
    if (loss !== undefined && !(-loss <= height)) height = -loss
    return height
  })
  return describe(history, trials, heights, sign)
}

/**
 * The hypervolume of the Pareto front of feasible results over the trials of a study, in the product
 * of the units of its objectives, with the reference point it is measured from.
 * @throws AttuneError `usage` when the reference has not as many entries as there are objectives
 */
export function hypervolumeConvergence(
  history: History,
  options: VolumeConvergenceOptions = {},
): Convergence & { readonly reference: readonly number[] } {
  const { order = 'finish' } = options
  const objectives = history.config?.objectives ?? []
  const trials = finishedTrials(history, order)
  const losses = Array.from(trials, feasibleLosses(history))
  const reference = options.reference ?? defaultReference(losses, objectives)
  if (reference.length !== objectives.length) {
    throw new AttuneError(
      'usage',
      `The reference needs a number for each of the ${objectives.length} objectives, got ${reference.length}.`,
    )
  }
  const limits = reference.map((x, k) => (objectives[k]!.direction === 'maximize' ? -x : x))
  let front: (readonly number[])[] = []
  let volume = Number.NaN
  const heights = Float64Array.from(losses, (row) => {
    if (row === undefined) return volume
    const copies = (other: readonly number[]): boolean => other.every((x, k) => x === row[k])
    if (!front.some((other) => dominates(other, row) || copies(other))) {
      front = [...front.filter((other) => !dominates(row, other)), row]
      volume = hypervolume(front, limits)
    }
    return volume
  })
  return { ...describe(history, trials, heights, 1), reference }
}

/** The first row by which a share of the whole improvement was reached, or -1. */
export function rowOfShare({ share }: Convergence, wanted: number): number {
  return share.findIndex((x) => x >= wanted)
}

function finishedTrials(history: History, order: 'finish' | 'number'): Int32Array {
  const all = history.finishOrder.slice(0, history.finished)
  const trials = all.filter((trial) => !history.excluded.has(trial))
  return order === 'number' ? trials.sort() : trials
}

/** Reads the losses of trials whose result counts. */
function feasibleLosses(history: History): (trial: number) => readonly number[] | undefined {
  const states = history.columns.get('state')?.data
  const violations = history.columns.get('violation')?.data
  const lossesAt = lossReader(history)
  return (trial) => {
    if (states?.[trial] !== stateCode.complete || (violations?.[trial] ?? 0) > 0) return undefined
    const losses = lossesAt(trial)
    return losses.some(Number.isNaN) ? undefined : losses
  }
}

/** @param heights what gets larger, by row; NaN before the first result */
function describe(
  history: History,
  trials: Int32Array,
  heights: Float64Array,
  sign: 1 | -1,
): Convergence {
  const seconds = finishTimes(history, trials)
  const gains = Int32Array.from(
    Array.from(heights, (_, k) => k).filter((k) => heights[k]! > heights[k - 1]! || starts(k)),
  )
  const last = gains.at(-1)
  const final = trials.length - 1
  return {
    trials,
    seconds,
    best: heights.map((h) => sign * h),
    share: sharesOf(heights),
    gains,
    since:
      last === undefined
        ? undefined
        : { trials: final - last, seconds: seconds[final]! - seconds[last]! },
    recent: recentRate(heights, gains),
  }

  function starts(k: number): boolean {
    return !Number.isNaN(heights[k]!) && (k === 0 || Number.isNaN(heights[k - 1]!))
  }
}

function finishTimes(history: History, trials: Int32Array): Float64Array {
  const began = history.columns.get('startedAt')?.data ?? []
  const ended = history.columns.get('finishedAt')?.data
  let first = Number.POSITIVE_INFINITY
  for (let t = 0; t < history.length; t++) if (began[t]! < first) first = began[t]!
  let latest = Number.NaN
  return Float64Array.from(trials, (trial) => {
    const at = ((ended?.[trial] ?? Number.NaN) - first) / 1000
    if (!(at <= latest) && Number.isFinite(at)) latest = at
    return latest
  })
}

function sharesOf(heights: Float64Array): Float64Array {
  const last = heights.at(-1) ?? Number.NaN
  // Before there was a finite result nothing was reached.
  const first = heights.find((h) => h > Number.NEGATIVE_INFINITY) ?? last
  const total = last / 2 - first / 2
  return heights.map((h) => {
    if (Number.isNaN(h) || h === last) return h === last ? 1 : Number.NaN
    return Math.max(0, h / 2 - first / 2) / total
  })
}

function recentRate(heights: Float64Array, gains: Int32Array): RecentRate | undefined {
  const trials = heights.length >> 1
  if (trials === 0 || gains.length === 0) return undefined
  const begin = heights.length - trials
  const count = gains.filter((k) => k >= begin).length
  const gained = heights.at(-1)! / trials - heights[begin - 1]! / trials
  return {
    trials,
    gains: count,
    chance: (count + 0.5) / (trials + 1),
    perTrial: heights.at(-1) === heights[begin - 1] ? 0 : gained,
  }
}

function defaultReference(
  losses: readonly (readonly number[] | undefined)[],
  objectives: readonly ObjectiveSpec[],
): number[] {
  return objectives.map(({ direction }, k) => {
    const known = losses.flatMap((row) => (Number.isFinite(row?.[k]) ? [row![k]!] : []))
    if (known.length === 0) return 0
    const low = known.reduce((a, b) => Math.min(a, b))
    const high = known.reduce((a, b) => Math.max(a, b))
    const limit = high + 0.1 * (high - low || Math.abs(high) || 1)
    return direction === 'maximize' ? -limit : limit
  })
}
