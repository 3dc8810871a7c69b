import type { HullPrediction } from '../analysis/learning-rate-prediction.ts'
import type { LearningRateProposal, SweepRun } from '../analysis/learning-rate-sweep.ts'
import type { Chart, Mark, Position } from './chart.ts'

export interface LearningRateChartOptions {
  /** The name of the values, such as `loss`. */
  readonly metric: string
  readonly title?: string
  /** Runs that failed for other reasons than divergence; their values do not matter. */
  readonly failed?: readonly SweepRun[]
}

/** A margin around the values, in their spread. */
const margin = 0.06
/** Positive values that differ by more than this factor stand on a log axis. */
const steep = 20
/** Pieces of a parabola, and of the edge of a hull, which is no straight line on a log axis. */
const smooth = 60

/**
 * A sweep of learning rates: the values of its runs by rate on a log axis, the half hull (or one a
 * layer), the parabola at its best vertex, the proposed rate as a rule, the rates that are nearly as
 * good as a band. Runs that diverged or failed stand at the edge where bad values are.
 */
export function learningRateChart(
  proposal: LearningRateProposal,
  options: LearningRateChartOptions,
): Chart {
  const { prediction, runs, diverged } = proposal
  const { metric, failed = [] } = options
  const { points, side, hulls } = prediction
  const values = points.map(({ y }) => y)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const isLog = least > 0 && most > steep * least
  const [low, high] = roomAround(least, most, isLog)
  const outer = `convex hull${prediction.method === 'strips' ? `, ${prediction.pieces} strips` : ''}`
  const edge = side === 'lower' ? high : low
  const lost = diverged.length + failed.length
  const subtitle = [
    `${count(runs.length, 'short run')}${lost > 0 ? `, ${lost} more diverged or failed` : ''}`,
    `proposed: ${proposal.learningRate.toPrecision(3)}`,
    `nearly as good: ${proposal.near.low.toPrecision(2)} to ${proposal.near.high.toPrecision(2)}`,
  ].join('; ')
  return {
    title: options.title ?? `${metric} of short runs by learning rate`,
    subtitle,
    x: { name: 'learning rate', scale: 'log' },
    y: { name: metric, ...(isLog ? { scale: 'log' } : {}) },
    marks: [
      nearMark(proposal, low, high),
      ...hulls.map((hull, i): Mark => hullMark(hull, i, outer, isLog)),
      ...parabolaMarks(hulls, high),
      {
        kind: 'points',
        name: 'runs',
        points: runs.map(({ learningRate, value }): Position => [learningRate, value]),
        ...labelsOf(runs),
      },
      ...edgeMarks('diverged', diverged, edge),
      ...edgeMarks('failed', failed, edge),
      {
        kind: 'rule',
        name: `proposed rate ${proposal.learningRate.toPrecision(3)}`,
        at: { x: proposal.learningRate },
      },
    ],
  }
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** The least and largest value with a margin. */
function roomAround(least: number, most: number, isLog: boolean): readonly [number, number] {
  if (isLog) return [least * (least / most) ** margin, most * (most / least) ** margin]
  const room = margin * (most - least || Math.abs(most) || 1)
  return [least - room, most + room]
}

function nearMark({ near }: LearningRateProposal, low: number, high: number): Mark {
  return {
    kind: 'band',
    name: 'nearly as good',
    points: [
      [near.low, low, high],
      [near.high, low, high],
    ],
  }
}

function hullMark(
  { vertices }: HullPrediction,
  layer: number,
  outer: string,
  isLog: boolean,
): Mark {
  const points = vertices.flatMap((to, i): Position[] => {
    const from = vertices[i - 1]
    if (from === undefined || !isLog) return [[10 ** to.x, to.y]]
    return Array.from({ length: smooth }, (_, k): Position => {
      const share = (k + 1) / smooth
      return [10 ** (from.x + share * (to.x - from.x)), from.y + share * (to.y - from.y)]
    })
  })
  const name = layer === 0 ? outer : 'further layers'
  return { kind: 'line', name, points, ...(layer === 0 ? {} : { faint: true }) }
}

/** Parabolas between the vertices that they go through, as far as they lie in the picture. */
function parabolaMarks(hulls: readonly HullPrediction[], high: number): Mark[] {
  return hulls.flatMap(({ parabola }): Mark[] => {
    if (parabola === undefined) return []
    const { x0, y0, curvature, through } = parabola
    const [from, to] = [through[0].x, through[2].x]
    const points = Array.from({ length: smooth + 1 }, (_, i): Position => {
      const x = from + ((to - from) * i) / smooth
      return [10 ** x, y0 + curvature * (x - x0) ** 2]
    })
    const shown = points.filter(([, y]) => y <= high)
    return [{ kind: 'line', name: 'parabola', points: shown, dashed: true }]
  })
}

function edgeMarks(name: string, runs: readonly SweepRun[], edge: number): Mark[] {
  if (runs.length === 0) return []
  const points = runs.map(({ learningRate }): Position => [learningRate, edge])
  return [{ kind: 'points', name, points, shape: 'cross', ...labelsOf(runs) }]
}

function labelsOf(runs: readonly SweepRun[]): { readonly labels?: readonly string[] } {
  const labels = runs.flatMap(({ name }) => (name === undefined ? [] : [name]))
  return labels.length < runs.length ? {} : { labels }
}
