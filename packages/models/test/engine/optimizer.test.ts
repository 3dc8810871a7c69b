import { createRng, type Rng } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createOptimizer,
  type Clipping,
  type Optimizer,
  type OptimizerSpec,
  type UpdateRates,
} from '../../src/engine/optimizer.ts'
import { createParameters, type ParameterSpec } from '../../src/engine/parameters.ts'

const specs: readonly OptimizerSpec[] = [
  { kind: 'sgd' },
  { kind: 'momentum', momentum: 0.8 },
  { kind: 'nesterov', momentum: 0.8 },
  { kind: 'rmsprop', decay: 0.95, epsilon: 1e-6 },
  { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  { kind: 'adamw', beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
]

describe.each(specs)('$kind', (spec) => {
  // The formulas of the papers in double precision, one parameter at a time.
  it.each<UpdateRates>([{ rate: 0.05 }, { rate: 0.05, l2: 0.1 }, { rate: 0.05, l2: 0.1, l1: 0.2 }])(
    'follows its paper over some steps with %o',
    (rates) => {
      const start = [0.5, -0.25, 2, 0]
      const slope = (x: number, i: number, step: number): number => (i + 1) * x - 0.3 * step
      const parameters = createParameters([{ name: 'w', dims: [4], init: (w) => w.set(start) }])
      const { values, gradients } = parameters.segment('w')
      const optimizer = createOptimizer(spec, parameters)
      const wanted = start.map((x, i) => inDoubles(spec, rates, x, 6, (x, t) => slope(x, i, t)))
      for (let step = 1; step <= 6; step++) {
        for (let i = 0; i < 4; i++) gradients[i] = slope(values[i]!, i, step)
        optimizer.update(rates)
      }
      expect(optimizer.steps).toBe(6)
      wanted.forEach((x, i) => expect(values[i]).toBeCloseTo(x, 5))
    },
  )

  it('gives the same bits in WebAssembly and in plain JavaScript', () => {
    const cases = fc.record({
      seed: fc.nat(),
      l2: fc.constantFrom(0, 0.03),
      l1: fc.constantFrom(0, 0.07),
      norm: fc.constantFrom(undefined, 0.5, 1e6),
      value: fc.constantFrom(undefined, 0.01),
    })
    fc.assert(
      fc.property(cases, ({ seed, l2, l1, norm, value }) => {
        const clipping = {
          ...(norm === undefined ? {} : { norm }),
          ...(value === undefined ? {} : { value }),
        }
        const rates = [{ rate: 0.1, l2, l1 }, { rate: 0.01 }, { rate: 1, l2 }, { rate: 0.3, l1 }]
        const [simd, plain] = [true, false].map((simd) =>
          train(spec, createRng(seed), simd, rates, clipping),
        )
        expect(simd!.parameters.memory).not.toBeNull()
        expect(plain!.parameters.memory).toBeNull()
        expect(simd!.norms).toEqual(plain!.norms)
        expect(bitsOf(simd!).equals(bitsOf(plain!))).toBe(true)
      }),
      { numRuns: 6 },
    )
  })
})

describe('createOptimizer', () => {
  // By hand: m = 0.1·g, v = 0.001·g², both corrected to g and g², so the first step is the rate long.
  it('makes a first step of Adam by the learning rate, whatever the gradient', () => {
    const parameters = createParameters([{ name: 'w', dims: [3], init: 1 }])
    parameters.segment('w').gradients.set([1e-3, -20, 0])
    createOptimizer({ kind: 'adam' }, parameters).update({ rate: 0.01 })
    expectNear(parameters.segment('w').values, [0.99, 1.01, 1])
  })

  it('takes rates and penalties by segment', () => {
    const parameters = createParameters([
      { name: 'a', dims: [], init: 1 },
      { name: 'b', dims: [2], init: -2 },
    ])
    parameters.gradients.fill(1)
    const rates = [{ rate: 0.5 }, { rate: 0.25, l2: 1, l1: 3 }]
    createOptimizer({ kind: 'sgd' }, parameters).update(rates)
    expectNear(parameters.segment('a').values, [0.5])
    // d = 1 + 1·(−2) + 3·(−1) = −4.
    expectNear(parameters.segment('b').values, [-1, -1])
  })

  it('clips by the norm of all segments together, then by value', () => {
    const parameters = createParameters([
      { name: 'a', dims: [1] },
      { name: 'b', dims: [1] },
    ])
    parameters.segment('a').gradients[0] = 3
    parameters.segment('b').gradients[0] = -4
    const optimizer = createOptimizer({ kind: 'sgd' }, parameters)
    expect(optimizer.update({ rate: 1 })).toBeNull()
    expect(optimizer.update({ rate: 1 }, { norm: 2.5 })).toBe(5)
    expect(optimizer.update({ rate: 1 }, { norm: 10 })).toBe(5)
    expect(optimizer.update({ rate: 1 }, { norm: 2.5, value: 1.75 })).toBe(5)
    expectNear(parameters.segment('a').values, [-3 - 1.5 - 3 - 1.5])
    expectNear(parameters.segment('b').values, [4 + 2 + 4 + 1.75])
    expect(parameters.segment('b').gradients[0]).toBe(-4)
  })

  it('leaves what fills segments up at zero', () => {
    const run = train(specs[4]!, createRng(5), true, { rate: 0.1, l2: 0.1, l1: 0.1 }, { value: 1 })
    for (const { offset, size } of run.parameters.segments) {
      const end = Math.ceil((offset + size) / 16) * 16
      expect(run.parameters.values.subarray(offset + size, end).every((x) => x === 0)).toBe(true)
    }
  })

  it('forgets its state on reset, and starts without one', () => {
    const parameters = createParameters([{ name: 'w', dims: [1] }])
    const { values, gradients } = parameters.segment('w')
    const step = (optimizer: Optimizer): number => {
      values[0] = 0
      gradients[0] = 1
      optimizer.update({ rate: 1 })
      return values[0]
    }
    const optimizer = createOptimizer({ kind: 'momentum', momentum: 0.5 }, parameters)
    expect([step(optimizer), step(optimizer)]).toEqual([-1, -1.5])
    optimizer.reset()
    expect(optimizer.steps).toBe(0)
    expect(step(optimizer)).toBe(-1)
    expect(step(createOptimizer({ kind: 'momentum', momentum: 0.5 }, parameters))).toBe(-1)
  })

  it('names everything that is out of range', () => {
    const parameters = createParameters([{ name: 'w', dims: [1] }])
    expect(() =>
      createOptimizer({ kind: 'adam', beta1: 1, beta2: -0.1, epsilon: -1 }, parameters),
    ).toThrow(/3 problems\n {2}beta1: .*\n {2}beta2: .*\n {2}epsilon: /)
    const optimizer = createOptimizer({ kind: 'sgd' }, parameters)
    expect(() => optimizer.update({ rate: NaN, l2: -1 }, { norm: 0, value: -1 })).toThrow(
      /3 problems\n {2}rates\[0\]: .*\n {2}norm: .*\n {2}value: /,
    )
    expect(() => optimizer.update([])).toThrow('one for each of the 1 segments')
    expect(optimizer.steps).toBe(0)
  })
})

interface Training {
  parameters: Optimizer['parameters']
  norms: (number | null)[]
}

/** Three updates with gradients of many sizes, among them zeros and subnormal numbers. */
function train(
  spec: OptimizerSpec,
  rng: Rng,
  simd: boolean,
  rates: UpdateRates | readonly UpdateRates[],
  clipping: Clipping,
): Training {
  const fill = (values: Float32Array): void => {
    for (let i = 0; i < values.length; i++) {
      const size = rng.int(4) === 0 ? 10 ** -(rng.next() * 50) : 1
      values[i] = rng.int(10) === 0 ? -0 : (rng.next() * 2 - 1) * size
    }
  }
  const layout: readonly ParameterSpec[] = [
    { name: 'a', dims: [5, 7], init: fill },
    { name: 'b', dims: [], init: fill },
    { name: 'none', dims: [0, 3] },
    { name: 'c', dims: [4, 1025], init: fill },
  ]
  const parameters = createParameters(layout, { simd })
  const optimizer = createOptimizer(spec, parameters)
  const norms: (number | null)[] = []
  for (let step = 0; step < 3; step++) {
    for (const segment of parameters.segments) fill(segment.gradients)
    norms.push(optimizer.update(rates, clipping))
  }
  return { parameters, norms }
}

/** As bytes, which are compared at once: number by number takes seconds. */
function bitsOf({ parameters }: Training): Buffer {
  const flats = [parameters.values, ...parameters.states]
  return Buffer.concat(flats.map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength)))
}

/** Where one parameter ends up, by the formulas as the papers print them. */
function inDoubles(
  spec: OptimizerSpec,
  { rate, l2 = 0, l1 = 0 }: UpdateRates,
  start: number,
  steps: number,
  gradient: (x: number, step: number) => number,
): number {
  let [x, u, m, v] = [start, 0, 0, 0]
  for (let t = 1; t <= steps; t++) {
    const g = gradient(x, t)
    const pull = l2 * x + l1 * Math.sign(x)
    const d = g + pull
    switch (spec.kind) {
      case 'sgd':
        x -= rate * d
        break
      case 'momentum':
      case 'nesterov':
        u = spec.momentum! * u + d
        x -= rate * (spec.kind === 'momentum' ? u : d + spec.momentum! * u)
        break
      case 'rmsprop':
        v = spec.decay! * v + (1 - spec.decay!) * d ** 2
        x -= (rate * d) / (Math.sqrt(v) + spec.epsilon!)
        break
      case 'adam':
      case 'adamw': {
        const slope = spec.kind === 'adam' ? d : g
        m = spec.beta1! * m + (1 - spec.beta1!) * slope
        v = spec.beta2! * v + (1 - spec.beta2!) * slope ** 2
        const spread = Math.sqrt(v / (1 - spec.beta2! ** t)) + spec.epsilon!
        if (spec.kind === 'adamw') x -= rate * pull
        x -= (rate * (m / (1 - spec.beta1! ** t))) / spread
      }
    }
  }
  return x
}

function expectNear(values: Float32Array, wanted: readonly number[]): void {
  expect(values).toHaveLength(wanted.length)
  wanted.forEach((x, i) => expect(values[i]).toBeCloseTo(x, 6))
}
