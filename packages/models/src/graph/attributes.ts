import type { GraphNode } from './ir.ts'

/** An attribute of an operator, or what it is when it was left out. */
export function intOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes?.[name]
  return attribute !== undefined && 'int' in attribute ? attribute.int : fallback
}

export function floatOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes?.[name]
  return attribute !== undefined && 'float' in attribute ? attribute.float : fallback
}

export function intsOf(
  node: GraphNode,
  name: string,
  fallback: readonly number[],
): readonly number[] {
  const attribute = node.attributes?.[name]
  return attribute !== undefined && 'ints' in attribute ? attribute.ints : fallback
}

export function textOf(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes?.[name]
  return attribute !== undefined && 'text' in attribute ? attribute.text : fallback
}
