import type { Comparison, RowSet } from './candidates.ts'
import { depthStep, groupRows, type PairKind, pairKernel, panelRows } from './pair-kernel.ts'

/** Examples that are compared at a time. */
const blockRows = 32 * panelRows

/** Compares all queries with all examples by the kernel; false where that does not run. */
export function compareInWasm(kind: PairKind, comparison: Comparison): boolean {
  const { examples, queries, centre, take } = comparison
  const depth = Math.ceil(examples.columns / depthStep) * depthStep
  const groups = Math.ceil(queries.rows / groupRows)
  const panelAt = 4 * groups * groupRows * depth
  const outAt = panelAt + 4 * blockRows * depth
  const kernel = pairKernel(kind, outAt + 4 * groupRows * blockRows)
  if (kernel === undefined) return false
  const numbers = new Float32Array(kernel.memory.buffer)
  pack(numbers, 0, queries, 0, queries.rows, centre, groupRows, depth)
  for (let start = 0; start < examples.rows; start += blockRows) {
    const count = Math.min(blockRows, examples.rows - start)
    const panels = Math.ceil(count / panelRows)
    const stride = panels * panelRows
    pack(numbers, panelAt / 4, examples, start, count, centre, panelRows, depth)
    for (let g = 0; g < groups; g++) {
      kernel.compare(4 * g * groupRows * depth, panelAt, outAt, depth, panels, 4 * stride)
      const last = Math.min(groupRows, queries.rows - g * groupRows)
      for (let r = 0; r < last; r++) {
        take(g * groupRows + r, numbers, outAt / 4 + r * stride, start, count)
      }
    }
  }
  return true
}

/** Writes rows about the centre, `width` at a time column by column; what is left over is 0. */
function pack(
  into: Float32Array,
  at: number,
  set: RowSet,
  start: number,
  count: number,
  centre: Float64Array,
  width: number,
  depth: number,
): void {
  const { columns, data } = set
  const padded = Math.ceil(count / width) * width
  for (let i = 0; i < padded; i++) {
    const first = at + (i - (i % width)) * depth + (i % width)
    const row = (start + i) * columns
    const filled = i < count ? columns : 0
    for (let j = 0; j < filled; j++) into[first + j * width] = data[row + j]! - centre[j]!
    for (let j = filled; j < depth; j++) into[first + j * width] = 0
  }
}
