import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import { cachingExecutor } from '../../src/engine/compile-cache.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import { createOptimizer } from '../../src/engine/optimizer.ts'
import { createParameters } from '../../src/engine/parameters.ts'
import { createStep } from '../../src/engine/step.ts'
import { twoLayerTraining } from './hand-graphs.ts'

// Few trainings are enough for the runtime to be there; then its code may be compiled to the end, for
// which V8 takes some 100 MB in between, and what nobody holds any more is let go of. Of 40 to 50 MB that
// onnxruntime-web has more after 500 trainings, 30 MB were measured to be room of V8 for young objects
// (2 MB of it used) and the rest code that it compiled better; its own memory stays at 17 MB.
const warmUp = 20
const trainings = 500
const mostGrowth = 80e6

describe.each([
  ['onnxruntime-node', nativeExecutor],
  ['onnxruntime-web', webExecutor],
] as const)('%s', (_, create) => {
  it('trains 500 small networks, all different, in flat memory', async () => {
    const executor = cachingExecutor(await create())
    let before = 0
    for (let i = 0; i < warmUp + trainings; i++) {
      if (i === warmUp) before = await settledMemory()
      await train(executor, i)
      expect(executor.size).toBeLessThanOrEqual(16)
    }
    const growth = (await settledMemory()) - before
    console.log(`${executor.name}: ${(growth / 1e6).toFixed(0)} MB more after 500 trainings`)
    expect(growth).toBeLessThan(mostGrowth)
  })
})

/** Resident bytes when nothing is compiled and no garbage is left. */
async function settledMemory(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await setTimeout(3000)
  collect()
  await setTimeout(300)
  collect()
  return process.memoryUsage().rss
}

async function train(executor: GraphExecutor, seed: number): Promise<void> {
  const rng = createRng(seed)
  // Multiples of 37 differ modulo the prime 541.
  const [inputs, hidden, classes, rows] = [20, 8 + ((37 * seed) % 541), 3, 64]
  const graph = twoLayerTraining({ inputs, hidden, classes, batch: 'batch' })
  const init = (values: Float32Array): void =>
    values.forEach((_, i) => (values[i] = rng.next() - 0.5))
  const parameters = createParameters([
    { name: 'w1', dims: [inputs, hidden], init },
    { name: 'b1', dims: [hidden] },
    { name: 'w2', dims: [hidden, classes], init },
    { name: 'b2', dims: [classes] },
  ])
  const gradients = { w1: 'd w1', b1: 'd b1', w2: 'd w2', b2: 'd b2' }
  const step = await createStep(executor, { graph, loss: 'loss', gradients }, parameters)
  const optimizer = createOptimizer({ kind: 'adam' }, parameters)
  const x = Float32Array.from({ length: rows * inputs }, () => rng.next())
  const y = new Float32Array(rows * classes)
  for (let row = 0; row < rows; row++) y[row * classes + rng.int(classes)] = 1
  for (let i = 0; i < 20; i++) {
    await step.run({ x, y })
    optimizer.update({ rate: 0.01 })
  }
  await step.release()
}
