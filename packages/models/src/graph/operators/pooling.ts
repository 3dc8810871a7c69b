import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import type { Dims } from '../ir.ts'
import { sameDims, showDims } from '../sizes.ts'
import { relu } from './activations.ts'
import { requireElement } from './arithmetic.ts'
import { type Padding, type Window, resolveWindow, windowAttributes } from './window.ts'

export interface PoolOptions {
  /** Places of the window along each spatial axis. */
  readonly kernel: readonly number[]
  /** Default the kernel: windows side by side. */
  readonly strides?: readonly number[]
  /** Default `valid`. */
  readonly pads?: Padding
}

function poolWindow(what: string, x: Tensor, options: PoolOptions): Window {
  requireElement(what, x, 'float')
  const window = resolveWindow(what, x, options.kernel, options, options.kernel)
  const { kernel, pads } = window
  if (pads.some((places, i) => places >= (kernel[i % kernel.length] as number))) {
    throw impossible(
      `${what}: pads [${pads.join(', ')}] must be below the kernel [${kernel.join(', ')}], so that no window lies outside.`,
    )
  }
  return window
}

/**
 * The greatest in each window; its places are the derivative's. Of a Relu the pool is taken before
 * it, which is the same and leaves fewer places for the Relu and its derivative.
 */
export function maxPool(g: GraphBuilder, x: Tensor, options: PoolOptions): Tensor {
  const before = g.producer(x)
  if (before?.op === 'Relu') {
    const source = g.tensor(before.inputs[0] as string)
    return relu(g, maxPoolWithIndices(g, source, options).y)
  }
  return maxPoolWithIndices(g, x, options).y
}

/** `indices`: by window the place of its greatest, of equals the first, in the whole tensor row by row. */
export function maxPoolWithIndices(
  g: GraphBuilder,
  x: Tensor,
  options: PoolOptions,
): { readonly y: Tensor; readonly indices: Tensor } {
  const window = poolWindow('MaxPool', x, options)
  const dims: Dims = [...x.dims.slice(0, 2), ...window.output]
  const [y, indices] = g.node(
    'MaxPool',
    [x],
    [
      { element: 'float', dims },
      { element: 'int64', dims },
    ],
    { kernel_shape: { ints: window.kernel }, ...windowAttributes(window) },
  ) as readonly [Tensor, Tensor]
  return { y, indices }
}

/**
 * Puts what MaxPool took back to its place in zeros. Windows lie side by side and cover the result
 * wholly: its sizes are those of `x` times the kernel.
 */
export function maxUnpool(
  g: GraphBuilder,
  x: Tensor,
  indices: Tensor,
  kernel: readonly number[],
): Tensor {
  requireElement('MaxUnpool', x, 'float')
  requireElement('MaxUnpool (its indices)', indices, 'int64')
  if (!sameDims(x.dims, indices.dims) || x.dims.length !== kernel.length + 2) {
    throw impossible(
      `MaxUnpool of ${showDims(x.dims)} with indices ${showDims(indices.dims)} and kernel [${kernel.join(', ')}]: both tensors must have the same dims, and the kernel a size a spatial axis.`,
    )
  }
  const sizes = x.dims.slice(2).map((size, i) => {
    if (typeof size === 'number') return size * (kernel[i] as number)
    throw impossible(`MaxUnpool of ${showDims(x.dims)}: the size ${size} must be known.`)
  })
  return g.apply(
    'MaxUnpool',
    [x, indices],
    { element: 'float', dims: [...x.dims.slice(0, 2), ...sizes] },
    { kernel_shape: { ints: kernel }, strides: { ints: kernel } },
  )
}

/** The mean of each window; padded places do not count. */
export function averagePool(g: GraphBuilder, x: Tensor, options: PoolOptions): Tensor {
  const window = poolWindow('AveragePool', x, options)
  return g.apply(
    'AveragePool',
    [x],
    { element: 'float', dims: [...x.dims.slice(0, 2), ...window.output] },
    { kernel_shape: { ints: window.kernel }, ...windowAttributes(window) },
  )
}
