import { nativeExecutor } from '../../engine/choose-executor.ts'
import type { CompiledGraph } from '../../engine/executor.ts'
import { createGraphBuilder } from '../../graph/builder.ts'
import { gemm } from '../../graph/operators/matrix.ts'
import type { Comparison, RowSet } from './candidates.ts'

/** Queries and examples that are multiplied at a time. */
const queryRows = 256
const exampleRows = 2048

/** Products of all queries with all examples by ONNX Runtime's machine code; false where it is not there. */
export async function compareNatively(comparison: Comparison): Promise<boolean> {
  const { examples, queries, centre, take } = comparison
  const compiled = await productGraph(examples.columns)
  if (compiled === undefined) return false
  const moved = about(queries, centre, 0, queries.rows)
  const out = new Float32Array(queryRows * exampleRows)
  for (let start = 0; start < examples.rows; start += exampleRows) {
    const count = Math.min(exampleRows, examples.rows - start)
    const b = about(examples, centre, start, count)
    for (let first = 0; first < queries.rows; first += queryRows) {
      const rows = Math.min(queryRows, queries.rows - first)
      const a = moved.subarray(first * queries.columns, (first + rows) * queries.columns)
      const into = { products: out.subarray(0, rows * count) }
      const { products } = await compiled.run({ a, b }, { dims: { rows, count }, into })
      if (!(products instanceof Float32Array)) throw new TypeError('Products are float32.')
      for (let r = 0; r < rows; r++) take(first + r, products, r * count, start, count)
    }
  }
  await compiled.release()
  return true
}

async function productGraph(columns: number): Promise<CompiledGraph | undefined> {
  const g = createGraphBuilder('products')
  const a = g.input('a', ['rows', columns])
  const b = g.input('b', ['count', columns])
  g.output('products', gemm(g, a, b, { transB: true }))
  try {
    return await (await nativeExecutor()).compile(g.finish())
  } catch {
    // Not installed, or no binaries for this system.
    return undefined
  }
}

/** Some rows about the centre, in float32. */
function about(
  { columns, data }: RowSet,
  centre: Float64Array,
  start: number,
  count: number,
): Float32Array {
  const moved = new Float32Array(count * columns)
  for (let i = 0, at = 0, from = start * columns; i < count; i++) {
    for (let j = 0; j < columns; j++, at++, from++) moved[at] = data[from]! - centre[j]!
  }
  return moved
}
