import { AttuneError } from '@attune/core'
import { type OutputMap, finishGraph } from './finish.ts'
import type {
  Attribute,
  Constant,
  Dims,
  ElementType,
  Graph,
  GraphNode,
  NamedTensor,
  TensorType,
} from './ir.ts'
import { elementCount, isSizeName, showDims } from './sizes.ts'

/** A handle of a tensor of the graph that is being built. */
export type Tensor = NamedTensor

export type Attributes = Readonly<Record<string, Attribute>>

/**
 * The derivative of a part of a graph that was given by hand because it is shorter or safer than what
 * the rules of its operators make: from the gradient with respect to its output (broadcastable to the
 * output's dims) to those with respect to its inputs, broadcastable to theirs.
 */
export type CompositeRule = (
  dy: Tensor,
  wants: (input: number) => boolean,
) => readonly (Tensor | undefined)[]

export interface Composite {
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly rule: CompositeRule
}

/**
 * Takes operators one after another. The operators themselves are functions in `operators/` that
 * infer the shape of what they make. The same operator on the same inputs is made once.
 */
export interface GraphBuilder {
  readonly name: string
  /** What the graph is given when it runs. Open sizes are names, such as `batch`. Default `float`. */
  input(name: string, dims: Dims, element?: ElementType): Tensor
  /**
   * Values that are part of the graph, row by row. A number makes a tensor without dims; a list
   * without `dims` a vector. Default `float`.
   */
  constant(
    values: number | ArrayLike<number>,
    dims?: readonly number[],
    element?: ElementType,
  ): Tensor
  /** Adds an operator with what is known of its outputs; inputs may be left out. */
  node(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly TensorType[],
    attributes?: Attributes,
  ): readonly Tensor[]
  /** As `node`, of an operator with one output. */
  apply(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    output: TensorType,
    attributes?: Attributes,
  ): Tensor
  /** Gives the derivative of everything between `inputs` and `output` by hand; returns `output`. */
  composite(inputs: readonly Tensor[], output: Tensor, rule: CompositeRule): Tensor
  /** Names a result of the graph. */
  output(name: string, tensor: Tensor): void
  /** The graph, without what no output needs. The builder can go on; the graph does not change. */
  finish(): Graph

  /** What stands there so far, for those who read graphs. */
  readonly nodes: readonly GraphNode[]
  /** By the name of its output. */
  readonly composites: ReadonlyMap<string, Composite>
  tensor(name: string): Tensor
  /** The operator that makes a tensor; undefined for inputs and constants. */
  producer(tensor: Tensor): GraphNode | undefined
  /** The values of a constant, else undefined. */
  constantOf(tensor: Tensor): Constant | undefined
}

/** The error of a graph that cannot be: `what` says what was given, which rule it breaks and how to mend it. */
export function impossible(what: string): AttuneError {
  return new AttuneError('models/impossible', what)
}

function toConstant(
  values: ArrayLike<number>,
  dims: readonly number[],
  element: ElementType,
): Constant {
  if (elementCount(dims) !== values.length) {
    throw impossible(
      `A constant of the dims ${showDims(dims)} has ${elementCount(dims)} elements, but ${values.length} values were given.`,
    )
  }
  if (element !== 'float') return { element, dims, values: Int32Array.from(values) }
  const kept = values instanceof Float32Array ? values.slice() : Float64Array.from(values)
  return { element, dims, values: kept }
}

/** Constants of more elements than this are not looked up among those that are there. */
const SHARED_ELEMENTS = 64

/** Begins a graph. */
export function createGraphBuilder(name: string): GraphBuilder {
  const nodes: GraphNode[] = []
  const inputs: NamedTensor[] = []
  const tensors = new Map<string, Tensor>()
  const constants = new Map<string, Constant>()
  const composites = new Map<string, Composite>()
  const producers = new Map<string, GraphNode>()
  const outputs: OutputMap = new Map()
  const made = new Map<string, readonly Tensor[]>()
  let counter = 0

  function fresh(stem: string): string {
    let candidate: string
    do candidate = `${stem}_${counter++}`
    while (tensors.has(candidate) || outputs.has(candidate))
    return candidate
  }

  function declare(name: string, type: TensorType): Tensor {
    const tensor: Tensor = { name, element: type.element, dims: [...type.dims] }
    tensors.set(name, tensor)
    return tensor
  }

  function own(tensor: Tensor): Tensor {
    if (tensors.get(tensor.name) !== tensor) {
      throw impossible(
        `The tensor ${JSON.stringify(tensor.name)} is not of the graph ${JSON.stringify(name)}; use tensors only with the builder that made them.`,
      )
    }
    return tensor
  }

  function input(name: string, dims: Dims, element: ElementType = 'float'): Tensor {
    if (name === '' || tensors.has(name) || outputs.has(name)) {
      throw impossible(
        `An input is to be called ${JSON.stringify(name)}, but names must be there and be used once.`,
      )
    }
    for (const size of dims) {
      const fine = typeof size === 'number' ? Number.isInteger(size) && size >= 0 : isSizeName(size)
      if (!fine) {
        throw impossible(
          `The input ${JSON.stringify(name)} has the dims ${showDims(dims)}; a size is a whole number from 0 up or a name such as batch.`,
        )
      }
    }
    const tensor = declare(name, { element, dims })
    inputs.push(tensor)
    return tensor
  }

  function constant(
    values: number | ArrayLike<number>,
    dims?: readonly number[],
    element: ElementType = 'float',
  ): Tensor {
    const list = typeof values === 'number' ? [values] : values
    const shape = dims ?? (typeof values === 'number' ? [] : [list.length])
    const shared = list.length <= SHARED_ELEMENTS
    const key = shared
      ? `constant ${element} ${shape.join()} ${Array.from(list, spellNumber).join()}`
      : ''
    const known = shared ? made.get(key)?.[0] : undefined
    if (known !== undefined) return known
    const tensorName = fresh('constant')
    constants.set(tensorName, toConstant(list, shape, element))
    const tensor = declare(tensorName, { element, dims: shape })
    if (shared) made.set(key, [tensor])
    return tensor
  }

  function node(
    op: string,
    operands: readonly (Tensor | undefined)[],
    types: readonly TensorType[],
    attributes?: Attributes,
  ): readonly Tensor[] {
    const names = operands.map((tensor) => (tensor === undefined ? '' : own(tensor).name))
    while (names.at(-1) === '') names.pop()
    const key = `${op} ${names.join(' ')} ${types.length} ${JSON.stringify(attributes ?? {})}`
    const known = made.get(key)
    if (known !== undefined) return known
    const results = types.map((type) => declare(fresh(op.toLowerCase()), type))
    const added: GraphNode = {
      op,
      inputs: names,
      outputs: results.map((tensor) => tensor.name),
      ...(attributes === undefined ? {} : { attributes }),
    }
    nodes.push(added)
    for (const tensor of results) producers.set(tensor.name, added)
    made.set(key, results)
    return results
  }

  function output(outputName: string, tensor: Tensor): void {
    if (outputName === '' || outputs.has(outputName)) {
      throw impossible(
        `An output is to be called ${JSON.stringify(outputName)}, but names must be there and be used once.`,
      )
    }
    const taken = tensors.get(outputName)
    if (taken !== undefined && taken !== tensor) {
      throw impossible(
        `An output is to be called ${JSON.stringify(outputName)}, but another tensor has this name.`,
      )
    }
    outputs.set(outputName, own(tensor).name)
  }

  return {
    name,
    nodes,
    composites,
    input,
    constant,
    node,
    output,
    apply: (op, operands, type, attributes) => node(op, operands, [type], attributes)[0] as Tensor,
    composite(operands, result, rule) {
      composites.set(own(result).name, { inputs: operands.map(own), output: result, rule })
      return result
    },
    finish: () => finishGraph({ name, inputs, constants, nodes, types: tensors, outputs }),
    tensor(tensorName) {
      const tensor = tensors.get(tensorName)
      if (tensor === undefined) {
        throw impossible(`The graph has no tensor ${JSON.stringify(tensorName)}.`)
      }
      return tensor
    },
    producer: (tensor) => producers.get(tensor.name),
    constantOf: (tensor) => constants.get(tensor.name),
  }
}

function spellNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
