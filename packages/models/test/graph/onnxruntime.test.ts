import { describe, expect, it } from 'vitest'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import { createGraphBuilder } from '../../src/graph/builder.ts'
import * as op from '../../src/graph/operators.ts'
import { CASES } from './cases.ts'
import { BATCH, gradientGraph, numbersFor } from './derivatives.ts'

const native: GraphExecutor = await nativeExecutor()
const reference = referenceExecutor()

describe('the interpreter gives what ONNX Runtime gives, to float32', () => {
  it.each(Object.entries(CASES))('%s', async (_, test) => {
    const inputs = numbersFor(test.inputs, test.above)
    const graph = gradientGraph(test)
    const [exact, rounded] = await Promise.all(
      [reference, native].map(async (executor) => {
        const compiled = await executor.compile(graph)
        const results = await compiled.run(inputs, { dims: { batch: BATCH } })
        await compiled.release()
        return results
      }),
    )
    for (const { name } of graph.outputs) {
      const expected = Float64Array.from(exact![name] as Float64Array)
      const found = Float64Array.from(rounded![name] as Float32Array)
      expect(found.length).toBe(expected.length)
      const scale = Math.max(1, ...expected.map(Math.abs))
      const worst = Math.max(...found.map((x, i) => Math.abs(x - expected[i]!)))
      expect(worst / scale, name).toBeLessThan(2e-5)
    }
  })
})

it('whole numbers and truths too', async () => {
  const g = createGraphBuilder('whole numbers')
  const x = g.input('x', ['batch', 3])
  g.output('greatest', op.argMax(g, x))
  g.output('whole', op.cast(g, op.mul(g, x, 4), 'int64'))
  g.output('half', op.div(g, op.cast(g, op.mul(g, x, 4), 'int64'), 2))
  g.output('below', op.less(g, x, 0.5))
  const graph = g.finish()
  const inputs = { x: Float32Array.of(1, 1, 0, -1.3, 0.5, 0.5) }
  const [exact, found] = await Promise.all(
    [reference, native].map(async (executor) =>
      (await executor.compile(graph)).run(inputs, { dims: { batch: 2 } }),
    ),
  )
  expect(exact).toEqual(found)
  expect(exact).toMatchObject({
    greatest: BigInt64Array.of(0n, 1n),
    whole: BigInt64Array.of(4n, 4n, 0n, -5n, 2n, 2n),
    half: BigInt64Array.of(2n, 2n, 0n, -2n, 1n, 1n),
    below: Uint8Array.of(0, 0, 1, 1, 0, 0),
  })
})
