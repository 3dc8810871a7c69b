import type { Constant, Graph, GraphNode, NamedTensor, TensorType } from './ir.ts'

/** By the name of an output, the tensor it gives. */
export type OutputMap = Map<string, string>

export interface UnfinishedGraph {
  readonly name: string
  readonly inputs: readonly NamedTensor[]
  readonly constants: ReadonlyMap<string, Constant>
  readonly nodes: readonly GraphNode[]
  readonly types: ReadonlyMap<string, TensorType>
  readonly outputs: OutputMap
}

/** Operators whose last outputs may be left out. */
const OPTIONAL_OUTPUTS: ReadonlySet<string> = new Set(['MaxPool'])

/**
 * Leaves out what no output needs and gives results the names of the outputs. All inputs stay, also
 * those that nothing uses, so that who runs the graph can give them always.
 */
export function finishGraph(unfinished: UnfinishedGraph): Graph {
  const { name, inputs, types } = unfinished
  const needed = new Set(unfinished.outputs.values())
  const kept: GraphNode[] = []
  for (const node of [...unfinished.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue
    for (const input of node.inputs) needed.add(input)
    kept.push(withoutUnused(node, needed))
  }
  kept.reverse()
  const { renamed, copies } = nameOutputs(unfinished)
  const spell = (tensor: string): string => renamed.get(tensor) ?? tensor
  const nodes = kept.map((node) => ({
    ...node,
    inputs: node.inputs.map(spell),
    outputs: node.outputs.map(spell),
  }))
  for (const [output, source] of copies) {
    nodes.push({ op: 'Identity', inputs: [spell(source)], outputs: [output] })
  }
  const outputs = [...unfinished.outputs].map(([output, source]) => ({
    name: output,
    ...typeOf(types, source),
  }))
  const finalTypes = new Map<string, TensorType>()
  for (const tensor of [...inputs.map((input) => input.name), ...needed]) {
    if (tensor !== '') finalTypes.set(spell(tensor), typeOf(types, tensor))
  }
  for (const { name: output, element, dims } of outputs) finalTypes.set(output, { element, dims })
  const constants = new Map([...unfinished.constants].filter(([tensor]) => needed.has(tensor)))
  return { name, inputs: [...inputs], outputs, constants, nodes, types: finalTypes }
}

function typeOf(types: ReadonlyMap<string, TensorType>, tensor: string): TensorType {
  const { element, dims } = types.get(tensor) as TensorType
  return { element, dims }
}

function withoutUnused(node: GraphNode, needed: ReadonlySet<string>): GraphNode {
  if (!OPTIONAL_OUTPUTS.has(node.op)) return node
  const outputs = [...node.outputs]
  while (outputs.length > 1 && !needed.has(outputs.at(-1) as string)) outputs.pop()
  return { ...node, outputs }
}

/** Inputs, constants and tensors that are outputs twice are copied; all others take the output's name. */
function nameOutputs(unfinished: UnfinishedGraph): {
  renamed: ReadonlyMap<string, string>
  copies: readonly (readonly [string, string])[]
} {
  const fixed = new Set([
    ...unfinished.inputs.map((input) => input.name),
    ...unfinished.constants.keys(),
  ])
  const renamed = new Map<string, string>()
  const copies: (readonly [string, string])[] = []
  for (const [output, source] of unfinished.outputs) {
    if (output === source) continue
    if (fixed.has(source) || renamed.has(source)) copies.push([output, source])
    else renamed.set(source, output)
  }
  return { renamed, copies }
}
