import { expectTypeOf } from 'vitest'
import type { Infer } from '../../src/index.ts'
import { choice, constant, flag, float, int, list, space, variant } from '../../src/index.ts'

// Every kind of parameter has the type of its values.
const kinds = space({
  lr: float(1e-5, 1, { scale: 'log', step: 1e-5, default: 1e-3 }),
  n: int(1, 9),
  act: choice(['relu', 'gelu']),
  size: choice([16, 32], { ordered: true, default: 16 }),
  mixed: choice(['auto', 3, true, null]),
  bias: flag({ default: true }),
  fixed: constant('x'),
  seven: constant(7),
})
expectTypeOf<Infer<typeof kinds>>().toEqualTypeOf<{
  lr: number
  n: number
  act: 'relu' | 'gelu'
  size: 16 | 32
  mixed: 'auto' | 3 | true | null
  bias: boolean
  fixed: 'x'
  seven: 7
}>()

// Shapes nest.
const nested = space({ a: { b: { c: flag() }, d: int(1, 2) } })
expectTypeOf<Infer<typeof nested>>().toEqualTypeOf<{ a: { b: { c: boolean }; d: number } }>()

// A variant narrows on its kind.
const optimizers = space({
  optimizer: variant({
    sgd: { momentum: float(0, 1), nesterov: flag() },
    adam: { beta1: float(0, 1) },
    none: {},
  }),
})
type Optimizers = Infer<typeof optimizers>
expectTypeOf<Optimizers>().toEqualTypeOf<{
  optimizer:
    | { kind: 'sgd'; momentum: number; nesterov: boolean }
    | { kind: 'adam'; beta1: number }
    | { kind: 'none' }
}>()
declare const chosen: Optimizers['optimizer']
if (chosen.kind === 'sgd') {
  expectTypeOf(chosen.momentum).toEqualTypeOf<number>()
  // @ts-expect-error only adam has it
  void chosen.beta1
}
// @ts-expect-error not every option has it
void chosen.momentum
// @ts-expect-error there is no such option
void (chosen.kind === 'rms')

// Lists are arrays; lists and variants nest in any order.
const lists = space({
  flat: list(1, 3, int(8, 64)),
  layers: list(1, 5, { units: int(8, 512), dropout: float(0, 0.5) }),
  stages: list(0, 2, variant({ conv: { k: choice([3, 5]) }, pool: {} })),
  matrix: list(1, 2, list(1, 2, flag())),
  model: variant({
    mlp: { layers: list(1, 3, { act: variant({ relu: {}, elu: { alpha: float(0, 1) } }) }) },
    linear: { l2: float(0, 1) },
  }),
})
expectTypeOf<Infer<typeof lists>>().toEqualTypeOf<{
  flat: number[]
  layers: { units: number; dropout: number }[]
  stages: ({ kind: 'conv'; k: 3 | 5 } | { kind: 'pool' })[]
  matrix: boolean[][]
  model:
    | {
        kind: 'mlp'
        layers: { act: { kind: 'relu' } | { kind: 'elu'; alpha: number } }[]
      }
    | { kind: 'linear'; l2: number }
}>()

// Constraints given as functions see the typed configuration.
space(
  { lr: float(0, 1), v: variant({ a: { x: int(1, 2) }, b: {} }) },
  { require: ['lr < 0.5', ({ lr, v }) => v.kind === 'b' || v.x * lr < 1] },
)
// @ts-expect-error no such parameter
space({ lr: float(0, 1) }, { require: [({ rate }) => rate < 1] })
// @ts-expect-error a rule is an expression or a function
space({ lr: float(0, 1) }, { require: [3] })

// Wrong uses do not compile.
// @ts-expect-error a value is no parameter
space({ x: 3 })
// @ts-expect-error a list of labels is no parameter
space({ x: ['a', 'b'] })
// @ts-expect-error the default is one of the labels
choice(['a', 'b'], { default: 'c' })
// @ts-expect-error labels are no objects
choice([{ a: 1 }])
// @ts-expect-error there are two scales
float(0, 1, { scale: 'exp' })
// @ts-expect-error ends are numbers
int('1', 9)
// @ts-expect-error the default is an option
variant({ a: {}, b: {} }, { default: 'c' })
// @ts-expect-error an option is a shape
variant({ a: float(0, 1) })
// @ts-expect-error a flag is true or false
flag({ default: 1 })
