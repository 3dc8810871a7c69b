import {
  assemble,
  f32,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  repeatWhile,
  set,
  v128,
  type Code,
  type FunctionSource,
} from './assembler.ts'
import { scalarNames, type Penalties, type RuleName, type Scalars } from '../update-rules.ts'

/** The same signature as the plain rules have, over addresses in the memory instead of arrays. */
export type UpdateKernel = (
  values: number,
  gradients: number,
  first: number,
  second: number,
  bytes: number,
  ...scalars: Scalars
) => void

export type DotKernel = (a: number, b: number, bytes: number) => number

/** Segments are filled up to multiples of so many bytes, so that loops have no remainders. */
const blockBytes = 64

const pointers = { values: 0, gradients: 1, first: 2, second: 3, bytes: 4 } as const
const firstScalar = 5
const firstVector = firstScalar + scalarNames.length
const vectorOf = Object.fromEntries(
  scalarNames.map((scalar, i) => [scalar, get(firstVector + i)]),
) as Record<(typeof scalarNames)[number], Code>
const vectors = { ...vectorOf, minusZero: get(firstVector + scalarNames.length) }
const theta = firstVector + scalarNames.length + 1
const slope = theta + 1
const momentum = theta + 2
const power = theta + 3

const { add, sub, mul, div, min, max, sqrt, neg } = f32x4

/** One module for each way of updating: an update that needs no penalty does not pay for it. */
export function updateModule(rule: RuleName, penalties: Penalties): Uint8Array<ArrayBuffer> {
  return assemble([
    {
      name: 'update',
      parameters: [
        ...Object.keys(pointers).map(() => 'i32' as const),
        ...scalarNames.map(() => 'f32' as const),
      ],
      locals: Array.from({ length: power - firstVector + 1 }, () => 'v128' as const),
      body: [
        ...scalarNames.flatMap((_, i) => set(firstVector + i, f32x4.splat(get(firstScalar + i)))),
        ...set(firstVector + scalarNames.length, f32x4.splat(f32.constant(-0))),
        // From here on `bytes` is the address at which the values end.
        ...set(pointers.bytes, i32.add(get(pointers.bytes), get(pointers.values))),
        ...repeatWhile(
          [
            ...[0, 16, 32, 48].flatMap((offset) => fourOf(rule, penalties, offset)),
            ...advance(pointers.values),
            ...advance(pointers.gradients),
            ...(usesFirst(rule) ? advance(pointers.first) : []),
            ...(usesSecond(rule) ? advance(pointers.second) : []),
          ],
          i32.lessUnsigned(get(pointers.values), get(pointers.bytes)),
        ),
      ],
    },
  ])
}

/** Sums products in double precision, in four lanes that are added at the end. */
export function dotModule(): Uint8Array<ArrayBuffer> {
  const [a, b, bytes, x, y, low, high] = [0, 1, 2, 3, 4, 5, 6]
  const four = (offset: number): Code => [
    ...set(x, f32x4.load(get(a), offset)),
    ...set(y, f32x4.load(get(b), offset)),
    ...addTo(low, f64x2.mul(f64x2.promoteLow(get(x)), f64x2.promoteLow(get(y)))),
    ...addTo(
      high,
      f64x2.mul(f64x2.promoteLow(v128.upperHalf(get(x))), f64x2.promoteLow(v128.upperHalf(get(y)))),
    ),
  ]
  const source: FunctionSource = {
    name: 'dot',
    parameters: ['i32', 'i32', 'i32'],
    result: 'f64',
    locals: ['v128', 'v128', 'v128', 'v128'],
    body: [
      ...set(bytes, i32.add(get(bytes), get(a))),
      ...repeatWhile(
        [...[0, 16, 32, 48].flatMap(four), ...advance(a), ...advance(b)],
        i32.lessUnsigned(get(a), get(bytes)),
      ),
      ...f64.add(
        f64.add(f64x2.lane(get(low), 0), f64x2.lane(get(low), 1)),
        f64.add(f64x2.lane(get(high), 0), f64x2.lane(get(high), 1)),
      ),
    ],
  }
  return assemble([source])
}

function addTo(local: number, value: Code): Code {
  return set(local, f64x2.add(get(local), value))
}

function advance(pointer: number): Code {
  return set(pointer, i32.add(get(pointer), i32.constant(blockBytes)))
}

function usesFirst(rule: RuleName): boolean {
  return rule !== 'sgd'
}

function usesSecond(rule: RuleName): boolean {
  return rule === 'adam' || rule === 'adamw'
}

/** Updates four parameters; the rules are written out beside each other in update-rules.ts. */
function fourOf(rule: RuleName, penalties: Penalties, offset: number): Code {
  const decoupled = rule === 'adamw'
  const penalty = penaltyOf(penalties)
  const clipped = clip(f32x4.load(get(pointers.gradients), offset), penalties.clips)
  return [
    ...set(theta, f32x4.load(get(pointers.values), offset)),
    ...set(slope, decoupled || penalty === null ? clipped : add(clipped, penalty)),
    ...(decoupled && penalty !== null ? set(theta, sub(get(theta), penalty)) : []),
    ...moments[rule](offset),
    ...f32x4.store(get(pointers.values), offset, sub(get(theta), change[rule])),
  ]
}

function clip(gradient: Code, clips: boolean): Code {
  if (!clips) return gradient
  const scaled = mul(gradient, vectors.scale)
  return min(max(scaled, neg(vectors.bound)), vectors.bound)
}

/** l2·θ + l1·sign θ; the sign of zero is zero. */
function penaltyOf({ l2, l1 }: Penalties): Code | null {
  const square = mul(vectors.l2, get(theta))
  const signed = v128.or(vectors.l1, v128.and(get(theta), vectors.minusZero))
  const notZero = f32x4.notEqual(get(theta), v128.and(get(theta), vectors.minusZero))
  const absolute = v128.and(signed, notZero)
  if (l2) return l1 ? add(square, absolute) : square
  return l1 ? absolute : null
}

const keepMomentum =
  (next: Code) =>
  (offset: number): Code => [
    ...set(momentum, next),
    ...f32x4.store(get(pointers.first), offset, get(momentum)),
  ]

const loadFirst = (offset: number): Code => set(momentum, f32x4.load(get(pointers.first), offset))

const velocity = (offset: number): Code => [
  ...loadFirst(offset),
  ...keepMomentum(add(mul(vectors.beta1, get(momentum)), get(slope)))(offset),
]

const square = (next: number, pointer: number, offset: number): Code => [
  ...set(next, f32x4.load(get(pointer), offset)),
  ...set(next, add(mul(vectors.beta2, get(next)), mul(mul(vectors.rest2, get(slope)), get(slope)))),
  ...f32x4.store(get(pointer), offset, get(next)),
]

const twoMoments = (offset: number): Code => [
  ...loadFirst(offset),
  ...keepMomentum(add(mul(vectors.beta1, get(momentum)), mul(vectors.rest1, get(slope))))(offset),
  ...square(power, pointers.second, offset),
]

/** Brings the state up to date, by rule. */
const moments: Readonly<Record<RuleName, (offset: number) => Code>> = {
  sgd: () => [],
  momentum: velocity,
  nesterov: velocity,
  rmsprop: (offset) => square(power, pointers.first, offset),
  adam: twoMoments,
  adamw: twoMoments,
}

const adaptive = (direction: Code): Code =>
  div(mul(vectors.rate, direction), add(mul(sqrt(get(power)), vectors.correction), vectors.epsilon))

/** What is taken off the parameters, by rule. */
const change: Readonly<Record<RuleName, Code>> = {
  sgd: mul(vectors.rate, get(slope)),
  momentum: mul(vectors.rate, get(momentum)),
  nesterov: mul(vectors.rate, add(get(slope), mul(vectors.beta1, get(momentum)))),
  rmsprop: adaptive(get(slope)),
  adam: adaptive(get(momentum)),
  adamw: adaptive(get(momentum)),
}
