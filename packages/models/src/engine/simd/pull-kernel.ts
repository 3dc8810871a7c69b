import type { Code } from './assembler.ts'
import { assemble, f32, f32x4, get, i32, repeatWhile, set, v128 } from './assembler.ts'

/** Addresses of arrays of `bytes` length in one memory, and the numbers of `pullScalars`. */
export type PullKernel = (
  vector: number,
  values: number,
  gradients: number,
  power: number,
  moment: number,
  bytes: number,
  ...scalars: PullScalars
) => void

/** In the order in which the kernel takes them; see `pullAdaptive` in online/update-slopes.ts. */
export type PullScalars = readonly [
  direct: number,
  bent: number,
  l2: number,
  l1: number,
  scale: number,
  bound: number,
  correction: number,
  epsilon: number,
]

const blockBytes = 64
const pointers = { vector: 0, values: 1, gradients: 2, power: 3, moment: 4, bytes: 5 } as const
const firstScalar = 6
const scalarCount = 8
const firstVector = firstScalar + scalarCount
const [direct, bent, l2, l1, scale, bound, correction, epsilon] = Array.from(
  { length: scalarCount },
  (_, i) => get(firstVector + i),
) as [Code, Code, Code, Code, Code, Code, Code, Code]
const minusZero = get(firstVector + scalarCount)
const locals = firstVector + scalarCount + 1
const [theta, slope, root, spread] = [locals, locals + 1, locals + 2, locals + 3]

const { add, sub, mul, div, min, max, sqrt, neg, load, store, splat, notEqual } = f32x4

/**
 * v ← v ∘ ∂u/∂d of rules that divide by a root of mean squares.
 * @param momentum whether a first moment is the direction, not the gradient itself
 */
export function pullModule(momentum: boolean): Uint8Array<ArrayBuffer> {
  const used = Object.entries(pointers).filter(
    ([name]) => name !== 'bytes' && (momentum || name !== 'moment'),
  )
  return assemble([
    {
      name: 'pull',
      parameters: [
        ...Object.keys(pointers).map(() => 'i32' as const),
        ...Array.from({ length: scalarCount }, () => 'f32' as const),
      ],
      locals: Array.from({ length: spread - firstVector + 1 }, () => 'v128' as const),
      body: [
        ...Array.from({ length: scalarCount }, (_, i) =>
          set(firstVector + i, splat(get(firstScalar + i))),
        ).flat(),
        ...set(firstVector + scalarCount, splat(f32.constant(-0))),
        // From here on `bytes` is the address at which the vector ends.
        ...set(pointers.bytes, i32.add(get(pointers.bytes), get(pointers.vector))),
        ...repeatWhile(
          [
            ...[0, 16, 32, 48].flatMap((offset) => fourOf(momentum, offset)),
            ...used.flatMap(([, pointer]) =>
              set(pointer, i32.add(get(pointer), i32.constant(blockBytes))),
            ),
          ],
          i32.lessUnsigned(get(pointers.vector), get(pointers.bytes)),
        ),
      ],
    },
  ])
}

function fourOf(momentum: boolean, offset: number): Code {
  const clipped = min(max(mul(load(get(pointers.gradients), offset), scale), neg(bound)), bound)
  const sign = v128.and(get(theta), minusZero)
  const absolute = v128.and(v128.or(l1, sign), notEqual(get(theta), sign))
  const direction = momentum ? load(get(pointers.moment), offset) : get(slope)
  const once = div(direct, get(spread))
  const again = mul(
    div(mul(bent, direction), get(spread)),
    div(get(slope), mul(get(root), get(spread))),
  )
  // Where there is no root, there is no second part, and its division by zero is thrown away.
  const bending = v128.and(again, notEqual(get(root), sub(get(root), get(root))))
  return [
    ...set(theta, load(get(pointers.values), offset)),
    ...set(slope, add(clipped, add(mul(l2, get(theta)), absolute))),
    ...set(root, sqrt(load(get(pointers.power), offset))),
    ...set(spread, add(mul(get(root), correction), epsilon)),
    ...store(
      get(pointers.vector),
      offset,
      mul(load(get(pointers.vector), offset), sub(once, bending)),
    ),
  ]
}
