import { AttuneError } from '@attune/core'
import type { CompiledGraph, GraphExecutor, TensorData } from '../engine/executor.ts'
import type { ElementType, Graph, GraphNode, NamedTensor } from './ir.ts'
import { elementwiseKernels } from './kernels/elementwise.ts'
import { indexingKernels } from './kernels/indexing.ts'
import { matrixKernels } from './kernels/matrix.ts'
import { reduceKernels } from './kernels/reduce.ts'
import { shapeKernels } from './kernels/shape.ts'
import { type Kernels, type Value, engineError, volume } from './kernels/value.ts'
import { windowKernels } from './kernels/window.ts'
import { evaluateDims } from './sizes.ts'

const KERNELS: Kernels = {
  ...elementwiseKernels,
  ...matrixKernels,
  ...shapeKernels,
  ...reduceKernels,
  ...indexingKernels,
  ...windowKernels,
}

/**
 * Runs graphs in float64, operator by operator: what the other executors are compared with, and what
 * runs where they cannot. Of float outputs it gives Float64Array, of int64 BigInt64Array, of bool
 * Uint8Array; arrays handed in with `into` are not filled, since that would round.
 */
export function referenceExecutor(): GraphExecutor {
  return {
    name: 'reference',
    compile: async (graph) => compile(graph),
  }
}

function compile(graph: Graph): CompiledGraph {
  const unknown = graph.nodes.find((node) => KERNELS[kernelName(node)] === undefined)
  if (unknown !== undefined) {
    throw engineError(
      `The reference executor cannot run the graph ${JSON.stringify(graph.name)}: it has no operator ${kernelName(unknown)}.`,
    )
  }
  const constants = new Map<string, Value>()
  for (const [name, { element, dims, values }] of graph.constants) {
    constants.set(name, { element, dims, data: Float64Array.from(values) })
  }
  let released = false
  return {
    graph,
    async run(inputs, options = {}) {
      if (released) {
        throw engineError(`The graph ${JSON.stringify(graph.name)} was released; compile it again.`)
      }
      return interpret(graph, constants, inputs, options.dims ?? {})
    },
    release: async () => {
      released = true
      constants.clear()
    },
  }
}

function kernelName(node: GraphNode): string {
  return node.domain === undefined ? node.op : `${node.domain}.${node.op}`
}

function interpret(
  graph: Graph,
  constants: ReadonlyMap<string, Value>,
  inputs: Readonly<Record<string, TensorData>>,
  sizes: Readonly<Record<string, number>>,
): Record<string, TensorData> {
  const values = new Map(constants)
  for (const input of graph.inputs) values.set(input.name, valueOf(graph, input, inputs, sizes))
  for (const node of graph.nodes) {
    const operands = node.inputs.map((name) => (name === '' ? undefined : values.get(name)))
    const kernel = KERNELS[kernelName(node)] as Kernels[string]
    const results = kernel(operands, node)
    node.outputs.forEach((name, i) => {
      const result = results[i]
      if (result !== undefined) values.set(name, result)
    })
  }
  const outputs: Record<string, TensorData> = {}
  for (const { name } of graph.outputs) outputs[name] = dataOf(values.get(name) as Value)
  return outputs
}

function valueOf(
  graph: Graph,
  { name, element, dims }: NamedTensor,
  inputs: Readonly<Record<string, TensorData>>,
  sizes: Readonly<Record<string, number>>,
): Value {
  const given = inputs[name]
  if (given === undefined) {
    throw new AttuneError(
      'usage',
      `The graph ${JSON.stringify(graph.name)} needs a value for its input ${name}, but got values for: ${Object.keys(inputs).join(', ') || 'none'}.`,
    )
  }
  const known = evaluateDims(dims, sizes)
  if (volume(known) !== given.length) {
    throw new AttuneError(
      'usage',
      `The input ${name} of the graph ${JSON.stringify(graph.name)} has the dims [${known.join(', ')}], but got an array of ${given.length} values.`,
    )
  }
  const data =
    given instanceof BigInt64Array ? Float64Array.from(given, Number) : Float64Array.from(given)
  return { element, dims: known, data }
}

const TO_DATA: Readonly<Record<ElementType, (data: Float64Array) => TensorData>> = {
  float: (data) => data.slice(),
  int64: (data) => BigInt64Array.from(data, BigInt),
  bool: (data) => Uint8Array.from(data),
}

function dataOf({ element, data }: Value): TensorData {
  return TO_DATA[element](data)
}
