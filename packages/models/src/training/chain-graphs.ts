import type { Graph, GraphNode } from '../graph/ir.ts'

/**
 * One graph of two, of which the second takes for its input `link.to` what the first calls
 * `link.from`. Names between keep apart by a prefix; inputs are those of the first, outputs those of
 * the second.
 */
export function chainGraphs(
  first: Graph,
  second: Graph,
  link: { readonly from: string; readonly to: string },
): Graph {
  const ofFirst = named(
    'a/',
    first.inputs.map(({ name }) => name),
  )
  const outer = named(
    'b/',
    second.outputs.map(({ name }) => name),
  )
  const ofSecond = (name: string): string => (name === link.to ? ofFirst(link.from) : outer(name))
  return {
    name: second.name,
    inputs: first.inputs,
    outputs: second.outputs,
    constants: new Map([
      ...renamed(first.constants, ofFirst),
      ...renamed(second.constants, ofSecond),
    ]),
    nodes: [
      ...first.nodes.map((node) => rename(node, ofFirst)),
      ...second.nodes.map((node) => rename(node, ofSecond)),
    ],
    types: new Map([...renamed(second.types, ofSecond), ...renamed(first.types, ofFirst)]),
  }
}

/** Names with a prefix, but for those that are seen from outside; '' is an input left out. */
function named(prefix: string, outside: readonly string[]): (name: string) => string {
  const kept = new Set(['', ...outside])
  return (name) => (kept.has(name) ? name : prefix + name)
}

function renamed<T>(map: ReadonlyMap<string, T>, name: (of: string) => string): [string, T][] {
  return [...map].map(([key, value]) => [name(key), value])
}

function rename(node: GraphNode, name: (of: string) => string): GraphNode {
  return { ...node, inputs: node.inputs.map(name), outputs: node.outputs.map(name) }
}
