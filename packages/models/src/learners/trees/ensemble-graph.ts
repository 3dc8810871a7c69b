import type {
  Attribute,
  Constant,
  Graph,
  GraphNode,
  NamedTensor,
  TensorType,
} from '../../graph/ir.ts'
import type { Ensemble } from './ensemble.ts'
import { membersOf, missingGoesLeft } from './ensemble.ts'

/** How the outputs of an ensemble become a prediction. */
export type Link = 'values' | 'shares' | 'logistic' | 'softmax'

/**
 * An ensemble as a graph with one TreeEnsembleRegressor. ONNX has no sets of categories: a split by one
 * becomes a chain of BRANCH_EQ nodes, which lead to the same left child. Graphs of some 100,000 nodes
 * load within a second in onnxruntime-node 1.30, but take 10 in onnxruntime-web, and of more far longer.
 */
export function ensembleGraph(name: string, ensemble: Ensemble, link: Link, labels: number): Graph {
  const { columns, outputs } = ensemble
  const constants = new Map<string, Constant>()
  const types = new Map<string, TensorType>()
  const floats = (tensor: string, size: number): NamedTensor => {
    const made: NamedTensor = { name: tensor, element: 'float', dims: ['rows', size] }
    types.set(tensor, made)
    return made
  }
  const x = floats('x', columns)
  const result = link === 'values' ? floats('values', 1) : floats('probabilities', labels)
  const plain = link === 'values' || link === 'shares'
  const raw = plain ? result : floats('raw', outputs)
  const nodes: GraphNode[] = [
    {
      op: 'TreeEnsembleRegressor',
      domain: 'ai.onnx.ml',
      inputs: [x.name],
      outputs: [raw.name],
      attributes: treeAttributes(ensemble),
    },
  ]
  if (link === 'softmax') nodes.push(softmax(raw, result))
  if (link === 'logistic') {
    constants.set('one', { element: 'float', dims: [], values: Float32Array.of(1) })
    types.set('one', { element: 'float', dims: [] })
    nodes.push(...logistic(raw, floats('first', 1), floats('second', 1), result))
  }
  return { name, inputs: [x], outputs: [result], constants, nodes, types }
}

function softmax(raw: NamedTensor, result: NamedTensor): GraphNode {
  const attributes = { axis: { int: 1 } }
  return { op: 'Softmax', inputs: [raw.name], outputs: [result.name], attributes }
}

function logistic(
  raw: NamedTensor,
  first: NamedTensor,
  second: NamedTensor,
  result: NamedTensor,
): GraphNode[] {
  const both = [first.name, second.name]
  return [
    { op: 'Sigmoid', inputs: [raw.name], outputs: [second.name] },
    { op: 'Sub', inputs: ['one', second.name], outputs: [first.name] },
    { op: 'Concat', inputs: both, outputs: [result.name], attributes: { axis: { int: 1 } } },
  ]
}

interface Lists {
  readonly trees: number[]
  readonly ids: number[]
  readonly features: number[]
  readonly values: number[]
  readonly modes: string[]
  readonly whenTrue: number[]
  readonly whenFalse: number[]
  readonly missing: number[]
  readonly leafTrees: number[]
  readonly leafIds: number[]
  readonly leafOutputs: number[]
  readonly leafValues: number[]
}

function treeAttributes(ensemble: Ensemble): Record<string, Attribute> {
  const lists: Lists = {
    trees: [],
    ids: [],
    features: [],
    values: [],
    modes: [],
    whenTrue: [],
    whenFalse: [],
    missing: [],
    leafTrees: [],
    leafIds: [],
    leafOutputs: [],
    leafValues: [],
  }
  for (let tree = 0; tree < ensemble.roots.length; tree++) addTree(lists, ensemble, tree)
  return {
    n_targets: { int: ensemble.outputs },
    aggregate_function: { text: 'SUM' },
    post_transform: { text: 'NONE' },
    base_values: { floats: [...ensemble.base] },
    nodes_treeids: { ints: lists.trees },
    nodes_nodeids: { ints: lists.ids },
    nodes_featureids: { ints: lists.features },
    nodes_values: { floats: lists.values },
    nodes_modes: { texts: lists.modes },
    nodes_truenodeids: { ints: lists.whenTrue },
    nodes_falsenodeids: { ints: lists.whenFalse },
    nodes_missing_value_tracks_true: { ints: lists.missing },
    target_treeids: { ints: lists.leafTrees },
    target_nodeids: { ints: lists.leafIds },
    target_ids: { ints: lists.leafOutputs },
    target_weights: { floats: lists.leafValues },
  }
}

function addTree(lists: Lists, ensemble: Ensemble, tree: number): void {
  const { roots, feature, threshold, kind, right, sets } = ensemble
  const from = roots[tree]!
  const to = roots[tree + 1] ?? feature.length
  const ids = idsOf(ensemble, from, to)
  const add = (
    id: number,
    node: number,
    mode: string,
    value: number,
    whenTrue: number,
    whenFalse: number,
    missing: number,
  ): void => {
    lists.trees.push(tree)
    lists.ids.push(id)
    lists.features.push(mode === 'LEAF' ? 0 : feature[node]!)
    lists.modes.push(mode)
    lists.values.push(value)
    lists.whenTrue.push(whenTrue)
    lists.whenFalse.push(whenFalse)
    lists.missing.push(missing)
  }
  for (let node = from; node < to; node++) {
    const id = ids[node - from]!
    if (feature[node]! < 0) {
      add(id, node, 'LEAF', 0, 0, 0, 0)
      addLeaf(lists, ensemble, tree, id, right[node]!)
      continue
    }
    const left = ids[node + 1 - from]!
    const other = ids[right[node]! - from]!
    const missing = Number(missingGoesLeft(kind[node]!))
    if (kind[node]! < 0) {
      add(id, node, 'BRANCH_LT', threshold[node]!, left, other, missing)
      continue
    }
    const members = membersOf(sets, kind[node]! >> 1)
    // Only missing values go left: a comparison that no number passes.
    if (members.length === 0) {
      add(id, node, 'BRANCH_LT', Number.NEGATIVE_INFINITY, left, other, 1)
      continue
    }
    const end = id + members.length
    const next = isGuarded(ensemble, node) ? end : other
    members.forEach((category, i) => {
      const tracks = i === 0 ? missing : 0
      add(id + i, node, 'BRANCH_EQ', category, left, id + i + 1 < end ? id + i + 1 : next, tracks)
    })
    if (next !== end) continue
    add(end, node, 'BRANCH_LEQ', Number.POSITIVE_INFINITY, other, end + 1, 1)
    add(end + 1, node, 'LEAF', 0, 0, 0, 0)
    addWeight(lists, tree, end + 1, 0, 0)
  }
}

/**
 * Whether a node that lets everything pass must stand between a set and the next: where two nodes
 * compare one feature one after the other, ONNX Runtime 1.30 makes a set of them if it takes what
 * they lead to for the same, and of leaves it then compares but the first weight.
 */
function isGuarded({ feature, kind, right }: Ensemble, node: number): boolean {
  const next = right[node]!
  return kind[node]! >= 0 && feature[next] === feature[node] && kind[next]! >= 0
}

/** By node of a tree its number in the graph, where a set takes as many as it has members. */
function idsOf(ensemble: Ensemble, from: number, to: number): Int32Array {
  const { feature, kind, sets } = ensemble
  const ids = new Int32Array(to - from)
  let id = 0
  for (let node = from; node < to; node++) {
    ids[node - from] = id
    if (feature[node]! < 0 || kind[node]! < 0) id++
    else {
      const members = membersOf(sets, kind[node]! >> 1).length
      id += Math.max(1, members) + (members > 0 && isGuarded(ensemble, node) ? 2 : 0)
    }
  }
  return ids
}

/** A leaf needs no zeros, but one value at least. */
function addLeaf(lists: Lists, ensemble: Ensemble, tree: number, id: number, leaf: number): void {
  const { width, outputs, values, scale } = ensemble
  for (let k = 0; k < width; k++) {
    const value = values[leaf * width + k]!
    if (value === 0 && k > 0) continue
    addWeight(lists, tree, id, width === 1 ? tree % outputs : k, value * scale)
  }
}

function addWeight(lists: Lists, tree: number, id: number, output: number, value: number): void {
  lists.leafTrees.push(tree)
  lists.leafIds.push(id)
  lists.leafOutputs.push(output)
  lists.leafValues.push(value)
}
