import { broadcastDims, expandLike } from './broadcast.ts'
import { type Composite, type GraphBuilder, type Tensor, impossible } from './builder.ts'
import type { GraphNode } from './ir.ts'
import { elementCount, sameDims, showDims } from './sizes.ts'
import { operand, sum } from './operators/arithmetic.ts'
import { gemm } from './operators/matrix.ts'
import { concat, zerosLike } from './operators/shape.ts'
import { activationRules } from './rules/activations.ts'
import { arithmeticRules } from './rules/arithmetic.ts'
import { convolutionRules } from './rules/convolution.ts'
import { indexingRules } from './rules/indexing.ts'
import { matrixRules } from './rules/matrix.ts'
import { poolingRules } from './rules/pooling.ts'
import { reduceRules } from './rules/reduce.ts'
import type { RuleEntry, Rules } from './rules/rule.ts'
import { shapeRules } from './rules/shape.ts'

const RULES: Rules = {
  ...arithmeticRules,
  ...activationRules,
  ...matrixRules,
  ...shapeRules,
  ...reduceRules,
  ...indexingRules,
  ...convolutionRules,
  ...poolingRules,
}

/** Operators that do not change with small changes of what they are given. */
const FLAT: ReadonlySet<string> = new Set(['Sign', 'Shape', 'Size', 'ConstantOfShape', 'OneHot'])

/**
 * Appends what works out the gradients of a number with respect to tensors, by going backwards
 * through the operators (reverse mode). The results are tensors like any other, of the dims of the
 * tensors they belong to; gradients of gradients may be asked for. Only operators on paths to the
 * tensors asked for are gone through. A tensor on which `loss` does not depend has the gradient 0.
 *
 * `seed` is the gradient with respect to `loss`, of its dims; by default 1, and then `loss` must be one
 * number.
 *
 * @throws AttuneError `models/impossible` when an operator on the way has no derivative
 */
export function gradients(
  g: GraphBuilder,
  loss: Tensor,
  withRespectTo: readonly Tensor[],
  seed?: Tensor,
): readonly Tensor[] {
  const start = seed ?? operand(g, 1)
  requireSeed(loss, seed)
  const nodes = [...g.nodes]
  const replaced = usableComposites(g, nodes, withRespectTo)
  const active = dependents(g, nodes, replaced, withRespectTo)
  const parts = new Map<string, Tensor[]>([[loss.name, [start]]])
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at] as GraphNode
    if (!node.outputs.some((output) => parts.has(output) && active.has(output))) continue
    backward(g, node, replaced, active, parts)
  }
  return withRespectTo.map((tensor) => {
    const found = total(g, tensor, parts)
    return found === undefined ? zerosLike(g, tensor) : expandLike(g, found, tensor)
  })
}

function requireSeed(loss: Tensor, seed: Tensor | undefined): void {
  if (loss.element !== 'float') {
    throw impossible(`The gradient of ${loss.name} is asked for, but it is ${loss.element}.`)
  }
  if (seed === undefined) {
    if (elementCount(loss.dims) === 1) return
    throw impossible(
      `The gradient of ${loss.name} ${showDims(loss.dims)} is asked for, but it is not one number; reduce it or give a seed of its dims.`,
    )
  }
  const dims = broadcastDims('The seed of a gradient and its loss', seed.dims, loss.dims)
  if (dims.length !== loss.dims.length || dims.some((size, i) => size !== loss.dims[i])) {
    throw impossible(
      `The seed ${showDims(seed.dims)} of a gradient does not fit the loss ${showDims(loss.dims)}.`,
    )
  }
}

/** By output, the hand-given derivatives that no tensor asked for lies inside of. */
function usableComposites(
  g: GraphBuilder,
  nodes: readonly GraphNode[],
  withRespectTo: readonly Tensor[],
): ReadonlyMap<string, Composite> {
  if (g.composites.size === 0) return g.composites
  const wanted = new Set(withRespectTo.map((tensor) => tensor.name))
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node])))
  const usable = new Map<string, Composite>()
  for (const [name, composite] of g.composites) {
    if (!liesInside(composite, producers, wanted)) usable.set(name, composite)
  }
  return usable
}

function liesInside(
  composite: Composite,
  producers: ReadonlyMap<string, GraphNode>,
  wanted: ReadonlySet<string>,
): boolean {
  const seen = new Set(composite.inputs.map((input) => input.name))
  const open = [composite.output.name]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const input of producers.get(name)?.inputs ?? []) {
      if (seen.has(input)) continue
      if (wanted.has(input)) return true
      seen.add(input)
      open.push(input)
    }
  }
  return false
}

/** The names of all tensors that change with one of the given ones. */
function dependents(
  g: GraphBuilder,
  nodes: readonly GraphNode[],
  replaced: ReadonlyMap<string, Composite>,
  roots: readonly Tensor[],
): ReadonlySet<string> {
  const active = new Set(roots.map((tensor) => tensor.name))
  for (const node of nodes) {
    if (FLAT.has(node.op)) continue
    for (const output of node.outputs) {
      const inputs = replaced.get(output)?.inputs.map((input) => input.name) ?? node.inputs
      const depends = inputs.some((input) => active.has(input))
      if (depends && g.tensor(output).element === 'float') active.add(output)
    }
  }
  return active
}

/** The sum of all gradients that came to a tensor, kept in their place. */
function total(g: GraphBuilder, tensor: Tensor, parts: Map<string, Tensor[]>): Tensor | undefined {
  const list = parts.get(tensor.name)
  if (list === undefined) return undefined
  const whole = joined(g, list) ?? sum(g, list)
  parts.set(tensor.name, [whole])
  return whole
}

/**
 * What the steps of a recurrence leave for one weight, as one operator on all of them joined: many
 * products aᵀ · b, or many sums over the first axis. Undefined where the terms are not that.
 */
function joined(g: GraphBuilder, terms: readonly Tensor[]): Tensor | undefined {
  if (terms.length < 3) return undefined
  const nodes = terms.map((term) => g.producer(term))
  const first = nodes[0]
  const alike = nodes.every(
    (node) =>
      node?.op === first?.op &&
      node?.inputs.length === 2 &&
      JSON.stringify(node.attributes) === JSON.stringify(first?.attributes),
  )
  if (!alike || first === undefined) return undefined
  const inputs = (at: number): Tensor[] => nodes.map((node) => g.tensor(node?.inputs[at] as string))
  if (first.op === 'Gemm' && Object.keys(first.attributes ?? {}).join() === 'transA') {
    return gemm(g, concat(g, inputs(0), 0), concat(g, inputs(1), 0), { transA: true })
  }
  if (first.op !== 'ReduceSum' || terms.some((term) => !sameDims(term.dims, terms[0]!.dims))) {
    return undefined
  }
  const sources = inputs(0)
  const axes = inputs(1)
  const overFirst = g.constantOf(axes[0] as Tensor)?.values[0] === 0
  const fits = sources.every((x) => sameDims(x.dims.slice(1), (sources[0] as Tensor).dims.slice(1)))
  if (!overFirst || !fits || axes.some((tensor) => tensor !== axes[0])) return undefined
  const options = { element: 'float' as const, dims: (terms[0] as Tensor).dims }
  return g.apply('ReduceSum', [concat(g, sources, 0), axes[0]], options, first.attributes)
}

function backward(
  g: GraphBuilder,
  node: GraphNode,
  replaced: ReadonlyMap<string, Composite>,
  active: ReadonlySet<string>,
  parts: Map<string, Tensor[]>,
): void {
  const outputs = node.outputs.map((name) => g.tensor(name))
  const composite = outputs[0] === undefined ? undefined : replaced.get(outputs[0].name)
  const inputs =
    composite?.inputs ?? node.inputs.map((name) => (name === '' ? undefined : g.tensor(name)))
  const wants = (input: number): boolean => {
    const tensor = inputs[input]
    return tensor !== undefined && active.has(tensor.name)
  }
  const found = outputs.map((output) => total(g, output, parts))
  const results =
    composite !== undefined && found[0] !== undefined
      ? composite.rule(found[0], wants)
      : applyRule(g, node, inputs, outputs, found, wants)
  results.forEach((result, i) => {
    const input = inputs[i]
    if (result === undefined || input === undefined || !wants(i)) return
    const list = parts.get(input.name)
    if (list === undefined) parts.set(input.name, [result])
    else list.push(result)
  })
}

function applyRule(
  g: GraphBuilder,
  node: GraphNode,
  inputs: readonly (Tensor | undefined)[],
  outputs: readonly Tensor[],
  found: readonly (Tensor | undefined)[],
  wants: (input: number) => boolean,
): readonly (Tensor | undefined)[] {
  const entry: RuleEntry | undefined = RULES[node.op]
  if (entry === undefined) {
    throw impossible(
      `The gradient of ${outputs[0]?.name ?? node.op} is asked for, but there is no rule for the operator ${node.op}.`,
    )
  }
  const gradients = found.map((dy, i) =>
    dy === undefined || entry.broadcasts === true ? dy : expandLike(g, dy, outputs[i] as Tensor),
  )
  return entry.rule({ g, node, inputs, outputs, gradients, wants })
}
