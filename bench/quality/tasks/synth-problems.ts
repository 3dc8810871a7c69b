import type { SearchSpace } from '@attune/core'
import { choice, float, int, space, variant } from '@attune/core'
import type { Params } from './task.ts'
import { number } from './task.ts'

export interface SynthProblem {
  readonly name: string
  readonly space: SearchSpace
  readonly optimum: number
  value(params: Params): number
}

type Vector = readonly number[]
const log = { scale: 'log' } as const

function box(
  name: string,
  bounds: readonly (readonly [number, number])[],
  optimum: number,
  value: (x: Vector) => number,
): SynthProblem {
  const shape = Object.fromEntries(bounds.map(([low, high], i) => [`x${i}`, float(low, high)]))
  return {
    name,
    space: space(shape) as SearchSpace,
    optimum,
    value: (params) => value(bounds.map((_, i) => number(params, `x${i}`))),
  }
}
const cube = (size: number, low: number, high: number): [number, number][] =>
  Array.from({ length: size }, () => [low, high])
const sum = (x: Vector, term: (x: number, i: number) => number): number =>
  x.reduce((total, value, i) => total + term(value, i), 0)
const from = (x: Vector, centre: Vector): Vector => x.map((value, i) => value - centre[i]!)

function rosenbrock(x: Vector): number {
  return sum(x.slice(1), (next, i) => 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2)
}

/** The first of these, as many as there are dimensions, is where Ackley's optimum lies. */
const ackleyCentre = [8.1, -5.3, 12.7, -14.2, 3.9, -9.6, 6.4, 15.5, -11.8, 1.2]
function ackley(x: Vector): number {
  const z = from(x, ackleyCentre)
  const squares = sum(z, (v) => v * v) / z.length
  const waves = sum(z, (v) => Math.cos(2 * Math.PI * v)) / z.length
  return -20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(waves) + 20 + Math.E
}

function branin([a = 0, b = 0]: Vector): number {
  const curve = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6
  return curve * curve + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
}

const hartmannA = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const hartmannP = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
]
function hartmann(x: Vector): number {
  return -sum([1, 1.2, 3, 3.2], (alpha, i) => {
    const distance = sum(x, (v, j) => hartmannA[i]![j]! * (v - 1e-4 * hartmannP[i]![j]!) ** 2)
    return alpha * Math.exp(-distance)
  })
}

function levy(x: Vector): number {
  const w = x.map((v) => 1 + (v - 1) / 4)
  const last = w.at(-1)!
  return (
    Math.sin(Math.PI * w[0]!) ** 2 +
    sum(w.slice(0, -1), (v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2)) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  )
}

const mixedConditional: SynthProblem = {
  name: 'mixed_cond',
  space: space({
    lr: float(1e-5, 1, log),
    wd: float(1e-8, 1e-1, log),
    layers: int(1, 6),
    units: int(8, 512, log),
    opt: variant({
      sgd: { momentum: float(0, 0.999) },
      adam: { one_minus_beta2: float(1e-4, 0.2, log) },
      rmsprop: {},
    }),
    act: choice(['relu', 'tanh', 'gelu']),
  }) as SearchSpace,
  optimum: 0,
  value(params) {
    const opt = params['opt'] as 'sgd' | 'adam' | 'rmsprop'
    const act = params['act'] as 'relu' | 'tanh' | 'gelu'
    const layers = number(params, 'layers')
    const a = Math.log10(number(params, 'lr'))
    const best = { sgd: -1.3, adam: -3, rmsprop: -3.4 }[opt] - 0.1 * (layers - 4)
    return (
      0.6 * (a - best) ** 2 +
      0.15 * (Math.log10(number(params, 'wd')) + 4.5 - 0.5 * (a + 3)) ** 2 +
      0.06 * (layers - 4) ** 2 +
      0.1 * (Math.log2(number(params, 'units')) - 7) ** 2 +
      { sgd: 0.1, adam: 0, rmsprop: 0.15 }[opt] +
      { relu: 0.12, tanh: 0.3, gelu: 0 }[act] +
      (act === 'tanh' ? 0.05 * layers : 0) +
      (opt === 'sgd' ? 2 * (number(params, 'momentum') - 0.9) ** 2 : 0) +
      (opt === 'adam' ? 0.2 * (Math.log10(number(params, 'one_minus_beta2')) + 2.5) ** 2 : 0)
    )
  },
}

const sphereCentre = [1.5, -2.1, 0.7, 3.2, -3.6]
const rastriginCentre = [1.3, -1.7, 2.4, -0.6, 0.9]

export const synthProblems: readonly SynthProblem[] = [
  box('sphere5', cube(5, -5, 5), 0, (x) => sum(from(x, sphereCentre), (z) => z * z)),
  box('rosenbrock5', cube(5, -5, 10), 0, rosenbrock),
  box('rastrigin5', cube(5, -5.12, 5.12), 0, (x) => {
    return 50 + sum(from(x, rastriginCentre), (z) => z * z - 10 * Math.cos(2 * Math.PI * z))
  }),
  box('ackley5', cube(5, -32.768, 32.768), 0, ackley),
  box('ackley10', cube(10, -32.768, 32.768), 0, ackley),
  box(
    'branin',
    [
      [-5, 10],
      [0, 15],
    ],
    0.39788735772973816,
    branin,
  ),
  box('hartmann6', cube(6, 0, 1), -3.322368011415515, hartmann),
  box('levy8', cube(8, -10, 10), 0, levy),
  mixedConditional,
]
