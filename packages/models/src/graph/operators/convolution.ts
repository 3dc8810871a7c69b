import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import { type Size, showDims } from '../sizes.ts'
import { requireElement } from './arithmetic.ts'
import {
  type WindowOptions,
  reach,
  resolveOptions,
  resolvePads,
  resolveWindow,
  spatialSizes,
  windowAttributes,
} from './window.ts'

export interface ConvOptions extends WindowOptions {
  /** One number an output channel. */
  readonly bias?: Tensor
}

/**
 * Convolution (without turning the kernel round) of x [n, channels, …] with weights [units, channels, …]
 * → [n, units, …], over one or two axes. Strides are 1 by default.
 */
export function conv(
  g: GraphBuilder,
  x: Tensor,
  weights: Tensor,
  options: ConvOptions = {},
): Tensor {
  const [units, kernel] = kernelOf('Conv', x, weights, 0, 1, options.bias)
  const window = resolveWindow('Conv', x, kernel, options)
  return g.apply(
    'Conv',
    [x, weights, options.bias],
    { element: 'float', dims: [x.dims[0] as Size, units, ...window.output] },
    { kernel_shape: { ints: kernel }, ...windowAttributes(window) },
  )
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Places more at the end of each axis, fewer than the stride; default 0. */
  readonly outputPadding?: readonly number[]
}

/**
 * The transpose of a convolution as a linear map: x [n, channels, …] with weights [channels, units, …] →
 * [n, units, …] of (size - 1) · stride + reach - pads + outputPadding places. With pads `same` that is
 * size · stride.
 */
export function convTranspose(
  g: GraphBuilder,
  x: Tensor,
  weights: Tensor,
  options: ConvTransposeOptions = {},
): Tensor {
  const what = 'ConvTranspose'
  const [units, kernel] = kernelOf(what, x, weights, 1, 0, options.bias)
  const sizes = spatialSizes(what, x)
  const { strides, dilations } = resolveOptions(what, sizes.length, options)
  const totals = reach(kernel, dilations).map((length, i) => length - (strides[i] as number))
  const same = options.pads === 'same'
  const extra = options.outputPadding ?? totals.map((total) => (same ? Math.max(0, -total) : 0))
  if (
    extra.length !== sizes.length ||
    extra.some((e, i) => e < 0 || e >= Math.max(strides[i] as number, 2))
  ) {
    throw impossible(
      `${what}: output padding [${extra.join(', ')}] must be one whole number a spatial axis, from 0 up and below the stride.`,
    )
  }
  const pads = resolvePads(what, options.pads ?? 'valid', totals)
  const lengths = reach(kernel, dilations)
  const output = sizes.map((size, i) => {
    const around = (pads[i] as number) + (pads[sizes.length + i] as number)
    const places =
      (size - 1) * (strides[i] as number) + (lengths[i] as number) - around + (extra[i] as number)
    if (places >= 1) return places
    throw impossible(
      `${what} of ${showDims(x.dims)} with pads [${pads.join(', ')}] leaves ${places} places; take smaller pads.`,
    )
  })
  return g.apply(
    what,
    [x, weights, options.bias],
    { element: 'float', dims: [x.dims[0] as Size, units, ...output] },
    {
      kernel_shape: { ints: kernel },
      ...windowAttributes({ strides, dilations, pads }),
      ...(extra.every((e) => e === 0) ? {} : { output_padding: { ints: extra } }),
    },
  )
}

/** Units and kernel of weights, checked against the tensor and the bias. */
function kernelOf(
  what: string,
  x: Tensor,
  weights: Tensor,
  unitsAxis: number,
  channelsAxis: number,
  bias: Tensor | undefined,
): readonly [units: Size, kernel: readonly number[]] {
  for (const tensor of [x, weights]) requireElement(what, tensor, 'float')
  const kernel = weights.dims.slice(2)
  const units = weights.dims[unitsAxis]
  const known = units !== undefined && kernel.every((size) => typeof size === 'number')
  const fits = weights.dims.length === x.dims.length && weights.dims[channelsAxis] === x.dims[1]
  if (!known || !fits) {
    const names = unitsAxis === 0 ? '[units, channels, …]' : '[channels, units, …]'
    throw impossible(
      `${what} of ${showDims(x.dims)} with weights ${showDims(weights.dims)}: the weights must be ${names} with a kernel of known sizes, as many axes as the tensor, and its number of channels.`,
    )
  }
  if (bias !== undefined && (bias.dims.length !== 1 || bias.dims[0] !== units)) {
    throw impossible(
      `${what} with a bias of ${showDims(bias.dims)}: it needs one number for each of ${units} units.`,
    )
  }
  return [units, kernel as readonly number[]]
}
