import { afterEach, describe, expect, test, vi } from 'vitest'
import { halfWave, power, square, tanh } from '../src/elementary.ts'
import { learnerNamed, learnerNames } from '../src/training/learners.ts'
import { exclusiveOr, points, products } from './network/data.ts'

// `Math` of Node is not exact to the bit, but to a unit in the last place or two.
const within = (found: number, wanted: number, units: number): void => {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(units * 2 ** -52 * Math.abs(wanted))
}

test('powers', () => {
  expect(power(3, 0)).toBe(1)
  expect(power(0.5, 10)).toBe(2 ** -10)
  expect(power(-2, 3)).toBe(-8)
  expect(power(2, -3)).toBe(0.125)
  expect(power(0, 2.5)).toBe(0)
  expect(power(-1, 0.5)).toBeNaN()
  expect(square(-3)).toBe(9)
  for (let i = 1; i <= 200; i++) {
    within(power(0.999, i), 0.999 ** i, i)
    within(power(0.01, i / 201), 0.01 ** (i / 201), 8)
    within(power(i, 0.56), i ** 0.56, 8)
  }
})

test('half a wave of a cosine', () => {
  expect([0, 0.5, 1].map(halfWave)).toEqual([1, expect.closeTo(0.5, 15), 0])
  for (let i = 0; i <= 1000; i++) {
    const wanted = (1 + Math.cos((Math.PI * i) / 1000)) / 2
    expect(Math.abs(halfWave(i / 1000) - wanted)).toBeLessThan(3e-16)
    // Near its end the cosine cancels, but this does not.
    if (i < 1000) within(halfWave(i / 1000), Math.sin((Math.PI / 2) * (1 - i / 1000)) ** 2, 6)
  }
})

test('the hyperbolic tangent', () => {
  expect([0, Infinity, -Infinity, NaN].map(tanh)).toEqual([0, 1, -1, NaN])
  for (let i = -300; i <= 300; i++) within(tanh(i / 20), Math.tanh(i / 20), 8)
  within(tanh(1e-12), 1e-12, 2)
})

const roundedByEngines = [
  ...(['exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'pow', 'hypot', 'cbrt'] as const),
  ...(['sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'asin', 'acos', 'atan', 'atan2'] as const),
]

describe('what engines may round otherwise is not asked for by', () => {
  afterEach(() => void vi.restoreAllMocks())

  const x = points(40, 3)
  const classes = exclusiveOr(x)
  const numbers = products(x)
  const eventful = {
    layers: [
      { kind: 'dense', units: 6, init: 'orthogonal', activation: 'tanh' },
      { kind: 'batchNorm' },
      { kind: 'dense', units: 5, activation: 'selu', init: 'lecunNormal' },
      { kind: 'dropout', rate: 0.2 },
      { kind: 'gaussianNoise', sd: 0.1 },
    ],
    epochs: 2,
    clip: { norm: 0.1 },
  } as const
  const schedules = ['step', 'exponential', 'cosine', 'one-cycle', 'plateau'] as const
  const fits: [string, string, object][] = [
    ...learnerNames
      .filter((name) => name !== 'network')
      .map((name): [string, string, object] => [name, 'its defaults', {}]),
    ['rbfSvm', 'a tube', { epsilon: 0.01 }],
    ...schedules.map((kind): [string, string, object] => {
      return ['network', kind, { ...eventful, executor: 'reference', schedule: { kind } }]
    }),
  ]

  test.each(fits)('%s, with %s', async (name, _, options) => {
    const learner = learnerNamed(name)
    for (const y of [classes, numbers]) {
      if (!learner.tasks.includes(y === classes ? 'classification' : 'regression')) continue
      for (const name of roundedByEngines) {
        vi.spyOn(Math, name).mockImplementation(() => {
          throw new Error(`Math.${name}`)
        })
      }
      const model = await learner.fit(x, y, options, { report: () => 'continue' })
      const prediction = await model.predict(x)
      vi.restoreAllMocks()
      expect(prediction.kind).toBe(y.kind)
    }
  })
})
