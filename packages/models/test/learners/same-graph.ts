import { expect } from 'vitest'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import type { Model } from '../../src/learners/learner.ts'
import type { Matrix, Prediction } from '../../src/matrix.ts'

export const numbersOf = (prediction: Prediction): Float64Array =>
  prediction.kind === 'classes' ? prediction.probabilities : prediction.values

/** The graph of a model must say what the model says, to 1e-5 of the values. */
export async function expectSameGraph(
  executor: GraphExecutor,
  model: Model,
  x: Matrix,
): Promise<void> {
  const expected = numbersOf(await model.predict(x))
  const compiled = await executor.compile(model.graph())
  const outputs = await compiled.run({ x: x.data }, { dims: { rows: x.rows } })
  const values = outputs[model.task === 'classification' ? 'probabilities' : 'values']!
  expect(values).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) {
    const scale = Math.max(1, Math.abs(value))
    expect(Math.abs(Number(values[i]) - value) / scale, `value ${i}`).toBeLessThan(1e-5)
  }
  await compiled.release()
}
