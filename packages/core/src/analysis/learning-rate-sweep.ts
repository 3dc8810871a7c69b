import { AttuneError } from '../errors.ts'
import type { HullSide, Point } from './convex-hull.ts'
import { extremeVertex, hullChain } from './convex-hull.ts'
import type {
  LearningRatePrediction,
  LearningRatePredictionOptions,
  LearningRateResult,
} from './learning-rate-prediction.ts'
import { predictLearningRate } from './learning-rate-prediction.ts'

/** A short run of a sweep. */
export interface SweepRun extends LearningRateResult {
  /** What it is called, such as `trial 7`. */
  readonly name?: string
}

/** What to know before a proposed learning rate is trusted. */
export type SweepNote =
  /** Fewer runs than this lent their values to the prediction. */
  | { readonly kind: 'few-runs'; readonly enough: number }
  /** The best run has the lowest or highest rate of all: a better one may lie beyond. */
  | { readonly kind: 'end-of-range'; readonly end: 'low' | 'high' }
  /** No run above the best one came through: the proposed rate is at the edge. */
  | { readonly kind: 'edge-of-divergence' }
  /** Without its best run the sweep would propose quite another rate. */
  | { readonly kind: 'one-run'; readonly without: number }
  /** The prediction lay outside of the nearly equal rates, so the nearest of these is proposed. */
  | { readonly kind: 'moved'; readonly predicted: number }
  /** More than half of the runs diverged. */
  | { readonly kind: 'mostly-diverged' }
  /** Nearly equal rates make up most of the range: the runs tell rates apart poorly. */
  | { readonly kind: 'flat' }

/** A learning rate that a sweep of short runs speaks for, and how well. */
export interface LearningRateProposal {
  readonly learningRate: number
  /** The value expected there: of the parabola, or where there is none of the hull of all runs. */
  readonly expected: number
  /**
   * Rates at which the hull of all runs stays within 2 % of their spread from the best value, and,
   * where values are positive losses, also within 10 % of that: at this `value` or better.
   */
  readonly near: { readonly low: number; readonly high: number; readonly value: number }
  /** The run with the best value, the first of equals. */
  readonly best: SweepRun
  /** The runs that the prediction stands on, in the order of its points. */
  readonly runs: readonly SweepRun[]
  /** Runs without a finite value, or that ended far worse than others; see `proposeLearningRate`. */
  readonly diverged: readonly SweepRun[]
  readonly notes: readonly SweepNote[]
  readonly prediction: LearningRatePrediction
}

/** Fewer runs than this leave a hull of strips little to choose from. */
const enough = 8
/** A shift of the proposal by more decades than this, for want of one run, is worth a word. */
const steadyDecades = 0.5
/** Values within these shares of the spread, and of a positive loss, count as equal. */
const nearShare = 0.02
const nearLoss = 0.1
/** How many times as far from the best as other runs a diverged one is. */
const farFromLower = 2
const farFromMedian = 5

/**
 * Proposes a learning rate from a sweep of short runs by `predictLearningRate`, and says how far it
 * can be trusted. A prediction outside of the nearly equal rates is moved to the nearest of them: beside
 * a steep wall the parabola leads away from the runs that were good.
 *
 * A run that reaches no finite value has diverged. So has one with a higher rate than the best run
 * that ends more than twice as far from the best value as any run with a lower rate does, and also
 * more than five times as far as the median run: runs with low rates hardly leave the value that
 * training begins with, so it ended worse than that. Without this rule one huge loss, finite by
 * chance, would pull the parabola to the lower rates.
 *
 * @throws AttuneError `usage` as `predictLearningRate`, such as when every run diverged
 */
export function proposeLearningRate(
  runs: readonly SweepRun[],
  options: LearningRatePredictionOptions = {},
): LearningRateProposal {
  const sign = options.direction === 'maximize' ? -1 : 1
  const { kept, diverged } = splitDiverged(runs, sign)
  const prediction = predictLearningRate(kept, options)
  const { points, side, hulls, x } = prediction
  const hull = hullChain(points, side)
  const best = bestOf(kept, sign)
  const near = nearRange(hull, points, side)
  const proposed = Math.min(near.high, Math.max(near.low, prediction.learningRate))
  // Rounding of logarithms shall not count.
  const isMoved = Math.abs(Math.log10(proposed) - x) > 1e-9
  const [parabola] = hulls.flatMap((one) => one.parabola ?? [])
  const isOnParabola = hulls.length === 1 && !isMoved && parabola !== undefined
  const notes: SweepNote[] = [
    ...noteAmounts(kept, diverged),
    ...noteEnds(best, kept, diverged),
    ...noteOneRun(best, kept, prediction, options),
    ...(isMoved ? [{ kind: 'moved', predicted: prediction.learningRate } as const] : []),
    ...noteFlat(near, kept),
  ]
  return {
    learningRate: isMoved ? proposed : prediction.learningRate,
    expected: isOnParabola ? parabola.y0 : valueOn(hull, Math.log10(proposed), side),
    near,
    best,
    runs: kept,
    diverged,
    notes,
    prediction,
  }
}

const isFinished = ({ value }: SweepRun): boolean => Math.abs(value) <= 1e150

function bestOf(runs: readonly SweepRun[], sign: 1 | -1): SweepRun {
  let best: SweepRun | undefined
  for (const run of runs) {
    if (best === undefined || sign * run.value < sign * best.value) best = run
  }
  return best as SweepRun
}

function splitDiverged(
  runs: readonly SweepRun[],
  sign: 1 | -1,
): { readonly kept: SweepRun[]; readonly diverged: SweepRun[] } {
  const finished = runs.filter(isFinished)
  if (finished.length === 0) {
    throw new AttuneError(
      'usage',
      `Of ${runs.length} runs none has a finite value. Sweep lower learning rates, or see why the runs failed.`,
    )
  }
  const best = bestOf(finished, sign)
  const gapOf = ({ value }: SweepRun): number => sign * (value - best.value)
  const gaps = finished.map(gapOf).sort((a, b) => a - b)
  const lower = finished.filter((run) => run.learningRate < best.learningRate).map(gapOf)
  const limit = Math.max(
    farFromMedian * gaps[gaps.length >> 1]!,
    // Without a lower rate nothing says where training begins.
    ...(lower.length === 0 ? [Number.POSITIVE_INFINITY] : lower.map((gap) => farFromLower * gap)),
  )
  const isFar = (run: SweepRun): boolean =>
    run.learningRate > best.learningRate && gapOf(run) > limit
  return {
    kept: finished.filter((run) => !isFar(run)),
    diverged: runs.filter((run) => !isFinished(run) || isFar(run)),
  }
}

/** The value of a half hull at x, on the line between its vertices; beyond its ends that of the end. */
function valueOn(vertices: readonly Point[], x: number, side: HullSide): number {
  const after = vertices.findIndex((vertex) => vertex.x >= x)
  const next = vertices[after]
  const before = vertices[after - 1]
  if (next === undefined) return vertices.at(-1)!.y
  if (before === undefined) return next.y
  const value = before.y + ((next.y - before.y) * (x - before.x)) / (next.x - before.x)
  // Between a vertex and itself rounding shall not lead outside.
  return side === 'lower' ? Math.max(value, Math.min(before.y, next.y)) : value
}

function nearRange(
  vertices: readonly Point[],
  points: readonly Point[],
  side: HullSide,
): LearningRateProposal['near'] {
  const sign = side === 'lower' ? 1 : -1
  const best = extremeVertex(vertices, side)
  const least = vertices[best]!.y
  let spread = 0
  for (const { y } of points) spread = Math.max(spread, sign * (y - least))
  const share = nearShare * spread
  const value =
    least + sign * (side === 'lower' && least > 0 ? Math.min(share, nearLoss * least) : share)
  /** Where the hull leaves the values that count as equal, going from the best vertex by `step`. */
  const leave = (step: 1 | -1): number => {
    for (let i = best; ; i += step) {
      const here = vertices[i]!
      const next = vertices[i + step]
      if (next === undefined) return here.x
      if (sign * (next.y - value) <= 0) continue
      return here.x + ((next.x - here.x) * (value - here.y)) / (next.y - here.y)
    }
  }
  return { low: 10 ** leave(-1), high: 10 ** leave(1), value }
}

function noteAmounts(kept: readonly SweepRun[], diverged: readonly SweepRun[]): SweepNote[] {
  return [
    ...(kept.length < enough ? [{ kind: 'few-runs', enough } as const] : []),
    ...(diverged.length > kept.length ? [{ kind: 'mostly-diverged' } as const] : []),
  ]
}

function noteEnds(
  best: SweepRun,
  kept: readonly SweepRun[],
  diverged: readonly SweepRun[],
): SweepNote[] {
  if (kept.length < 2) return []
  const isHighest = kept.every((run) => run.learningRate <= best.learningRate)
  const isLowest = kept.every((run) => run.learningRate >= best.learningRate)
  if (isHighest && diverged.some((run) => run.learningRate > best.learningRate)) {
    return [{ kind: 'edge-of-divergence' }]
  }
  if (isHighest) return [{ kind: 'end-of-range', end: 'high' }]
  return isLowest ? [{ kind: 'end-of-range', end: 'low' }] : []
}

function noteOneRun(
  best: SweepRun,
  kept: readonly SweepRun[],
  { x }: LearningRatePrediction,
  options: LearningRatePredictionOptions,
): SweepNote[] {
  const others = kept.filter((run) => run !== best)
  if (others.length < 3) return []
  const without = predictLearningRate(others, options)
  if (Math.abs(without.x - x) <= steadyDecades) return []
  return [{ kind: 'one-run', without: without.learningRate }]
}

function noteFlat(
  { low, high }: LearningRateProposal['near'],
  kept: readonly SweepRun[],
): SweepNote[] {
  const rates = kept.map(({ learningRate }) => Math.log10(learningRate))
  const width = Math.max(...rates) - Math.min(...rates)
  return width > 0 && Math.log10(high / low) > 0.8 * width ? [{ kind: 'flat' }] : []
}
