import { intsOf } from '../attributes.ts'
import { reshapeTo } from '../broadcast.ts'
import type { GraphBuilder, Tensor } from '../builder.ts'
import { type Size, elementCount, multiplySizes } from '../sizes.ts'
import { mul } from '../operators/arithmetic.ts'
import { convTranspose } from '../operators/convolution.ts'
import { gather, scatterAdd } from '../operators/indexing.ts'
import { maxUnpool } from '../operators/pooling.ts'
import { zerosLike } from '../operators/shape.ts'
import { type Rule, type RuleCall, type Rules, gradientOf, inputOf } from './rule.ts'

interface Geometry {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly input: readonly number[]
  readonly output: readonly number[]
}

function geometryOf(call: RuleCall): Geometry {
  const kernel = intsOf(call.node, 'kernel_shape', [])
  return {
    kernel,
    strides: intsOf(
      call.node,
      'strides',
      kernel.map(() => 1),
    ),
    pads: intsOf(
      call.node,
      'pads',
      [...kernel, ...kernel].map(() => 0),
    ),
    input: inputOf(call, 0).dims.slice(2) as readonly number[],
    output: (call.outputs[0] as Tensor).dims.slice(2) as readonly number[],
  }
}

/** Whether the windows lie side by side and cover every place once. */
function tiles({ kernel, strides, input, output }: Geometry): boolean {
  return kernel.every((size, i) => strides[i] === size && (output[i] as number) * size === input[i])
}

function flat(g: GraphBuilder, x: Tensor): Tensor {
  return reshapeTo(g, x, [elementCount(x.dims)])
}

/** dy goes back to the place that won; where windows overlap a place may win several times. */
const maxPoolRule: Rule = (call) => {
  const { g } = call
  const dy = gradientOf(call)
  const x = inputOf(call, 0)
  const indices = call.outputs[1] as Tensor
  const geometry = geometryOf(call)
  if (tiles(geometry)) return [maxUnpool(g, dy, indices, geometry.kernel)]
  const summed = scatterAdd(g, flat(g, zerosLike(g, x)), flat(g, indices), flat(g, dy))
  return [reshapeTo(g, summed, x.dims)]
}

const maxUnpoolRule: Rule = (call) => {
  const { g } = call
  return [gather(g, flat(g, gradientOf(call)), inputOf(call, 1))]
}

/** Every place of a window gets its share: a transposed convolution with a kernel of equal numbers. */
const averagePoolRule: Rule = (call) => {
  const { g } = call
  const x = inputOf(call, 0)
  const geometry = geometryOf(call)
  const { kernel, strides, pads, input, output } = geometry
  const rank = kernel.length
  const shares = mul(g, gradientOf(call), windowShares(g, geometry))
  const images = multiplySizes(x.dims[0] as Size, x.dims[1] as Size)
  const outputPadding = kernel.map(
    (size, i) =>
      (input[i] as number) +
      (pads[i] as number) +
      (pads[rank + i] as number) -
      ((output[i] as number) - 1) * (strides[i] as number) -
      size,
  )
  const ones = g.constant(new Float64Array(kernel.reduce((a, b) => a * b, 1)).fill(1), [
    1,
    1,
    ...kernel,
  ])
  const spread = convTranspose(g, reshapeTo(g, shares, [images, 1, ...output]), ones, {
    strides,
    pads,
    outputPadding,
  })
  return [reshapeTo(g, spread, x.dims)]
}

/** By window 1 / the number of its places that are not padding. */
function windowShares(g: GraphBuilder, geometry: Geometry): Tensor {
  const { kernel, strides, pads, input, output } = geometry
  const counts = kernel.map((size, i) =>
    Array.from({ length: output[i] as number }, (_, at) => {
      const start = at * (strides[i] as number) - (pads[i] as number)
      return Math.min(start + size, input[i] as number) - Math.max(start, 0)
    }),
  )
  const first = counts[0] as readonly number[]
  if (counts.every((list) => list.every((count) => count === list[0]))) {
    return g.constant(1 / counts.reduce((product, list) => product * (list[0] as number), 1))
  }
  const second = counts[1] ?? [1]
  const shares = first.flatMap((a) => second.map((b) => 1 / (a * b)))
  return g.constant(shares, output)
}

export const poolingRules: Rules = {
  MaxPool: { rule: maxPoolRule },
  MaxUnpool: { rule: maxUnpoolRule },
  AveragePool: { rule: averagePoolRule },
}
