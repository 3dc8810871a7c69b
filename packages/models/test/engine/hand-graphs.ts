import type { Constant, Graph, GraphNode, NamedTensor, TensorType } from '../../src/graph/ir.ts'

/** A graph of parts written by hand. */
export function graphOf(parts: {
  name?: string
  inputs: readonly NamedTensor[]
  outputs: readonly NamedTensor[]
  nodes: readonly GraphNode[]
  constants?: Readonly<Record<string, Constant>>
}): Graph {
  const types = new Map<string, TensorType>()
  for (const { name, element, dims } of [...parts.inputs, ...parts.outputs]) {
    types.set(name, { element, dims })
  }
  return {
    name: parts.name ?? 'by hand',
    inputs: parts.inputs,
    outputs: parts.outputs,
    nodes: parts.nodes,
    constants: new Map(Object.entries(parts.constants ?? {})),
    types,
  }
}

export function float(name: string, ...dims: (number | string)[]): NamedTensor {
  return { name, element: 'float', dims }
}

export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: GraphNode['attributes'] = {},
): GraphNode {
  return { op, inputs, outputs: [output], attributes }
}

/**
 * Loss and gradients of a network x → relu(x·W1 + b1)·W2 + b2 under softmax cross-entropy, its rules
 * written down by hand: with p the softmax and y the one-hot targets, dL/dlogits = (p − y) / batch.
 */
export function twoLayerTraining(sizes: {
  inputs: number
  hidden: number
  classes: number
  batch: number | string
}): Graph {
  const { inputs, hidden, classes, batch } = sizes
  const parameters = [
    float('w1', inputs, hidden),
    float('b1', hidden),
    float('w2', hidden, classes),
    float('b2', classes),
  ]
  return graphOf({
    name: `two layers ${inputs}-${hidden}-${classes}`,
    inputs: [...parameters, float('x', batch, inputs), float('y', batch, classes)],
    outputs: [float('loss'), ...parameters.map((p) => ({ ...p, name: `d ${p.name}` }))],
    constants: {
      zero: { element: 'float', dims: [], values: Float32Array.of(0) },
      rows: { element: 'int64', dims: [1], values: Int32Array.of(0) },
      columns: { element: 'int64', dims: [1], values: Int32Array.of(1) },
    },
    nodes: [
      node('Gemm', ['x', 'w1', 'b1'], 'a1'),
      node('Relu', ['a1'], 'h1'),
      node('Gemm', ['h1', 'w2', 'b2'], 'logits'),
      node('LogSoftmax', ['logits'], 'logp', { axis: { int: 1 } }),
      node('Mul', ['logp', 'y'], 'picked'),
      node('ReduceSum', ['picked', 'columns'], 'by row', { keepdims: { int: 0 } }),
      node('ReduceMean', ['by row'], 'mean', { keepdims: { int: 0 } }),
      node('Neg', ['mean'], 'loss'),
      node('Shape', ['x'], 'size', { start: { int: 0 }, end: { int: 1 } }),
      node('Cast', ['size'], 'size as float', { to: { int: 1 } }),
      node('Exp', ['logp'], 'p'),
      node('Sub', ['p', 'y'], 'error'),
      node('Div', ['error', 'size as float'], 'd logits'),
      node('Gemm', ['h1', 'd logits'], 'd w2', { transA: { int: 1 } }),
      node('ReduceSum', ['d logits', 'rows'], 'd b2', { keepdims: { int: 0 } }),
      node('Gemm', ['d logits', 'w2'], 'd h1', { transB: { int: 1 } }),
      node('Greater', ['h1', 'zero'], 'alive'),
      node('Where', ['alive', 'd h1', 'zero'], 'd a1'),
      node('Gemm', ['x', 'd a1'], 'd w1', { transA: { int: 1 } }),
      node('ReduceSum', ['d a1', 'rows'], 'd b1', { keepdims: { int: 0 } }),
    ],
  })
}
