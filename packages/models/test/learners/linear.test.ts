import { describe, expect, it } from 'vitest'
import { ridgeRegression } from '../../src/learners/linear-ridge.ts'
import { softmaxRegression } from '../../src/learners/linear-softmax.ts'
import { unpackNumbers } from '../../src/packed.ts'
import { scalingOf } from '../../src/learners/parts/scaling.ts'
import type { Model } from '../../src/learners/learner.ts'
import type { ClassPrediction, Matrix } from '../../src/matrix.ts'
import { clouds, plane } from './classic-cases.ts'

const stored = (model: Model, name: string): Float64Array =>
  unpackNumbers((model.toJSON() as Record<string, never>)[name], 'float64')

describe('ridge regression', () => {
  const example: Matrix = { rows: 3, columns: 2, data: Float32Array.of(0, 0, 0, 0, 1, 1) }
  const y = { kind: 'numbers', values: Float64Array.of(0, 0.1, 1) } as const

  it('gives the example of the user guide of scikit-learn', async () => {
    const model = await ridgeRegression().fit(example, y, { alpha: 0.5, standardize: false })
    const coefficients = stored(model, 'coefficients')
    expect(coefficients[0]).toBeCloseTo(0.34545455, 8)
    expect(coefficients[1]).toBeCloseTo(0.34545455, 8)
    expect(stored(model, 'intercepts')[0]).toBeCloseTo(0.13636364, 8)
  })

  it.each([20, 3])('meets its normal equations with %i rows of 6 columns', async (rows) => {
    const { x: base } = clouds(40)
    const x = { rows, columns: 6, data: base.data.slice(0, rows * 6) }
    const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i) + i)
    const alpha = 0.7
    const model = await ridgeRegression().fit(x, { kind: 'numbers', values }, { alpha })
    const said = await model.predict(x)
    if (said.kind !== 'numbers') throw new Error('A regression gives numbers.')
    const { mean, scale } = scalingOf(x)
    const coefficients = stored(model, 'coefficients')
    for (let j = 0; j < 6; j++) {
      let slope = -alpha * coefficients[j]! * scale[j]!
      for (let i = 0; i < rows; i++) {
        slope += ((x.data[i * 6 + j]! - mean[j]!) / scale[j]!) * (values[i]! - said.values[i]!)
      }
      expect(Math.abs(slope)).toBeLessThan(1e-8)
    }
    const rest = values.reduce((sum, value, i) => sum + value - said.values[i]!, 0)
    expect(Math.abs(rest)).toBeLessThan(1e-8)
  })

  it('copes with columns that are alike or constant, without a penalty', async () => {
    const { x, y: target } = plane(30)
    const data = new Float32Array(30 * 3)
    for (let i = 0; i < 30; i++) data.set([x.data[i * 3]!, x.data[i * 3]!, 5], i * 3)
    const model = await ridgeRegression().fit({ rows: 30, columns: 3, data }, target, { alpha: 0 })
    const said = await model.predict({ rows: 30, columns: 3, data })
    if (said.kind !== 'numbers') throw new Error('A regression gives numbers.')
    const single = { rows: 30, columns: 1, data: data.filter((_, i) => i % 3 === 0) }
    const expected = await (
      await ridgeRegression().fit(single, target, { alpha: 0 })
    ).predict(single)
    if (expected.kind !== 'numbers') throw new Error('A regression gives numbers.')
    for (const [i, value] of said.values.entries())
      expect(value).toBeCloseTo(expected.values[i]!, 4)
  })
})

describe('softmax regression', () => {
  const { x, y } = clouds(90)
  const { mean, scale } = scalingOf(x)

  /** The gradient of c · loss by scaled coefficient, which a penalty has to balance. */
  async function slopes(model: Model, c: number): Promise<Float64Array[]> {
    const said = (await model.predict(x)) as ClassPrediction
    return Array.from({ length: 3 }, (_, k) => {
      const slope = new Float64Array(5)
      for (let i = 0; i < x.rows; i++) {
        const residual = c * (said.probabilities[i * 3 + k]! - (y.codes[i] === k ? 1 : 0))
        for (let j = 0; j < 4; j++)
          slope[j]! += (residual * (x.data[i * 4 + j]! - mean[j]!)) / scale[j]!
        slope[4]! += residual
      }
      return slope
    })
  }

  it('ends where the penalty balances the loss', async () => {
    const options = { c: 0.5, tolerance: 1e-9, iterations: 1000 }
    const model = await softmaxRegression().fit(x, y, options)
    const w = stored(model, 'coefficients')
    for (const [k, slope] of (await slopes(model, 0.5)).entries()) {
      for (let j = 0; j < 4; j++) expect(slope[j]! + w[j * 3 + k]! * scale[j]!).toBeCloseTo(0, 5)
      expect(slope[4]).toBeCloseTo(0, 5)
    }
  })

  it('with an l1 penalty makes zeros, where the slope is no more than the penalty', async () => {
    const options = { c: 0.1, l1Ratio: 1, tolerance: 1e-9, iterations: 2000 }
    const model = await softmaxRegression().fit(x, y, options)
    const w = stored(model, 'coefficients')
    expect(w.filter((value) => value === 0).length).toBeGreaterThan(2)
    expect(w.filter((value) => value !== 0).length).toBeGreaterThan(2)
    for (const [k, slope] of (await slopes(model, 0.1)).entries()) {
      for (let j = 0; j < 4; j++) {
        if (w[j * 3 + k] === 0) expect(Math.abs(slope[j]!)).toBeLessThan(1 + 1e-4)
        else expect(slope[j]).toBeCloseTo(-Math.sign(w[j * 3 + k]!), 3)
      }
    }
  })

  it('of two classes has one score that is penalised once', async () => {
    const two = clouds(60, 2)
    const model = await softmaxRegression().fit(two.x, two.y, {
      c: 0.2,
      tolerance: 1e-9,
      iterations: 1000,
    })
    const said = (await model.predict(two.x)) as ClassPrediction
    const w = stored(model, 'coefficients')
    expect(w).toHaveLength(4)
    const own = scalingOf(two.x)
    for (let j = 0; j < 4; j++) {
      let slope = w[j]! * own.scale[j]!
      for (let i = 0; i < 60; i++) {
        const residual = said.probabilities[i * 2 + 1]! - two.y.codes[i]!
        slope += (0.2 * residual * (two.x.data[i * 4 + j]! - own.mean[j]!)) / own.scale[j]!
      }
      expect(slope).toBeCloseTo(0, 5)
    }
  })

  it('with balanced classes looks more at rare ones', async () => {
    const rare = { ...y, codes: y.codes.map((code, i) => (code === 2 && i > 20 ? 0 : code)) }
    const recall = async (classWeights: 'none' | 'balanced'): Promise<number> => {
      const model = await softmaxRegression().fit(x, rare, { classWeights })
      const { codes } = (await model.predict(x)) as ClassPrediction
      return codes.filter((code, i) => code === 2 && rare.codes[i] === 2).length
    }
    expect(await recall('balanced')).toBeGreaterThan(await recall('none'))
  })

  it('refuses rows of one label only', async () => {
    const one = { ...y, codes: new Int32Array(90) }
    await expect(softmaxRegression().fit(x, one, {})).rejects.toThrow(
      /at least two labels, but all are of 'red'/,
    )
  })
})
