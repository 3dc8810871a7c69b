import type { GraphBuilder, Tensor } from '../builder.ts'
import type { GraphNode } from '../ir.ts'

/** What a rule is given to work out the derivative of one operator. */
export interface RuleCall {
  readonly g: GraphBuilder
  readonly node: GraphNode
  readonly inputs: readonly (Tensor | undefined)[]
  readonly outputs: readonly Tensor[]
  /** By output the gradient with respect to it; undefined where nothing depends on it. */
  readonly gradients: readonly (Tensor | undefined)[]
  /** Whether the gradient with respect to an input is asked for. */
  wants(input: number): boolean
}

/** By input its gradient, broadcastable to it; undefined where it is not wanted or is 0. */
export type Rule = (call: RuleCall) => readonly (Tensor | undefined)[]

export interface RuleEntry {
  readonly rule: Rule
  /**
   * Whether the rule takes gradients that are only broadcastable to their output (a number for a whole
   * tensor, say), which spares expanding them.
   */
  readonly broadcasts?: boolean
}

export type Rules = Readonly<Record<string, RuleEntry>>

/** An input that the operator must have. */
export function inputOf(call: RuleCall, at: number): Tensor {
  return call.inputs[at] as Tensor
}

export function outputOf(call: RuleCall): Tensor {
  return call.outputs[0] as Tensor
}

/** The gradient with respect to the first output, of operators whose rule runs only if it is there. */
export function gradientOf(call: RuleCall): Tensor {
  return call.gradients[0] as Tensor
}

/** Values of an input that is a constant, such as axes. */
export function constantInts(call: RuleCall, at: number): readonly number[] | undefined {
  const tensor = call.inputs[at]
  const constant = tensor === undefined ? undefined : call.g.constantOf(tensor)
  return constant === undefined ? undefined : [...constant.values]
}

/** Of an operator with one input that turns each number into another: what dy is turned into. */
export function each(
  turn: (g: GraphBuilder, dy: Tensor, x: Tensor, y: Tensor, node: GraphNode) => Tensor,
): Rule {
  return (call) => [turn(call.g, gradientOf(call), inputOf(call, 0), outputOf(call), call.node)]
}
