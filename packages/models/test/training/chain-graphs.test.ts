import { expect, test } from 'vitest'
import type { Tensor } from '../../src/graph/builder.ts'
import { createGraphBuilder } from '../../src/graph/builder.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import type { Graph } from '../../src/graph/ir.ts'
import { add, mul } from '../../src/graph/operators/arithmetic.ts'
import { chainGraphs } from '../../src/training/chain-graphs.ts'

/** `out` = in · factor + 1, by tensors that have the same names in every such graph. */
function linear(input: string, output: string, factor: number): Graph {
  const g = createGraphBuilder(`times ${factor}`)
  const x: Tensor = g.input(input, ['rows', 2])
  g.output(output, add(g, mul(g, x, g.constant([factor, factor], [1, 2])), 1))
  return g.finish()
}

async function run(graph: Graph, input: string, values: number[]): Promise<number[]> {
  const compiled = await referenceExecutor().compile(graph)
  const feed = { [input]: Float32Array.from(values) }
  const results = await compiled.run(feed, { dims: { rows: values.length / 2 } })
  await compiled.release()
  return Array.from(results[graph.outputs[0]!.name]!, Number)
}

test('the second graph goes on with what the first gives', async () => {
  const link = { from: 'x', to: 'x' }
  const chained = chainGraphs(linear('columns', 'x', 10), linear('x', 'values', 2), link)
  expect(chained.inputs.map(({ name }) => name)).toEqual(['columns'])
  expect(chained.outputs.map(({ name }) => name)).toEqual(['values'])
  expect(await run(chained, 'columns', [1, 2, 3, 4])).toEqual([23, 43, 63, 83])
})

test('three graphs with the same names inside do not get into each other', async () => {
  const two = chainGraphs(linear('columns', 'x', 10), linear('x', 'y', 2), { from: 'x', to: 'x' })
  const three = chainGraphs(two, linear('x', 'values', 3), { from: 'y', to: 'x' })
  expect(await run(three, 'columns', [1, 2])).toEqual([70, 130])
  const names = three.nodes.flatMap((node) => node.outputs)
  expect(new Set(names).size).toBe(names.length)
})
