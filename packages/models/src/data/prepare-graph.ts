import { createGraphBuilder, type GraphBuilder, type Tensor } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import {
  add,
  cast,
  clip,
  equal,
  less,
  max,
  min,
  mul,
  sub,
  where,
} from '../graph/operators/arithmetic.ts'
import { gather } from '../graph/operators/indexing.ts'
import { matmul } from '../graph/operators/matrix.ts'
import { concat, squeeze } from '../graph/operators/shape.ts'
import {
  type NumberBlock,
  type NumberMap,
  type PreparationState,
  type SlotBlock,
  type ValueBlock,
  widthOf,
} from './prepare-state.ts'

/**
 * A preparation as a graph: input `columns` (float, ['rows', inputs]), each column as its `RawInput`
 * says, with NaN for what is missing; output `x` (float, ['rows', features]). It computes in the
 * precision of its executor, so that features differ from those of `apply` by rounding.
 */
export function preparationGraph(state: PreparationState): Graph {
  const g = createGraphBuilder('preparation')
  g.output('x', preparationNodes(g, state, g.input('columns', ['rows', state.inputs.length])))
  return g.finish()
}

/**
 * The same as a part of a larger graph.
 *
 * @param columns float, ['rows', inputs]
 * @returns float, ['rows', features]
 */
export function preparationNodes(
  g: GraphBuilder,
  state: PreparationState,
  columns: Tensor,
): Tensor {
  const placesOf = placesByBlock(state)
  const parts: Part[] = []
  const scaled: number[] = []
  const marked: number[] = []
  for (const [i, block] of state.blocks.entries()) {
    if (block.kind !== 'number') {
      parts.push({ tensor: tableRows(g, column(g, columns, i), block), places: placesOf(i) })
      continue
    }
    const { map } = block
    if (block.value && map.kind === 'affine') scaled.push(i)
    if (block.value && map.kind === 'knots') {
      const tensor = knotted(g, column(g, columns, i), block, map)
      parts.push({ tensor, places: placesOf(i).slice(0, 1) })
    }
    if (block.indicator) marked.push(i)
  }
  if (scaled.length > 0) {
    const places = scaled.map((i) => placesOf(i)[0]!)
    parts.push({ tensor: affineColumns(g, columns, state, scaled), places })
  }
  if (marked.length > 0) {
    const places = marked.map((i) => placesOf(i).at(-1)!)
    parts.push({ tensor: missingColumns(g, columns, marked), places })
  }
  return inOrder(g, parts)
}

/** Features that were made together, and where they belong. */
interface Part {
  readonly tensor: Tensor
  readonly places: readonly number[]
}

function placesByBlock(state: PreparationState): (index: number) => number[] {
  let next = 0
  const starts = state.blocks.map((block) => {
    const start = next
    next += widthOf(block)
    return start
  })
  return (index) => state.blocks[index]!.names.map((_, w) => starts[index]! + w)
}

function inOrder(g: GraphBuilder, parts: readonly Part[]): Tensor {
  const all = concat(
    g,
    parts.map((part) => part.tensor),
    1,
  )
  const places = parts.flatMap((part) => part.places)
  if (places.every((place, i) => place === i)) return all
  const from = new Array<number>(places.length)
  for (const [i, place] of places.entries()) from[place] = i
  return gather(g, all, g.constant(from, undefined, 'int64'), 1)
}

function column(g: GraphBuilder, columns: Tensor, index: number): Tensor {
  return gather(g, columns, g.constant([index], undefined, 'int64'), 1)
}

/** NaN is the only number that is not equal to itself. */
function isThere(g: GraphBuilder, x: Tensor): Tensor {
  return equal(g, x, x)
}

function affineColumns(
  g: GraphBuilder,
  columns: Tensor,
  state: PreparationState,
  indices: readonly number[],
): Tensor {
  const blocks = indices.map((i) => state.blocks[i] as NumberBlock)
  const row = (values: number[]): Tensor => g.constant(values, [1, values.length])
  const x = gather(g, columns, g.constant(indices, undefined, 'int64'), 1)
  const fills = row(blocks.map((block) => block.fill ?? NaN))
  const filled = where(g, isThere(g, x), x, fills)
  const maps = blocks.map((block) => block.map as Extract<NumberMap, { kind: 'affine' }>)
  const moved = sub(g, filled, row(maps.map((map) => map.offset)))
  return mul(g, moved, row(maps.map((map) => map.factor)))
}

function missingColumns(g: GraphBuilder, columns: Tensor, indices: readonly number[]): Tensor {
  const x = gather(g, columns, g.constant(indices, undefined, 'int64'), 1)
  return where(g, isThere(g, x), 0, 1)
}

/** The sum over the pieces between two points: what lies in each, times its slope. */
function knotted(
  g: GraphBuilder,
  x: Tensor,
  block: NumberBlock,
  map: Extract<NumberMap, { kind: 'knots' }>,
): Tensor {
  const { from, to } = map
  const pieces = from.length - 1
  const widths = from.slice(1).map((end, k) => end - from[k]!)
  // A piece too narrow for float32 must not make 0 · Infinity of it.
  const slopes = widths.map((width, k) => Math.min((to[k + 1]! - to[k]!) / width, 1e30))
  const filled = where(g, isThere(g, x), x, block.fill ?? 0)
  const beyond = sub(g, filled, g.constant(from.slice(0, pieces), [1, pieces]))
  const inside = min(g, max(g, beyond, 0), g.constant(widths, [1, pieces]))
  const value = add(g, matmul(g, inside, g.constant(slopes, [pieces, 1])), to[0]!)
  return block.fill === null ? where(g, isThere(g, x), value, NaN) : value
}

/** Rows of a table whose last two are for unknown and missing indices. */
function tableRows(g: GraphBuilder, x: Tensor, block: SlotBlock | ValueBlock): Tensor {
  const width = widthOf(block)
  const table = tableOf(block)
  const entries = table.length / width - 2
  const known = where(g, less(g, x, 0), entries, clip(g, x, { max: entries }))
  const index = cast(g, where(g, isThere(g, x), known, entries + 1), 'int64')
  return gather(g, g.constant(table, [entries + 2, width]), squeeze(g, index, [1]))
}

function tableOf(block: SlotBlock | ValueBlock): Float32Array {
  if (block.kind === 'values') return Float32Array.from(block.values, (value) => value ?? NaN)
  const width = widthOf(block)
  const table = new Float32Array(block.slots.length * width)
  for (const [entry, slot] of block.slots.entries()) if (slot >= 0) table[entry * width + slot] = 1
  return table
}
