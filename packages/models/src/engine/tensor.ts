import { AttuneError } from '@attune/core'
import type { Tensor, TensorConstructor } from 'onnxruntime-web/wasm'
import type { Dims, ElementType, Graph, NamedTensor } from '../graph/ir.ts'
import { evaluateSize } from '../graph/sizes.ts'
import type { TensorData } from './executor.ts'

/** What a graph leaves open, by the text that stands for it. */
export type Sizes = Readonly<Record<string, number>>

/**
 * A tensor of the runtime over the caller's array, or over a copy where the element type asks for
 * another kind of array.
 *
 * @throws AttuneError `usage` for a size that is not given or that the array does not have
 */
export function tensorOf(
  make: TensorConstructor,
  graph: Graph,
  { name, element, dims }: NamedTensor,
  data: TensorData,
  sizes: Sizes,
): Tensor {
  const known = resolveDims(graph, name, dims, sizes)
  let size = 1
  for (const dim of known) size *= dim
  if (size !== data.length) throw wrongSize(graph, name, known, data.length)
  return convert[element](make, data, known)
}

/**
 * The sizes of a tensor when the graph runs.
 * @throws AttuneError `usage` for a size that is not given
 */
export function resolveDims(graph: Graph, name: string, dims: Dims, sizes: Sizes): number[] {
  const known: number[] = []
  for (const dim of dims) {
    const size = typeof dim === 'number' ? dim : (sizes[dim] ?? derived(dim, sizes))
    if (size === undefined) {
      throw new AttuneError(
        'usage',
        `The graph ${graph.name} leaves the size '${dim}' of ${name} open; give it in dims.`,
        { details: { graph: graph.name, tensor: name, dim } },
      )
    }
    known.push(size)
  }
  return known
}

/** Sizes that the graph works out of those it leaves open, such as 4*rows. */
function derived(dim: string, sizes: Sizes): number | undefined {
  return /[*+]/.test(dim) ? evaluateSize(dim, sizes) : undefined
}

type Convert = (make: TensorConstructor, data: TensorData, dims: number[]) => Tensor

const convert: Readonly<Record<ElementType, Convert>> = {
  float: (make, data, dims) => new make('float32', floatsOf(data), dims),
  int64: (make, data, dims) => new make('int64', wholeNumbersOf(data), dims),
  bool: (make, data, dims) => new make('bool', truthsOf(data), dims),
}

function floatsOf(data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data
  return data instanceof BigInt64Array ? Float32Array.from(data, Number) : Float32Array.from(data)
}

function wholeNumbersOf(data: TensorData): BigInt64Array {
  return data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt)
}

function truthsOf(data: TensorData): Uint8Array {
  if (data instanceof Uint8Array) return data
  const truths = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) truths[i] = Number(data[i]) === 0 ? 0 : 1
  return truths
}

function wrongSize(graph: Graph, name: string, dims: number[], length: number): AttuneError {
  return new AttuneError(
    'usage',
    `${name} of the graph ${graph.name} has the dims [${dims.join(', ')}], ` +
      `but got an array of ${length} values.`,
    { details: { graph: graph.name, tensor: name, dims, values: length } },
  )
}
