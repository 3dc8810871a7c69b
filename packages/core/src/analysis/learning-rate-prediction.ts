import { AttuneError } from '../errors.ts'
import type { HullSide, Point } from './convex-hull.ts'
import { extremeVertex, hullChain, onionLayers, slopeSignChange, stripHull } from './convex-hull.ts'

/** A learning rate and what a short training with it came to. */
export interface LearningRateResult {
  readonly learningRate: number
  /** The loss, or a gain when it is maximised; a run that diverged: NaN, infinite or beyond ±1e150. */
  readonly value: number
}

export interface LearningRatePredictionOptions {
  /** Whether small values are good (default) or large ones. */
  readonly direction?: 'minimize' | 'maximize'
  /**
   * What is made of the hull:
   * `strips` (default): the approximate hull of k strips, and on it the `refine` rule;
   * `onion`: k layers of the hull, the mean of what the `refine` rule gives on each;
   * `slope`: where the slope of the exact hull changes its sign; without k and `refine`.
   */
  readonly method?: 'strips' | 'onion' | 'slope'
  /** k, the number of strips or layers; default: ⌈√m⌉ for m results. */
  readonly pieces?: number
  /** The vertex of the parabola around the best vertex (default), or that vertex itself. */
  readonly refine?: 'parabola' | 'vertex'
}

/** The parabola y = y0 + curvature · (x - x0)² through three vertices, x = log10 of the rate. */
export interface Parabola {
  readonly x0: number
  readonly y0: number
  readonly curvature: number
  readonly through: readonly [Point, Point, Point]
}

/** One hull and what it predicts. */
export interface HullPrediction {
  /** Vertices from left to right: x = log10 of the learning rate, y = value. */
  readonly vertices: readonly Point[]
  /** Which vertex is best. */
  readonly best: number
  /** Absent when the best vertex is an end of the hull and when no parabola is asked for. */
  readonly parabola?: Parabola
  /** log10 of the predicted rate. */
  readonly x: number
}

/** A predicted learning rate with all that is needed to draw how it came about. */
export interface LearningRatePrediction {
  readonly learningRate: number
  /** Its logarithm to base 10. */
  readonly x: number
  readonly method: 'strips' | 'onion' | 'slope'
  /** k; 1 for `slope`. */
  readonly pieces: number
  readonly side: HullSide
  /** The results that did not diverge: x = log10 of the learning rate, y = value. */
  readonly points: readonly Point[]
  /** One hull, or one a layer. */
  readonly hulls: readonly HullPrediction[]
}

/**
 * Predicts a learning rate from short trainings by a convex hull: losses of short trainings are
 * noisy upwards, for runs diverge, and a lower hull does not see what lies above it. It is as blind
 * the other way: one run that was lucky decides.
 *
 * A reconstruction of the "k-dGamma" system of Yong Hoon Kim, "Research on Hyperparameter
 * Optimization for Improving AutoML Performance", thesis, Pukyong National University, of which only
 * the abstract and tables are to be had ("predicting the correct learning rate through the method
 * which is approximated convex hulls to the result of the objective function"). Assumed: hulls over
 * log10 of the rate, lower for losses and upper for gains; k is the number of strips of Bentley,
 * Faust and Preparata (see stripHull); the least vertex j is refined by the parabola through
 * vertices j-1, j, j+1, or taken as it is at an end of the hull. `onion` and `slope` are other
 * readings of the same words. The parabola's extreme needs no clipping to x_(j-1) … x_(j+1): it is
 * where the line through the slopes at the middles of both edges crosses zero, so it lies between
 * those middles.
 *
 * @throws AttuneError `usage` when a rate is not positive, `pieces` is no count, or every run diverged
 */
export function predictLearningRate(
  results: readonly LearningRateResult[],
  options: LearningRatePredictionOptions = {},
): LearningRatePrediction {
  const { direction = 'minimize', method = 'strips', refine = 'parabola' } = options
  const points = pointsOf(results)
  const pieces = method === 'slope' ? 1 : (options.pieces ?? Math.ceil(Math.sqrt(points.length)))
  if (!(Number.isInteger(pieces) && pieces >= 1)) {
    throw new AttuneError('usage', `pieces must be an integer of at least 1, got ${pieces}.`)
  }
  const side = direction === 'maximize' ? 'upper' : 'lower'
  const hulls =
    method === 'slope'
      ? [signChange(hullChain(points, side), side)]
      : (method === 'onion'
          ? onionLayers(points, pieces, side)
          : [stripHull(points, pieces, side)]
        ).map((hull) => refined(hull, side, refine))
  let x = 0
  for (const hull of hulls) x += hull.x / hulls.length
  return { learningRate: 10 ** x, x, method, pieces, side, points, hulls }
}

function pointsOf(results: readonly LearningRateResult[]): Point[] {
  const wrong = results.find(({ learningRate: r }) => !(r > 0 && r < Number.POSITIVE_INFINITY))
  if (wrong !== undefined) {
    throw new AttuneError(
      'usage',
      `Learning rates must be positive numbers, got ${wrong.learningRate}.`,
    )
  }
  const points = results
    .filter(({ value }) => Math.abs(value) <= 1e150)
    .map(({ learningRate, value }) => ({ x: Math.log10(learningRate), y: value }))
  if (points.length > 0) return points
  throw new AttuneError(
    'usage',
    `Of ${results.length} results none has a finite value. Give at least one run that did not diverge.`,
  )
}

function signChange(vertices: readonly Point[], side: HullSide): HullPrediction {
  return { vertices, best: extremeVertex(vertices, side), x: slopeSignChange(vertices, side) }
}

function refined(
  vertices: readonly Point[],
  side: HullSide,
  refine: 'parabola' | 'vertex',
): HullPrediction {
  const best = extremeVertex(vertices, side)
  const at = vertices[best]!
  const before = vertices[best - 1]
  const after = vertices[best + 1]
  if (refine === 'vertex' || before === undefined || after === undefined) {
    return { vertices, best, x: at.x }
  }
  const parabola = parabolaThrough(before, at, after)
  // Of values that differ by next to nothing, the curvature underflows.
  if (!Number.isFinite(parabola.x0)) return { vertices, best, x: at.x }
  return { vertices, best, parabola, x: parabola.x0 }
}

/** The parabola through three points with different x that are not on a line. */
function parabolaThrough(a: Point, b: Point, c: Point): Parabola {
  const left = (b.y - a.y) / (b.x - a.x)
  const right = (c.y - b.y) / (c.x - b.x)
  const curvature = (right - left) / (c.x - a.x)
  const x0 = (a.x + b.x) / 2 - left / (2 * curvature)
  return { x0, y0: b.y - curvature * (b.x - x0) ** 2, curvature, through: [a, b, c] }
}
