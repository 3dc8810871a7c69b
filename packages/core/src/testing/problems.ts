import type { ObjectiveSpec } from '../journal/event.ts'
import type { Param } from '../space/builders.ts'
import { choice, float, int, variant } from '../space/builders.ts'
import type { SearchSpace } from '../space/space.ts'
import { space } from '../space/space.ts'

/** A function with a known optimum. */
export interface TestProblem<P = unknown> {
  readonly name: string
  readonly space: SearchSpace<P>
  readonly objectives: readonly ObjectiveSpec[]
  /** The losses, one an objective. */
  evaluate(params: P): readonly number[]
}

type Point<K extends string> = { [name in K]: number }
type Five = 'x0' | 'x1' | 'x2' | 'x3' | 'x4'
type Eight = Five | 'x5' | 'x6' | 'x7'
interface Training {
  lr: number
  wd: number
  layers: number
  units: number
  opt:
    | { kind: 'sgd'; momentum: number }
    | { kind: 'adam'; one_minus_beta2: number }
    | { kind: 'rmsprop' }
  act: 'relu' | 'tanh' | 'gelu'
}

const minimize = (...names: string[]): ObjectiveSpec[] =>
  names.map((name) => ({ name, direction: 'minimize' }))
const line: Param<number> = float(-5, 5)
const unit: Param<number> = float(0, 1)
const centre = { x0: 1.5, x1: -2.1, x2: 0.7, x3: 3.2, x4: -3.6 }

/** Squared distance from a point off the middle of five dimensions; optimum 0. */
export const sphere5: TestProblem<Point<Five>> = {
  name: 'sphere5',
  space: space({ x0: line, x1: line, x2: line, x3: line, x4: line }),
  objectives: minimize('value'),
  evaluate(x) {
    const keys = Object.keys(centre) as Five[]
    return [keys.reduce((sum, key) => sum + (x[key] - centre[key]) ** 2, 0)]
  },
}

/** A training run in miniature: log scales, integers, labels, conditionals; optimum 0. */
export const mixedConditional: TestProblem<Training> = {
  name: 'mixed_cond',
  space: space({
    lr: float(1e-5, 1, { scale: 'log' }),
    wd: float(1e-8, 1e-1, { scale: 'log' }),
    layers: int(1, 6),
    units: int(8, 512, { scale: 'log' }),
    opt: variant({
      sgd: { momentum: float(0, 0.999) },
      adam: { one_minus_beta2: float(1e-4, 0.2, { scale: 'log' }) },
      rmsprop: {},
    }),
    act: choice(['relu', 'tanh', 'gelu']),
  }),
  objectives: minimize('value'),
  evaluate({ lr, wd, layers, units, opt, act }) {
    const a = Math.log10(lr)
    const best = { sgd: -1.3, adam: -3, rmsprop: -3.4 }[opt.kind] - 0.1 * (layers - 4)
    return [
      0.6 * (a - best) ** 2 +
        0.15 * (Math.log10(wd) + 4.5 - 0.5 * (a + 3)) ** 2 +
        0.06 * (layers - 4) ** 2 +
        0.1 * (Math.log2(units) - 7) ** 2 +
        { sgd: 0.1, adam: 0, rmsprop: 0.15 }[opt.kind] +
        { relu: 0.12, tanh: 0.3 + 0.05 * layers, gelu: 0 }[act] +
        (opt.kind === 'sgd' ? 2 * (opt.momentum - 0.9) ** 2 : 0) +
        (opt.kind === 'adam' ? 0.2 * (Math.log10(opt.one_minus_beta2) + 2.5) ** 2 : 0),
    ]
  },
}

/**
 * Two objectives whose best trade-offs lie where all but the first parameter are 0.
 *
 * Source: E. Zitzler, K. Deb, L. Thiele, "Comparison of Multiobjective Evolutionary Algorithms",
 * Evolutionary Computation 8(2), 2000, problem T1, with 8 parameters.
 */
export const zdt1: TestProblem<Point<Eight>> = {
  name: 'zdt1',
  space: space({ x0: unit, x1: unit, x2: unit, x3: unit, x4: unit, x5: unit, x6: unit, x7: unit }),
  objectives: minimize('first', 'second'),
  evaluate({ x0, ...rest }) {
    const g = 1 + (9 / 7) * Object.values(rest).reduce((a, b) => a + b, 0)
    return [x0, g * (1 - Math.sqrt(x0 / g))]
  },
}
