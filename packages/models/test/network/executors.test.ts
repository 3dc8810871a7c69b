import { expect, test } from 'vitest'
import { nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import { network } from '../../src/network/network.ts'
import { cases, embeddings, indices } from './cases.ts'
import { exclusiveOr, points } from './data.ts'
import { trainingOf } from './helpers.ts'

/** The largest difference of any output to the reference's, as a share of that output's largest number, if above 1. */
async function difference(
  executor: GraphExecutor,
  of: Parameters<typeof trainingOf>[0],
): Promise<number> {
  const { training, weights, batch, rows } = trainingOf(of)
  const inputs = { ...batch, ...weights }
  const exact = await (
    await referenceExecutor().compile(training.graph)
  ).run(inputs, { dims: { rows } })
  const compiled = await executor.compile(training.graph)
  const found = await compiled.run(inputs, { dims: { rows } })
  await compiled.release()
  let worst = 0
  for (const [name, values] of Object.entries(exact)) {
    const wanted = values as Float64Array
    const largest = Math.max(1, ...wanted.map(Math.abs))
    wanted.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(Number(found[name]![i]) - value) / largest)
    })
  }
  return worst
}

/** The web package has the same operators, and takes its time to compile. */
const few = ['conv2d stride, same', 'maxPool2d same', 'batch norm of a sequence', 'lstm']

test.each([
  ['onnxruntime-node', nativeExecutor, cases],
  ['onnxruntime-web', webExecutor, cases.filter(([name]) => few.includes(name))],
] as const)(
  '%s computes losses, gradients and statistics as the reference does',
  async (_, make, on) => {
    const executor = await make()
    for (const [name, input, layers] of on) {
      expect(await difference(executor, { layers, input }), name).toBeLessThan(1e-4)
    }
    for (const layer of embeddings) {
      const off = await difference(executor, { layers: [layer], ...indices })
      expect(off, layer.kind).toBeLessThan(1e-4)
    }
  },
)

test.each(['onnxruntime-node', 'onnxruntime-web', 'reference'] as const)(
  '%s learns a small set by heart',
  async (executor) => {
    const x = points(20, 2)
    const y = exclusiveOr(x)
    const optimizer = { kind: 'adam', rate: 0.1 } as const
    const options = { depth: 1, units: 16, batch: 8, activation: 'tanh', epochs: 100 } as const
    const model = await network().fit(x, y, { ...options, optimizer, executor })
    expect(model.executor).toBe(executor)
    const prediction = await model.predict(x)
    expect(prediction).toMatchObject({ codes: y.codes })
    const shares = prediction.kind === 'classes' ? prediction.probabilities : []
    const loss = y.codes.reduce((sum, code, i) => sum - Math.log(shares[2 * i + code]!), 0)
    expect(loss / 20).toBeLessThan(0.05)
  },
)
