import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import { createOptimizer } from '../../src/engine/optimizer.ts'
import { createParameters, type Parameters } from '../../src/engine/parameters.ts'
import { createStep, type TrainingGraph } from '../../src/engine/step.ts'
import { float, graphOf, node, twoLayerTraining } from './hand-graphs.ts'

const gradients = { w1: 'd w1', b1: 'd b1', w2: 'd w2', b2: 'd b2' }
const sizes = { inputs: 6, hidden: 9, classes: 3, batch: 'batch' }
const training: TrainingGraph = { graph: twoLayerTraining(sizes), loss: 'loss', gradients }

describe.each([
  ['onnxruntime-node', nativeExecutor],
  ['onnxruntime-web', webExecutor],
] as const)('createStep with %s', (_, create) => {
  it.each([true, false])('puts gradients where the parameters are, simd %s', async (simd) => {
    const parameters = network(1, simd)
    const step = await createStep(await create(), training, parameters)
    const batch = batchOf(1, 4)
    const { loss, outputs } = await step.run(batch)
    expect(outputs).toEqual({})
    // A step of h along a gradient's own direction changes the loss by h·|gradient|.
    for (const { values, gradients } of parameters.segments) {
      const [slopes, before] = [gradients.slice(), values.slice()]
      const norm = Math.hypot(...slopes)
      expect(norm).toBeGreaterThan(0.01)
      const lossAt = async (h: number): Promise<number> => {
        for (let i = 0; i < values.length; i++) values[i] = before[i]! + (h * slopes[i]!) / norm
        return (await step.run(batch)).loss
      }
      const rise = ((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02
      expect(rise / norm).toBeCloseTo(1, 2)
      values.set(before)
    }
    expect((await step.run(batch)).loss).toBe(loss)
    await step.release()
  })

  it('lets the loss fall, with the same bits for the same seed', async () => {
    const executor = await create()
    const runs = [await train(executor, 7), await train(executor, 7), await train(executor, 8)]
    for (const { losses } of runs) expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2)
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]!.values).not.toEqual(runs[2]!.values)
  })

  it('takes a smaller last batch', async () => {
    const parameters = network(3)
    const step = await createStep(await create(), training, parameters)
    const whole = batchOf(3, 5)
    const first = { x: whole.x.slice(0, 18), y: whole.y.slice(0, 9) }
    const rest = { x: whole.x.slice(18), y: whole.y.slice(9) }
    const mean = (await step.run(whole)).loss
    const parts = [(await step.run(first)).loss, (await step.run(rest)).loss]
    expect((3 * parts[0]! + 2 * parts[1]!) / 5).toBeCloseTo(mean, 6)
    await step.release()
  })

  it('puts gradients elsewhere where that is asked for', async () => {
    const parameters = network(4)
    const step = await createStep(await create(), training, parameters)
    const there = { w1: new Float32Array(54), b2: new Float32Array(3) }
    await step.run(batchOf(4, 4), { gradients: there })
    expect(parameters.segment('w1').gradients.every((g) => g === 0)).toBe(true)
    const [elsewhere, here] = [there.w1.slice(), parameters.segment('b1').gradients.slice()]
    await step.run(batchOf(4, 4))
    expect(parameters.segment('w1').gradients).toEqual(elsewhere)
    expect(parameters.segment('b1').gradients).toEqual(here)
    await step.release()
  })
})

describe('createStep', () => {
  it('gives other outputs, and reads two open sizes off the batch', async () => {
    const graph = graphOf({
      name: 'weighted sum',
      inputs: [float('w'), float('x', 'rows', 'columns'), float('row', 'rows')],
      outputs: [float('loss'), float('means', 'columns')],
      constants: { zero: { element: 'int64', dims: [1], values: Int32Array.of(0) } },
      nodes: [
        node('ReduceSum', ['x', 'zero'], 'means', { keepdims: { int: 0 } }),
        node('ReduceSum', ['row'], 'all', { keepdims: { int: 0 } }),
        node('Mul', ['all', 'w'], 'loss'),
      ],
    })
    const parameters = createParameters([{ name: 'w', dims: [], init: 2 }])
    const plain = { graph, loss: 'loss', gradients: {} }
    const step = await createStep(await nativeExecutor(), plain, parameters)
    const batch = { x: Float32Array.of(1, 2, 3, 4, 5, 6), row: Float32Array.of(1, 1) }
    await expect(step.run(batch)).rejects.toThrow("leaves the size 'columns' of x open")
    const { loss, outputs } = await step.run(batch, { dims: { columns: 3 } })
    expect(loss).toBe(4)
    expect(outputs).toEqual({ means: Float32Array.of(5, 7, 9) })
    await step.release()
  })

  it('refuses names that are not there', async () => {
    const executor = await nativeExecutor()
    const wrong = { ...training, loss: 'lost' }
    await expect(createStep(executor, wrong, network(1))).rejects.toThrow('has no output lost')
    const foreign = { ...training, gradients: { w9: 'd w1' } }
    await expect(createStep(executor, foreign, network(1))).rejects.toThrow('no parameters w9')
  })
})

function network(seed: number, simd = true): Parameters {
  const rng = createRng(seed, 'weights')
  const layers = training.graph.inputs.filter(({ name }) => name in gradients)
  return createParameters(
    layers.map(({ name, dims }) => ({
      name,
      dims: dims as readonly number[],
      init: (values) => values.forEach((_, i) => (values[i] = 1.5 * rng.next() - 0.7)),
    })),
    { simd },
  )
}

/** Rows whose class is the place of the largest of their first three numbers. */
function batchOf(seed: number, rows: number): { x: Float32Array; y: Float32Array } {
  const rng = createRng(seed, 'batch')
  const x = Float32Array.from({ length: rows * sizes.inputs }, () => 2 * rng.next() - 1)
  const y = new Float32Array(rows * sizes.classes)
  for (let row = 0; row < rows; row++) {
    const first = [...x.subarray(row * sizes.inputs, row * sizes.inputs + sizes.classes)]
    y[row * sizes.classes + first.indexOf(Math.max(...first))] = 1
  }
  return { x, y }
}

async function train(
  executor: GraphExecutor,
  seed: number,
): Promise<{ losses: number[]; values: Float32Array }> {
  const parameters = network(seed)
  const step = await createStep(executor, training, parameters)
  const optimizer = createOptimizer({ kind: 'adam' }, parameters)
  const losses: number[] = []
  for (let i = 0; i < 30; i++) {
    losses.push((await step.run(batchOf(seed, i % 4 === 3 ? 17 : 64))).loss)
    optimizer.update({ rate: 0.05, l2: 1e-4 }, { norm: 1 })
  }
  losses.push((await step.run(batchOf(seed, 64))).loss)
  await step.release()
  return { losses, values: parameters.copy() }
}
