import { createRng } from '@attune/core'
import type { Matrix, Target } from '../matrix.ts'
import { fillMask, fillNormal } from './draws.ts'
import type { TargetCoding } from './targets.ts'
import { encodeTargets } from './targets.ts'
import type { DrawSpec } from './weights.ts'

/** What a graph is given for some rows. */
export type Feed = Readonly<Record<string, Float32Array>>

/** Some examples as they are learnt from. */
export interface Examples {
  readonly x: Matrix
  readonly y: Target
  /** By row how much it counts; a mean of 1 moves no rate. */
  readonly weights: Float32Array
}

/** The rows in the order of an epoch; it depends on the seed and the epoch alone. */
export function orderOf(rows: Int32Array, seed: number, epoch: number): Int32Array {
  const order = rows.slice()
  createRng(seed, 'network order', epoch).shuffle(order)
  return order
}

/** Copies rows of a matrix one after another. */
function copyRows(
  x: Matrix,
  rows: Int32Array,
  start: number,
  count: number,
  into: Float32Array,
): void {
  const { columns, data } = x
  let at = 0
  for (let i = 0; i < count; i++) {
    const from = rows[start + i]! * columns
    for (let j = 0; j < columns; j++) into[at++] = data[from + j]!
  }
}

/**
 * Lays out batches in memory that is used again and again: valid until the next one is asked for. Masks
 * and noise depend on the seed, the layer, the epoch and the batch alone.
 *
 * @param batch the most rows of one
 */
export function createFeeder(
  examples: Examples,
  coding: TargetCoding,
  draws: readonly DrawSpec[],
  batch: number,
  seed: number,
): (
  order: Int32Array,
  epoch: number,
  index: number,
) => { readonly feed: Feed; readonly rows: number } {
  const { x, y, weights } = examples
  const buffers = {
    x: new Float32Array(batch * x.columns),
    targets: new Float32Array(batch * coding.outputs),
    weights: new Float32Array(batch),
  }
  const drawn = draws.map((draw) => ({ draw, buffer: new Float32Array(batch * draw.size) }))
  return (order, epoch, index) => {
    const start = index * batch
    const rows = Math.min(batch, order.length - start)
    const feed: Record<string, Float32Array> = {
      x: buffers.x.subarray(0, rows * x.columns),
      targets: buffers.targets.subarray(0, rows * coding.outputs),
      weights: buffers.weights.subarray(0, rows),
    }
    copyRows(x, order, start, rows, feed['x']!)
    encodeTargets(coding, y, order, start, rows, feed['targets']!)
    for (let i = 0; i < rows; i++) buffers.weights[i] = weights[order[start + i]!]! / rows
    for (const { draw, buffer } of drawn) {
      const values = buffer.subarray(0, rows * draw.size)
      const rng = createRng(seed, 'network draws', draw.name, epoch, index)
      if (draw.kind === 'mask') fillMask(rng, values, draw.amount)
      else fillNormal(rng, values, draw.amount)
      feed[draw.name] = values
    }
    return { feed, rows }
  }
}
