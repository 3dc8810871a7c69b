import { expect, test } from 'vitest'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import type { ClassTarget, NumberTarget } from '../../src/matrix.ts'
import { lossGraph } from '../../src/network/graphs.ts'
import type { LossName } from '../../src/network/targets.ts'
import { codingOf, encodeTargets, exampleWeights } from '../../src/network/targets.ts'

const scores = Float64Array.of(2, -1, 0.5, 0, 0, 3)
const classes: ClassTarget = {
  kind: 'classes',
  codes: Int32Array.of(0, 2),
  labels: ['a', 'b', 'c'],
}
const numbers: NumberTarget = { kind: 'numbers', values: Float64Array.of(1, 4) }

async function lossOf(
  loss: LossName,
  target: ClassTarget | NumberTarget,
  given: Float64Array,
  weights: ArrayLike<number> = [0.5, 0.5],
  labelSmoothing: number = 0,
): Promise<number> {
  const coding = codingOf(target, loss, { labelSmoothing, scaleTarget: false })
  const targets = new Float32Array(2 * coding.outputs)
  encodeTargets(coding, target, Int32Array.of(0, 1), 0, 2, targets)
  const compiled = await referenceExecutor().compile(lossGraph(coding.outputs, loss, 1.5))
  const inputs = { scores: given, targets, weights: Float64Array.from(weights) }
  return Number((await compiled.run(inputs, { dims: { rows: 2 } }))['loss']![0])
}

// By Python: p = exp(z) / sum(exp(z)); -sum(t * log(p)) with t one-hot or 0.7 of it and 0.1 everywhere.
test('cross-entropy, smoothed and weighted', async () => {
  expect(await lossOf('crossEntropy', classes, scores)).toBeCloseTo(0.16811713, 6)
  expect(await lossOf('crossEntropy', classes, scores, [0.5, 0.5], 0.3)).toBeCloseTo(0.69311713, 6)
  expect(await lossOf('crossEntropy', classes, scores, [1.5, 0.5])).toBeCloseTo(0.40942842, 6)
})

// By Python: -t log s - (1 - t) log(1 - s), s the logistic function, summed over labels.
test('binary cross-entropy, of two labels and of more', async () => {
  const two: ClassTarget = { ...classes, codes: Int32Array.of(0, 1), labels: ['a', 'b'] }
  expect(await lossOf('binary', two, Float64Array.of(0.5, 2))).toBeCloseTo(0.5505025, 6)
  expect(await lossOf('binary', two, Float64Array.of(0.5, 2), [0.5, 0.5], 0.2)).toBeCloseTo(
    0.6255025,
    6,
  )
  expect(await lossOf('binary', classes, scores)).toBeCloseTo(1.4245742, 6)
})

test('squared, absolute and Huber losses', async () => {
  const found = Float64Array.of(2, 1)
  expect(await lossOf('squared', numbers, found)).toBeCloseTo((1 + 9) / 2, 6)
  expect(await lossOf('absolute', numbers, found)).toBeCloseTo((1 + 3) / 2, 6)
  // Within 1.5: x² / 2; beyond it 1.5 · (|x| - 0.75).
  expect(await lossOf('huber', numbers, found)).toBeCloseTo((0.5 + 1.5 * 2.25) / 2, 6)
})

test('balanced labels count alike, and weights of rows have the mean 1', () => {
  const target: ClassTarget = {
    kind: 'classes',
    codes: Int32Array.of(0, 0, 0, 1),
    labels: ['a', 'b', 'never'],
  }
  const found = (...given: Parameters<typeof exampleWeights>): number[] => [
    ...exampleWeights(...given),
  ]
  expect(found(target, 'balanced', undefined)).toEqual([2 / 3, 2 / 3, 2 / 3, 2].map(Math.fround))
  expect(found(target, { b: 5 }, undefined)).toEqual([1, 1, 1, 5])
  expect(found(target, { b: 5 }, Float64Array.of(1, 1, 2, 4))).toEqual([0.5, 0.5, 1, 10])
})
