import { createRng } from '@attune/core'
import { fillNormal } from '../network/draws.ts'
import type { Feed } from '../network/feed.ts'
import type { TargetCoding } from '../network/targets.ts'
import type { TunedDraw } from './places.ts'

/** What is fed for a batch, and how its tuned inputs move with their strengths: `<input>.direction`. */
export interface TunedBatch {
  readonly feed: Feed
  readonly directions: Feed
}

/** Which batch: draws depend on it, the seed and the layer alone. */
export interface BatchPlace {
  readonly epoch: number
  readonly index: number
}

/**
 * Adds tuned draws to batches, and label smoothing to their targets, in memory that is used again and again.
 * Noise is σ·ε and a factor 1 + √(p / (1 - p))·ε with normal ε, which are their directions; smoothed targets
 * are (1 - s)·t + s·u with u even over the labels, so that u - t is theirs.
 *
 * @param batch the most rows of one
 * @param stream tells apart who draws
 */
export function createCompleter(
  draws: readonly TunedDraw[],
  smooths: boolean,
  coding: TargetCoding,
  batch: number,
  seed: number,
  stream: string,
): (
  feed: Feed,
  rows: number,
  place: BatchPlace,
  values: Readonly<Record<string, number>>,
) => TunedBatch {
  const buffers = draws.map((draw) => ({
    draw,
    normal: new Float32Array(batch * draw.size),
    drawn: new Float32Array(batch * draw.size),
  }))
  const smoothing = new Float32Array(smooths ? batch * coding.outputs : 0)
  return (feed, rows, { epoch, index }, values) => {
    const whole: Record<string, Float32Array> = { ...feed }
    const directions: Record<string, Float32Array> = {}
    for (const { draw, normal, drawn } of buffers) {
      const name = draw.draw
      const epsilon = normal.subarray(0, rows * draw.size)
      const into = drawn.subarray(0, rows * draw.size)
      fillNormal(createRng(seed, stream, name, epoch, index), epsilon, 1)
      strengthen(draw.kind, values[draw.number]!, epsilon, into)
      whole[name] = into
      directions[`${name}.direction`] = epsilon
    }
    if (smooths) {
      const { outputs, loss } = coding
      const direction = smoothing.subarray(0, rows * outputs)
      const even = loss === 'binary' ? 0.5 : 1 / outputs
      smooth(whole['targets']!, even, values['labelSmoothing']!, direction)
      directions['targets.direction'] = direction
    }
    return { feed: whole, directions }
  }
}

function strengthen(
  kind: TunedDraw['kind'],
  value: number,
  epsilon: Float32Array,
  into: Float32Array,
): void {
  if (kind === 'noise') {
    for (let i = 0; i < into.length; i++) into[i] = value * epsilon[i]!
    return
  }
  const spread = spreadOf(value)
  for (let i = 0; i < into.length; i++) into[i] = 1 + spread * epsilon[i]!
}

/** Changes targets in place and notes their direction. */
function smooth(targets: Float32Array, even: number, value: number, direction: Float32Array): void {
  for (let i = 0; i < targets.length; i++) {
    const along = even - targets[i]!
    direction[i] = along
    targets[i] = targets[i]! + value * along
  }
}

/** The standard deviation of factors that stand for dropout of a rate. */
const spreadOf = (rate: number): number => Math.sqrt(rate / (1 - rate))

/** How fast a draw's strength along its direction grows with the number that is tuned. */
export function strengthSlope(kind: TunedDraw['kind'], value: number): number {
  return kind === 'noise' ? 1 : 1 / (2 * spreadOf(value) * (1 - value) ** 2)
}
