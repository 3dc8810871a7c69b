import { expect, test } from 'vitest'
import { createRng } from '@attune/core'
import type { NumberTarget } from '../../src/matrix.ts'
import { network } from '../../src/network/network.ts'
import { orderOf } from '../../src/network/feed.ts'
import { createOnlineTuner, updateSlopes } from '../../src/online/online-tuner.ts'
import { notebookL2Gradient, notebookNoiseGradient } from '../../src/online/notebook.ts'
import { points } from '../network/data.ts'
import { normals } from '../network/helpers.ts'

test('in a loop of ones own, values move as in the network', async () => {
  const x = points(20, 2)
  const y: NumberTarget = {
    kind: 'numbers',
    values: Float64Array.from(
      { length: 20 },
      (_, i) => 3 * x.data[2 * i]! - x.data[2 * i + 1]! ** 2,
    ),
  }
  const tunables = { l2: { start: 0.05 }, rate: { start: 0.02 } } as const
  const rows = [2, 3, 5, 7]
  const seen: number[][] = []
  await network().fit(
    x,
    y,
    {
      ...{ depth: 0, epochs: 6, batch: 4, reportEvery: 1, scaleTarget: false },
      layers: [{ kind: 'output', init: 'zeros', bias: false }],
      optimizer: { kind: 'sgd', rate: 0.02 },
      online: { ...tunables, ratio: 2, rows, batch: 4 },
    },
    {
      report({ metrics }) {
        seen.push([metrics['online.l2']!, metrics['online.rate']!])
        return 'continue'
      },
    },
  )

  const tuner = createOnlineTuner(tunables)
  const weights = new Float64Array(2)
  const slope = (of: ArrayLike<number>): Float64Array => {
    const gradient = new Float64Array(2)
    for (const row of Array.from(of)) {
      const [a, b] = [x.data[2 * row]!, x.data[2 * row + 1]!]
      const error = weights[0]! * a + weights[1]! * b - y.values[row]!
      gradient[0] = gradient[0]! + (2 * error * a) / of.length
      gradient[1] = gradient[1]! + (2 * error * b) / of.length
    }
    return gradient
  }
  const learnt = Int32Array.from({ length: 20 }, (_, i) => i).filter((i) => !rows.includes(i))
  const found: number[][] = []
  for (let step = 0; step < 24; step++) {
    const order = orderOf(learnt, 0, Math.floor(step / 4))
    const gradient = slope(order.subarray(4 * (step % 4), 4 * (step % 4) + 4))
    const before = weights.slice()
    const { l2, rate } = tuner.values
    for (let i = 0; i < 2; i++) weights[i] = before[i]! - rate! * (gradient[i]! + l2! * before[i]!)
    if (step % 2 === 1) {
      const update = before.map((w, i) => w - weights[i]!)
      const validationGradient = [slope(rows)]
      tuner.step({ validationGradient, weights: [before], slopes: rate!, update: [update] })
    }
    found.push([tuner.values['l2']!, tuner.values['rate']!])
  }
  expect(found.length).toBe(seen.length)
  for (const [i, values] of found.entries()) {
    for (const [k, value] of values.entries()) expect(seen[i]![k]! / value).toBeCloseTo(1, 4)
  }
  expect(found.at(-1)![1]).not.toBeCloseTo(0.02, 3)
})

test('the state goes through JSON, and hypergradients that are no numbers move nothing', () => {
  const options = {
    noise: true,
    others: {
      warp: { start: 0.5, min: 0, max: 1 },
      decay: { start: 0.1, min: 0.01, max: 1, scale: 'log' },
    },
  } as const
  const tuner = createOnlineTuner(options)
  const products = { noise: 0.3, warp: -2, decay: 0.01 }
  tuner.step({ validationGradient: [], products })
  expect(tuner.values['noise']).toBeCloseTo(0.095, 6)
  expect(tuner.values['warp']).toBeCloseTo(0.505, 6)
  expect(Math.log10(tuner.values['decay']!)).toBeCloseTo(-1.02, 6)
  const copy = createOnlineTuner(options)
  copy.restore(JSON.parse(JSON.stringify(tuner)))
  for (const one of [tuner, copy])
    one.step({ validationGradient: [], products: { ...products, noise: 2 } })
  expect(copy.values).toEqual(tuner.values)
  const before = { ...tuner.values }
  tuner.step({
    validationGradient: [],
    products: { noise: Number.NaN, warp: Infinity, decay: 0.1 },
  })
  expect(tuner.dropped).toBe(2)
  expect(tuner.values['noise']).toBe(before['noise'])
  expect(tuner.values['decay']).not.toBe(before['decay'])
  expect(() => createOnlineTuner({ l2: true }).restore(tuner.toJSON())).toThrow(
    'not of a tuner of l2',
  )
})

test('penalties by layer, with the slopes of an optimiser', () => {
  const tuner = createOnlineTuner({
    l2: { scope: 'layer', start: 0.1, optimizer: 'sgd', rate: 1, trust: 10 },
    tensors: ['kernel', 'bias', 'output'],
    penalised: [true, false, true],
  })
  expect(Object.keys(tuner.values)).toEqual(['l2.kernel', 'l2.output'])
  const weights = [normals('w', 4), normals('b', 2), normals('o', 3)]
  const validationGradient = [normals('v', 4), normals('c', 2), normals('p', 3)]
  const slopes = weights.map((own) =>
    updateSlopes({ kind: 'momentum' }, { steps: 3, rate: 0.2, weights: own, gradients: own }),
  )
  tuner.step({ weights, validationGradient, slopes })
  const product = weights[2]!.reduce((sum, w, i) => sum + w * validationGradient[2]![i]!, 0)
  const expected = -1 + 0.2 * product * Math.LN10 * 0.1
  expect(Math.log10(tuner.values['l2.output']!)).toBeCloseTo(expected, 9)
  expect(() => tuner.step({ weights, validationGradient })).toThrow('needs slopes')
  expect(() => tuner.step({ weights: [], validationGradient, slopes })).toThrow('lengths')
})

test('the formulas of the notebook', () => {
  const [kernel, gradient] = [normals('kernel', 6), normals('gradient', 6)]
  expect(notebookL2Gradient(0.5, [gradient], [kernel])).toBeCloseTo(
    -0.5 * kernel.reduce((sum, w, i) => sum + w * gradient[i]!, 0),
    12,
  )
  // Two features of three units, two rows.
  const noise = Float64Array.of(0.1, 0.2, 0.3, -0.4)
  const mean = (from: number): number =>
    [0, 1, 2].reduce((sum, i) => sum + (kernel[from + i]! * gradient[from + i]!) / 3, 0)
  const rng = createRng(1)
  expect(notebookNoiseGradient(kernel, gradient, noise, 2, rng)).toBeCloseTo(
    mean(0) * 0.2 + mean(3) * -0.1,
    12,
  )
  expect(notebookNoiseGradient(kernel, gradient, new Float64Array(4), 2, rng)).not.toBe(0)
})
