import { intsOf } from '../attributes.ts'
import type { GraphBuilder, Tensor } from '../builder.ts'
import { conv, convTranspose } from '../operators/convolution.ts'
import { reduceSum } from '../operators/reduce.ts'
import { slice, transpose } from '../operators/shape.ts'
import { type Rule, type RuleCall, type Rules, gradientOf, inputOf } from './rule.ts'

interface Geometry {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
}

function geometryOf(call: RuleCall): Geometry {
  const kernel = inputOf(call, 1).dims.slice(2) as readonly number[]
  const ones = kernel.map(() => 1)
  return {
    kernel,
    strides: intsOf(call.node, 'strides', ones),
    dilations: intsOf(call.node, 'dilations', ones),
    pads: intsOf(
      call.node,
      'pads',
      [...ones, ...ones].map(() => 0),
    ),
  }
}

function spatial(x: Tensor): readonly number[] {
  return x.dims.slice(2) as readonly number[]
}

/** The first two axes the other way round. */
function swapFirst(g: GraphBuilder, x: Tensor): Tensor {
  return transpose(g, x, [1, 0, ...x.dims.map((_, i) => i).slice(2)])
}

/**
 * The gradient with respect to the kernel of a convolution from `fine` [n, channels, …] to `coarse` [n,
 * units, …], as [units, channels, …]: the convolution of fine with coarse, examples and channels having
 * changed places, strides and dilations too. Where the stride left places at the end unused, the
 * result has places too many, which are cut off.
 */
function kernelGradient(
  g: GraphBuilder,
  fine: Tensor,
  coarse: Tensor,
  { kernel, strides, dilations, pads }: Geometry,
): Tensor {
  const rank = kernel.length
  const ends = kernel.map((_, i) => {
    const unused = unusedPlaces(fine, coarse, { kernel, strides, dilations, pads }, i)
    return (pads[rank + i] as number) - Math.min(unused, pads[rank + i] as number)
  })
  const crossed = conv(g, swapFirst(g, fine), swapFirst(g, coarse), {
    strides: dilations,
    dilations: strides,
    pads: [...pads.slice(0, rank), ...ends],
  })
  const cut = slice(
    g,
    crossed,
    kernel.map((size, i) => ({ axis: i + 2, start: 0, end: size })),
  )
  return swapFirst(g, cut)
}

/** How many places at the end of the padded axis no window reaches. */
function unusedPlaces(fine: Tensor, coarse: Tensor, geometry: Geometry, axis: number): number {
  const { kernel, strides, dilations, pads } = geometry
  const reached =
    ((spatial(coarse)[axis] as number) - 1) * (strides[axis] as number) +
    ((kernel[axis] as number) - 1) * (dilations[axis] as number) +
    1
  const padded =
    (spatial(fine)[axis] as number) +
    (pads[axis] as number) +
    (pads[kernel.length + axis] as number)
  return padded - reached
}

/** Over all axes but the second. */
function biasGradient(g: GraphBuilder, dy: Tensor): Tensor {
  return reduceSum(g, dy, { axes: dy.dims.map((_, i) => i).filter((axis) => axis !== 1) })
}

const convRule: Rule = (call) => {
  const { g } = call
  const dy = gradientOf(call)
  const [x, weights] = [inputOf(call, 0), inputOf(call, 1)]
  const geometry = geometryOf(call)
  const { strides, dilations, pads, kernel } = geometry
  const outputPadding = kernel.map((_, i) => unusedPlaces(x, dy, geometry, i))
  return [
    call.wants(0)
      ? convTranspose(g, dy, weights, { strides, dilations, pads, outputPadding })
      : undefined,
    call.wants(1) ? kernelGradient(g, x, dy, geometry) : undefined,
    call.wants(2) ? biasGradient(g, dy) : undefined,
  ]
}

const convTransposeRule: Rule = (call) => {
  const { g } = call
  const dy = gradientOf(call)
  const [x, weights] = [inputOf(call, 0), inputOf(call, 1)]
  const geometry = geometryOf(call)
  const { strides, dilations, pads } = geometry
  return [
    call.wants(0) ? conv(g, dy, weights, { strides, dilations, pads }) : undefined,
    call.wants(1) ? kernelGradient(g, dy, x, geometry) : undefined,
    call.wants(2) ? biasGradient(g, dy) : undefined,
  ]
}

export const convolutionRules: Rules = {
  Conv: { rule: convRule },
  ConvTranspose: { rule: convTransposeRule },
}
