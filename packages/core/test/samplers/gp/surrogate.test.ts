import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/math/rng.ts'
import {
  createAcquisition,
  createCriterion,
  criterionNames,
} from '../../../src/samplers/gp/acquisition.ts'
import { negativeLogPosterior } from '../../../src/samplers/gp/fit.ts'
import { hypervolumeAcquisition } from '../../../src/samplers/gp/hypervolume.ts'
import type { Surrogate } from '../../../src/samplers/gp/surrogate.ts'
import { addRow, createBase, createSurrogate } from '../../../src/samplers/gp/surrogate.ts'
import { covariance, geometry, gram, hyper, predictDense, solve } from './reference.ts'

const rng = createRng('surrogate')
const point = (): Float64Array =>
  Float64Array.of(rng.next(), rng.next(), rng.int(4) - 1, rng.int(2))
const rows = Array.from({ length: 14 }, point)
const targets = Float64Array.from(rows, (x) => Math.sin(5 * x[0]!) + x[1]! * (x[2]! + 1) - x[3]!)

function surrogateOf(
  y: Float64Array = targets,
  waiting: readonly Float64Array[] = [],
  imagined: readonly (readonly number[])[] = [[]],
): Surrogate {
  const base = createBase(hyper)
  for (const x of rows) addRow(base, geometry, x)
  const white = new Float64Array(rows.length)
  base.factor.whiten(y, white)
  for (const x of waiting) addRow(base, geometry, x)
  return createSurrogate(
    base,
    geometry,
    imagined.map((w) => Float64Array.of(...white, ...w)),
  )
}

/** The largest difference between a gradient and central differences, relative to its size. */
function gradientError(
  f: (x: Float64Array) => number,
  gradient: Float64Array,
  x: Float64Array,
  count: number,
): number {
  let error = 0
  let size = 1e-6
  for (let i = 0; i < count; i++) {
    const h = 1e-5
    const up = x.slice()
    const down = x.slice()
    up[i]! += h
    down[i]! -= h
    error = Math.max(error, Math.abs((f(up) - f(down)) / (2 * h) - gradient[i]!))
    size = Math.max(size, Math.abs(gradient[i]!))
  }
  return error / size
}

describe('createSurrogate', () => {
  it('predicts what dense textbook formulas give', () => {
    const surrogate = surrogateOf()
    for (let i = 0; i < 20; i++) {
      const x = i < 3 ? rows[i]! : point()
      surrogate.predict(x)
      const { mean, variance } = predictDense(rows, targets, x, hyper, geometry)
      expect(surrogate.means[0]).toBeCloseTo(mean, 9)
      expect(surrogate.variance).toBeCloseTo(variance, 9)
    }
  })

  it('knows the means at its rows, the covariance of points and the distances to rows', () => {
    const surrogate = surrogateOf()
    const fitted = surrogate.fitted(0)
    const distances = new Float64Array(4)
    rows.forEach((x, i) => {
      surrogate.predict(x)
      expect(fitted[i]).toBeCloseTo(surrogate.means[0]!, 9)
      expect(surrogate.covariance(x, rows[0]!)).toBeCloseTo(
        covariance(x, rows[0]!, hyper, geometry),
        9,
      )
      surrogate.distances(i, distances)
      expect([...distances]).toEqual([0, 0, 0, 0])
    })
  })

  it('takes imagined outcomes of pending points for observations', () => {
    const waiting = [point(), point()]
    const x = point()
    const believer = surrogateOf(targets, waiting, [
      [0, 0],
      [1.3, -0.4],
    ])
    const plain = surrogateOf()
    plain.predict(x)
    believer.predict(x)
    expect(believer.means[0]).toBeCloseTo(plain.means[0]!, 9)
    expect(believer.variance).toBeLessThan(plain.variance)
    const all = [...rows, ...waiting]
    // What the second outcome imagines, from the factor of K.
    const k = gram(all, hyper, geometry)
    const first = predictDense(rows, targets, waiting[0]!, hyper, geometry)
    const y0 = first.mean + 1.3 * Math.sqrt(first.variance + Math.exp(hyper.noise))
    const next = predictDense(
      all.slice(0, -1),
      Float64Array.of(...targets, y0),
      waiting[1]!,
      hyper,
      geometry,
    )
    const y1 = next.mean - 0.4 * Math.sqrt(next.variance + Math.exp(hyper.noise))
    const alpha = solve(k, [...targets, y0, y1]).x
    const mean = all.reduce(
      (sum, row, i) => sum + covariance(row, x, hyper, geometry) * alpha[i]!,
      0,
    )
    expect(believer.means[1]).toBeCloseTo(mean, 8)
  })
})

describe('the acquisition', () => {
  const waiting = [point()]
  const imagined = [[0.3], [-1.1], [0.8]]

  it.each(criterionNames)('%s has the gradient of its differences, with a constraint', (name) => {
    const surrogate = surrogateOf(targets, waiting, imagined)
    const margin = surrogateOf(targets.map((t) => 1 - t))
    const criterion = createCriterion(name, [-1, -1.3, -0.8], 1.8)
    for (const constraints of [[], [margin]]) {
      const { value, gradient } = createAcquisition({ surrogate, criterion }, constraints)
      for (let i = 0; i < 10; i++) {
        const x = point()
        const slope = new Float64Array(4)
        value(x)
        gradient(slope)
        expect(gradientError(value, slope, x, 2)).toBeLessThan(1e-6)
        expect([slope[2], slope[3]]).toEqual([0, 0])
      }
    }
  })

  it('of two objectives has the gradient of its differences, near the front and far from it', () => {
    const other = surrogateOf(targets.map((t) => 0.5 - t * t))
    for (const shift of [0, -30]) {
      const front = [
        [-1.2 + shift, 0.9 + shift],
        [-0.3 + shift, 0.2 + shift],
        [0.4 + shift, -0.8 + shift],
      ] as const
      const { value, gradient } = hypervolumeAcquisition([surrogateOf(), other], front, [
        2 + shift,
        2 + shift,
      ])
      for (let i = 0; i < 10; i++) {
        const x = point()
        const slope = new Float64Array(4)
        expect(Number.isFinite(value(x))).toBe(true)
        gradient(slope)
        expect(gradientError(value, slope, x, 2)).toBeLessThan(1e-6)
      }
    }
  })
})

describe('negativeLogPosterior', () => {
  const f = negativeLogPosterior(rows, targets, geometry)
  const theta = (): Float64Array =>
    Float64Array.of(...hyper.lengths, hyper.signal, hyper.noise).map((t) => t + rng.next() - 0.5)

  it('has the gradient of its differences', () => {
    for (let i = 0; i < 10; i++) {
      const at = theta()
      const gradient = new Float64Array(6)
      f(at, gradient)
      const error = gradientError((x) => f(x, new Float64Array(6)), gradient, at, 6)
      expect(error).toBeLessThan(1e-6)
    }
  })

  it('is the density of the targets times the priors', () => {
    const density = (at: Float64Array): number => {
      const h = { lengths: at.slice(0, 4), signal: at[4]!, noise: at[5]! }
      const { x, logDeterminant } = solve(gram(rows, h, geometry), [...targets])
      let value = 0.5 * (logDeterminant + targets.reduce((sum, y, i) => sum + y * x[i]!, 0))
      const mode = Math.SQRT2 + 0.5 * Math.log(4) - 3
      const shift = [0, 0, 0.5 * Math.log(4), 0.5 * Math.log(12)]
      h.lengths.forEach((l, f) => (value += (l - mode - shift[f]!) ** 2 / 6))
      return value + h.signal ** 2 / 2 + (h.noise - Math.log(1e-4)) ** 2 / 18
    }
    const [a, b] = [theta(), theta()]
    const ours = f(a, new Float64Array(6)) - f(b, new Float64Array(6))
    expect(ours).toBeCloseTo(density(a) - density(b), 8)
  })
})
