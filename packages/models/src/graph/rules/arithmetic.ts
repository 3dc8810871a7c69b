import { unbroadcast } from '../broadcast.ts'
import type { GraphBuilder, Tensor } from '../builder.ts'
import {
  div,
  equal,
  exp,
  less,
  log,
  mul,
  neg,
  pow,
  sign,
  square,
  where,
} from '../operators/arithmetic.ts'
import {
  type Rule,
  type RuleCall,
  type Rules,
  each,
  gradientOf,
  inputOf,
  outputOf,
} from './rule.ts'

/** Of an operator on broadcast inputs: by input, what dy is turned into before it is summed back. */
export function broadcasting(
  ...turns: readonly ((call: RuleCall, dy: Tensor) => Tensor | undefined)[]
): Rule {
  return (call) =>
    turns.map((turn, i) => {
      if (!call.wants(i)) return undefined
      const dx = turn(call, gradientOf(call))
      return dx === undefined
        ? undefined
        : unbroadcast(call.g, dx, outputOf(call), inputOf(call, i))
    })
}

const product: Rule = (call) => {
  const { g } = call
  const [a, b] = [inputOf(call, 0), inputOf(call, 1)]
  if (a === b) return [mul(g, mul(g, gradientOf(call), 2), a)]
  return broadcasting(
    (_, dy) => mul(g, dy, b),
    (_, dy) => mul(g, dy, a),
  )(call)
}

const quotient: Rule = broadcasting(
  (call, dy) => div(call.g, dy, inputOf(call, 1)),
  (call, dy) => neg(call.g, mul(call.g, div(call.g, dy, inputOf(call, 1)), outputOf(call))),
)

const power: Rule = broadcasting(
  (call, dy) => {
    const { g } = call
    const [a, b] = [inputOf(call, 0), inputOf(call, 1)]
    const exponents = g.constantOf(b)?.values
    const p = exponents?.length === 1 ? exponents[0] : undefined
    if (p === undefined) {
      return mul(g, mul(g, dy, b), pow(g, a, subOne(g, b)))
    }
    if (p === 2) return mul(g, mul(g, dy, 2), a)
    return mul(g, mul(g, dy, p), pow(g, a, p - 1))
  },
  (call, dy) => mul(call.g, mul(call.g, dy, outputOf(call)), log(call.g, inputOf(call, 0))),
)

function subOne(g: GraphBuilder, b: Tensor): Tensor {
  const constant = g.constantOf(b)
  if (constant !== undefined) {
    return g.constant(
      Array.from(constant.values, (value) => value - 1),
      constant.dims,
    )
  }
  return g.apply('Sub', [b, g.constant(1)], { element: 'float', dims: b.dims })
}

/** Max and Min: dy goes to the second operand where it strictly won, else to the first. */
function extremum(secondWins: (call: RuleCall) => Tensor): Rule {
  return broadcasting(
    (call, dy) => where(call.g, secondWins(call), 0, dy),
    (call, dy) => where(call.g, secondWins(call), dy, 0),
  )
}

const sumOfAll: Rule = (call) =>
  call.inputs.map((input, i) =>
    call.wants(i) && input !== undefined
      ? unbroadcast(call.g, gradientOf(call), outputOf(call), input)
      : undefined,
  )

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI)

export const arithmeticRules: Rules = {
  Add: { broadcasts: true, rule: sumOfAll },
  Sum: { broadcasts: true, rule: sumOfAll },
  Sub: {
    broadcasts: true,
    rule: (call) => {
      const [first, second] = sumOfAll(call)
      return [first, second === undefined ? undefined : neg(call.g, second)]
    },
  },
  Mul: { broadcasts: true, rule: product },
  Div: { broadcasts: true, rule: quotient },
  Pow: { broadcasts: true, rule: power },
  Max: {
    broadcasts: true,
    rule: extremum((call) => less(call.g, inputOf(call, 0), inputOf(call, 1))),
  },
  Min: {
    broadcasts: true,
    rule: extremum((call) => less(call.g, inputOf(call, 1), inputOf(call, 0))),
  },
  Where: {
    broadcasts: true,
    rule: broadcasting(
      () => undefined,
      (call, dy) => where(call.g, inputOf(call, 0), dy, 0),
      (call, dy) => where(call.g, inputOf(call, 0), 0, dy),
    ),
  },
  Neg: { broadcasts: true, rule: each((g, dy) => neg(g, dy)) },
  Abs: { broadcasts: true, rule: each((g, dy, x) => mul(g, dy, sign(g, x))) },
  Sqrt: { broadcasts: true, rule: each((g, dy, _, y) => div(g, mul(g, dy, 0.5), y)) },
  Exp: { broadcasts: true, rule: each((g, dy, _, y) => mul(g, dy, y)) },
  Log: { broadcasts: true, rule: each((g, dy, x) => div(g, dy, x)) },
  Erf: {
    broadcasts: true,
    rule: each((g, dy, x) => mul(g, mul(g, dy, TWO_OVER_ROOT_PI), exp(g, neg(g, square(g, x))))),
  },
  // Inside the range, and at its ends, the value is the one that was given.
  Clip: { broadcasts: true, rule: each((g, dy, x, y) => where(g, equal(g, x, y), dy, 0)) },
  Identity: { broadcasts: true, rule: each((_, dy) => dy) },
  // Gradients are asked for only where both sides are float, so nothing was converted.
  Cast: { broadcasts: true, rule: each((_, dy) => dy) },
}
