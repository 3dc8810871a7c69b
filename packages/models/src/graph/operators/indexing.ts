import { wholeNumbers } from '../broadcast.ts'
import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import { sameDims, showDims } from '../sizes.ts'
import { wholeAxis } from './activations.ts'
import { requireElement } from './arithmetic.ts'
import { unsqueeze } from './shape.ts'

/**
 * Takes along an axis (default 0) what stands at the indices (int64, of any dims, which take the
 * axis's place): rows of a table are an embedding. Indices must lie within the axis.
 */
export function gather(g: GraphBuilder, x: Tensor, indices: Tensor, axis: number = 0): Tensor {
  requireElement('Gather (its indices)', indices, 'int64')
  const along = wholeAxis('Gather', x, axis)
  const dims = [...x.dims.slice(0, along), ...indices.dims, ...x.dims.slice(along + 1)]
  return g.apply('Gather', [x, indices], { element: x.element, dims }, { axis: { int: along } })
}

/**
 * `x` with `updates` [...indices, ...rest of x] added to its rows at the indices (int64); what is meant
 * for one row twice is added twice.
 */
export function scatterAdd(g: GraphBuilder, x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  requireElement('ScatterND', x, 'float')
  requireElement('ScatterND', updates, 'float')
  requireElement('ScatterND (its indices)', indices, 'int64')
  const expected = [...indices.dims, ...x.dims.slice(1)]
  if (!sameDims(updates.dims, expected)) {
    throw impossible(
      `ScatterND of updates ${showDims(updates.dims)} to ${showDims(x.dims)} at indices ${showDims(indices.dims)}: the updates must have the dims ${showDims(expected)}.`,
    )
  }
  const places = unsqueeze(g, indices, [-1])
  return g.apply(
    'ScatterND',
    [x, places, updates],
    { element: 'float', dims: x.dims },
    { reduction: { text: 'add' } },
  )
}

/** 1 at the index (int64) and 0 elsewhere, on a new last axis of `depth` places. */
export function oneHot(g: GraphBuilder, indices: Tensor, depth: number): Tensor {
  requireElement('OneHot', indices, 'int64')
  if (!Number.isInteger(depth) || depth < 1) {
    throw impossible(`OneHot with depth ${depth}: the depth must be a whole number from 1 up.`)
  }
  return g.apply(
    'OneHot',
    [indices, wholeNumbers(g, [depth]), g.constant([0, 1])],
    { element: 'float', dims: [...indices.dims, depth] },
    { axis: { int: -1 } },
  )
}
