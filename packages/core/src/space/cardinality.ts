import { countValues, valueAt } from './distribution.ts'
import type { SearchSpace, SpaceNode } from './space.ts'

/**
 * The number of distinct configurations, counting only active parameters and before constraints;
 * Infinity when a continuous parameter is among them.
 */
export function cardinality(space: SearchSpace): number {
  return countNode(space, space.root)
}

function countNode(space: SearchSpace, node: SpaceNode): number {
  if (node.kind === 'shape') {
    return node.entries.reduce((product, [, child]) => product * countNode(space, child), 1)
  }
  const { distribution } = space.params[node.index] as SearchSpace['params'][number]
  if (node.kind === 'param') return countValues(distribution)
  if (node.kind === 'variant') {
    return node.options.reduce((sum, [, child]) => sum + countNode(space, child), 0)
  }
  let sum = 0
  for (let i = 0; i < countValues(distribution); i++) {
    let product = 1
    const length = valueAt(distribution, i) as number
    for (const item of node.items.slice(0, length)) product *= countNode(space, item)
    sum += product
  }
  return sum
}
