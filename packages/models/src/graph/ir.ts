/**
 * Computation graphs as plain data: nodes are operators of standard ONNX (operator set 17 of the
 * default domain, version 3 of `ai.onnx.ml`), so that a graph is written as ONNX bytes one to one,
 * and the float64 interpreter gives the operators the meaning ONNX gives them.
 */

/** The sizes of a tensor; a text stands for a size that is known when the graph runs, such as the batch. */
export type Dims = readonly (number | string)[]

export type ElementType = 'float' | 'int64' | 'bool'

export interface TensorType {
  readonly element: ElementType
  readonly dims: Dims
}

/** A tensor in a graph, by its name. */
export interface NamedTensor extends TensorType {
  readonly name: string
}

/** A tensor whose values are part of the graph. */
export interface Constant {
  readonly element: ElementType
  readonly dims: readonly number[]
  /** Row by row; of int64 whole numbers, of bool 0 and 1. */
  readonly values: Float32Array | Float64Array | Int32Array
}

/** ONNX tells whole numbers from fractions. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] }

/** One operator; an input that is left out is ''. */
export interface GraphNode {
  readonly op: string
  readonly domain?: 'ai.onnx.ml'
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

/** Nodes stand in an order in which every input is there before it is used. */
export interface Graph {
  readonly name: string
  readonly inputs: readonly NamedTensor[]
  readonly outputs: readonly NamedTensor[]
  readonly constants: ReadonlyMap<string, Constant>
  readonly nodes: readonly GraphNode[]
  /** What is known of the tensors between; the inputs, outputs and constants are among them. */
  readonly types: ReadonlyMap<string, TensorType>
}
