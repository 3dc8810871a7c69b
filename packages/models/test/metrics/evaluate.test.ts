import { expect, it } from 'vitest'
import type { ClassPrediction, ClassTarget } from '../../src/matrix.ts'
import { metricsOf } from '../../src/metrics/catalogue.ts'
import { evaluate, labelTable } from '../../src/metrics/evaluate.ts'

const target: ClassTarget = {
  kind: 'classes',
  codes: Int32Array.of(0, 1, 1, 0),
  labels: ['ill', 'well'],
}
const prediction: ClassPrediction = {
  kind: 'classes',
  labels: ['ill', 'well'],
  probabilities: Float64Array.of(0.75, 0.25, 0.25, 0.75, 0.625, 0.375, 0.875, 0.125),
  codes: Int32Array.of(0, 1, 0, 0),
}

it('gives every metric of the catalogue, within its range', () => {
  const numbers = { kind: 'numbers', values: Float64Array.of(1, 2, 4) } as const
  const said = { kind: 'numbers', values: Float64Array.of(1, 2, 3) } as const
  const found = {
    classification: evaluate(target, prediction),
    regression: evaluate(numbers, said),
  }
  for (const task of ['classification', 'regression'] as const) {
    const metrics: Readonly<Record<string, number>> = found[task]
    expect(Object.keys(metrics)).toEqual(metricsOf(task).map((metric) => metric.name))
    for (const { name, range } of metricsOf(task)) {
      expect(metrics[name]).toBeGreaterThanOrEqual(range[0])
      expect(metrics[name]).toBeLessThanOrEqual(range[1])
    }
  }
})

it('averages as told, of the positive label that is named', () => {
  expect(evaluate(target, prediction)).toMatchObject({ accuracy: 0.75, sensitivity: 0.75, auc: 1 })
  const well = evaluate(target, prediction, { average: 'binary' })
  expect(well).toMatchObject({ sensitivity: 0.5, specificity: 1, precision: 1 })
  const ill = evaluate(target, prediction, { average: 'binary', positive: 'ill' })
  expect(ill).toMatchObject({ sensitivity: 1, specificity: 0.5, precision: 2 / 3 })
  expect(() => evaluate(target, prediction, { positive: 'sick' })).toThrow(/'sick'.*'ill', 'well'/)
})

it('compares labels by their texts, in whatever order they stand', () => {
  const turned: ClassTarget = {
    kind: 'classes',
    codes: target.codes.map((code) => 1 - code),
    labels: ['well', 'ill'],
  }
  expect(evaluate(turned, prediction)).toEqual(evaluate(target, prediction))
})

it('counts a label that the model does not know as wrong', () => {
  const more: ClassTarget = {
    ...target,
    codes: Int32Array.of(0, 1, 2, 0),
    labels: ['ill', 'well', 'dead'],
  }
  const metrics = evaluate(more, prediction)
  expect(metrics.accuracy).toBe(0.75)
  expect(metrics.logLoss).toBeGreaterThan(8)
  const table = labelTable(more, prediction)
  expect(table.labels).toEqual(['ill', 'well', 'dead'])
  expect(table.perLabel[2]).toMatchObject({ label: 'dead', support: 1, sensitivity: 0 })
})

it('refuses what does not belong together', () => {
  const numbers = { kind: 'numbers', values: Float64Array.of(1) } as const
  expect(() => evaluate(numbers, prediction)).toThrow(/of numbers but the prediction of classes/)
  const fewer = { ...target, codes: Int32Array.of(0) }
  expect(() => evaluate(fewer, prediction)).toThrow(/1 rows but the prediction 4/)
})
