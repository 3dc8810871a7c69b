import { createRng } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { couplePairs } from '../../src/learners/parts/coupling.ts'
import { fitSigmoid, sigmoidAt } from '../../src/learners/parts/platt.ts'
import { createProgress } from '../../src/learners/parts/progress.ts'
import { kernelRows } from '../../src/learners/parts/rbf-kernel.ts'
import { solveDual } from '../../src/learners/parts/smo.ts'
import { linearSvm } from '../../src/learners/support-vectors-linear.ts'
import { rbfSvm } from '../../src/learners/support-vectors-rbf.ts'
import type { ClassPrediction, NumberPrediction } from '../../src/matrix.ts'
import { clouds, plane } from './classic-cases.ts'

const uncalibrated = { calibration: 'none', standardize: false } as const

describe('machines with Gaussian kernels', () => {
  it('solve two points as by hand', async () => {
    // α = 1 / (1 − K) of both, or c if that is less; the decision is α (K(x, a) − K(x, b)).
    const x = { rows: 2, columns: 1, data: Float32Array.of(0, 1) }
    const y = { kind: 'classes', codes: Int32Array.of(0, 1), labels: ['a', 'b'] } as const
    for (const c of [0.5, 100]) {
      const model = await rbfSvm().fit(x, y, { ...uncalibrated, c, gamma: 2, tolerance: 1e-9 })
      const said = (await model.predict({
        ...x,
        data: Float32Array.of(0.25, 0.5),
      })) as ClassPrediction
      const alpha = Math.min(c, 1 / (1 - Math.exp(-2)))
      const score = alpha * (Math.exp(-2 * 0.25 ** 2) - Math.exp(-2 * 0.75 ** 2))
      expect(said.probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-score)), 6)
      expect(said.probabilities[2]).toBeCloseTo(0.5, 6)
    }
  })

  it('end where the conditions of the dual hold (Karush, Kuhn and Tucker)', async () => {
    const { x, y } = clouds(60, 2)
    const signs = Int8Array.from(y.codes, (code) => 1 - 2 * code)
    const kernel = kernelRows(x.data, x.columns, 0.01, signs)
    const upper = Float64Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? 0 : 2))
    const linear = new Float64Array(60).fill(-1)
    const diagonal = new Float64Array(60).fill(1)
    const problem = { size: 60, signs, linear, upper, row: kernel.row, diagonal }
    // It takes about 150 steps; with steps of a wrong length some hundred more.
    const { alpha, rho, converged } = await solveDual(problem, 1e-8, 250, createProgress({}))
    expect(converged).toBe(true)
    let balance = 0
    for (let i = 0; i < 60; i++) {
      const row = kernel.row(i)
      const margin = alpha.reduce((sum, a, j) => sum + a * row[j]!, 0) - signs[i]! * rho
      balance += signs[i]! * alpha[i]!
      if (upper[i] === 0) expect(alpha[i]).toBe(0)
      else if (alpha[i] === 0) expect(margin).toBeGreaterThan(1 - 1e-6)
      else if (alpha[i] === 2) expect(margin).toBeLessThan(1 + 1e-6)
      else expect(margin).toBeCloseTo(1, 6)
    }
    expect(balance).toBeCloseTo(0, 9)
    expect(alpha.some((a) => a > 0 && a < 2)).toBe(true)
  })

  it('keep regression within the tube where they can', async () => {
    const { x, y } = plane(60)
    const options = { standardize: false, c: 1e4, epsilon: 0.3, gamma: 1 }
    const model = await rbfSvm().fit(x, y, options)
    const { values } = (await model.predict(x)) as NumberPrediction
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - y.values[i]!)).toBeLessThan(0.3 + 2e-3)
    }
    const vectors = (model.toJSON() as { vectors: { base64: string } }).vectors
    expect(atob(vectors.base64).length / 12).toBeLessThan(60)
  })
})

describe('linear machines', () => {
  it('find the widest margin', async () => {
    // By hand: w = 1 / 2 and b = 0 for the points −2 and 2, without a penalty of b that matters.
    const x = { rows: 4, columns: 1, data: Float32Array.of(-3, -2, 2, 3) }
    const y = { kind: 'classes', codes: Int32Array.of(0, 0, 1, 1), labels: ['a', 'b'] } as const
    const options = { ...uncalibrated, c: 100, loss: 'hinge', tolerance: 1e-9 } as const
    const model = await linearSvm().fit(x, y, options)
    const said = (await model.predict({
      ...x,
      data: Float32Array.of(2, 0, -2, 4),
    })) as ClassPrediction
    const logit = (i: number): number =>
      Math.log(said.probabilities[2 * i + 1]! / said.probabilities[2 * i]!)
    for (const [i, score] of [1, 0, -1, 2].entries()) expect(logit(i)).toBeCloseTo(score, 6)
  })

  it.each(['hinge', 'squaredHinge'] as const)('are the minimum of their %s loss', async (loss) => {
    const { x, y } = clouds(60, 2)
    const scaled = { ...x, data: x.data.map((value, i) => (i % 4 === 2 ? value / 100 : value / 5)) }
    const options = { ...uncalibrated, loss, tolerance: 1e-8, iterations: 20_000 }
    const found = (await linearSvm().fit(scaled, y, options)).toJSON() as Record<
      string,
      { base64: string }
    >
    const w = [...floats(found['coefficients']!.base64), ...floats(found['intercepts']!.base64)]
    const objective = (point: readonly number[]): number => {
      let sum = point.reduce((total, value) => total + value ** 2 / 2, 0)
      for (let i = 0; i < 60; i++) {
        let score = point[4]!
        for (let j = 0; j < 4; j++) score += point[j]! * scaled.data[i * 4 + j]!
        const violation = Math.max(0, 1 - (2 * y.codes[i]! - 1) * score)
        sum += loss === 'hinge' ? violation : violation ** 2
      }
      return sum
    }
    const best = objective(w)
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (step) => {
          expect(objective(w.map((value, j) => value + step[j]!))).toBeGreaterThan(best - 1e-6)
        },
      ),
    )
  })

  it('of regression are the least sum of absolute errors, which a few wild targets do not move', async () => {
    const { x, y } = plane(80)
    const values = y.values.map((value, i) => (i % 20 === 0 ? value + 500 : value))
    const options = { loss: 'hinge', c: 10, tolerance: 1e-4, standardize: false } as const
    const model = await linearSvm().fit(x, { kind: 'numbers', values }, options)
    const said = (await model.predict(x)) as NumberPrediction
    const errors = said.values.map((value, i) => Math.abs(value - y.values[i]!)).sort()
    expect(errors[40]).toBeLessThan(0.3)
  })
})

describe('probabilities', () => {
  it('of a sigmoid are those by which rows were drawn', () => {
    const rng = createRng(3, 'sigmoid')
    const scores = Float64Array.from({ length: 4000 }, () => 4 * rng.next() - 2)
    const positive = Array.from(
      scores,
      (score) => rng.next() < 1 / (1 + Math.exp(-2 * score + 0.5)),
    )
    const { slope, offset } = fitSigmoid(scores, positive, new Float64Array(4000).fill(1))
    expect(slope).toBeCloseTo(-2, 0)
    expect(offset).toBeCloseTo(0.5, 0)
    expect(sigmoidAt({ slope, offset }, 800)).toBe(1)
    expect(sigmoidAt({ slope, offset }, -800)).toBeLessThan(1e-300)
  })

  it('of pairs that agree are found again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        (shares) => {
          const total = shares.reduce((a, b) => a + b)
          const pairs: number[] = []
          for (let i = 0; i < shares.length; i++) {
            for (let j = i + 1; j < shares.length; j++)
              pairs.push(shares[i]! / (shares[i]! + shares[j]!))
          }
          const out = new Float64Array(shares.length)
          couplePairs(pairs, shares.length, out)
          for (const [i, p] of out.entries()) expect(p).toBeCloseTo(shares[i]! / total, 6)
        },
      ),
    )
  })

  it('of pairs that do not agree contradict them least', () => {
    const contradiction = (pairs: readonly number[], p: readonly number[]): number => {
      let sum = 0
      let pair = 0
      for (let i = 0; i < p.length; i++) {
        for (let j = i + 1; j < p.length; j++, pair++) {
          sum += ((1 - pairs[pair]!) * p[i]! - pairs[pair]! * p[j]!) ** 2
        }
      }
      return sum
    }
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 6, maxLength: 6 }),
        fc.array(share, { minLength: 4, maxLength: 4 }),
        (pairs, other) => {
          const out = new Float64Array(4)
          couplePairs(pairs, 4, out)
          const total = other.reduce((a, b) => a + b, 1e-9)
          const normal = other.map((p) => (p + 0.25e-9) / total)
          const least = contradiction(pairs, [...out])
          expect(least).toBeLessThan(contradiction(pairs, normal) + 1e-6)
        },
      ),
    )
  })

  it('of machines tell how sure they are', async () => {
    const { x, y } = clouds(300)
    const test = clouds(300, 3, 2)
    for (const learner of [rbfSvm(), linearSvm()]) {
      const said = await (await learner.fit(x, y, {})).predict(test.x)
      if (said.kind !== 'classes') throw new Error('A classification gives classes.')
      const sure = Array.from(test.y.codes, (code, i) => said.probabilities[i * 3 + code]!)
      const mean = sure.reduce((a, b) => a + b, 0) / 300
      const right = said.codes.filter((code, i) => code === test.y.codes[i]).length / 300
      let confidence = 0
      for (const [i, code] of said.codes.entries())
        confidence += said.probabilities[i * 3 + code]! / 300
      expect(mean).toBeGreaterThan(0.6)
      expect(Math.abs(confidence - right)).toBeLessThan(0.08)
    }
  })
})

function floats(base64: string): Float64Array {
  return new Float64Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer)
}
