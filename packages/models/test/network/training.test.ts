import { AttuneError } from '@attune/core'
import { expect, test } from 'vitest'
import type { FitProgress } from '../../src/learners/learner.ts'
import type { NetworkModel } from '../../src/network/model.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import type { NetworkRun } from '../../src/network/train.ts'
import { exclusiveOr, points, products } from './data.ts'

const x = points(22, 2)
const y = exclusiveOr(x)
const others = points(30, 2, 2)
const validation = { x: others, y: exclusiveOr(others) }

/** Everything that has to be kept: moments, running statistics, masks, noise, order, schedule, the best. */
const eventful: Partial<NetworkOptions> = {
  depth: 1,
  units: 8,
  batchNorm: true,
  dropout: 0.2,
  noise: 0.1,
  batch: 4,
  epochs: 6,
  reportEvery: 2,
  schedule: { kind: 'plateau', patience: 1, factor: 0.5 },
  earlyStopping: { patience: 3 },
  clip: { norm: 1 },
}

interface Course {
  readonly model: NetworkModel
  readonly progress: FitProgress[]
  readonly checkpoints: Uint8Array[]
}

async function course(
  options: Partial<NetworkOptions>,
  run: NetworkRun & { readonly stopAt?: number } = {},
): Promise<Course> {
  const progress: FitProgress[] = []
  const checkpoints: Uint8Array[] = []
  const save = (bytes: Uint8Array): void => void checkpoints.push(bytes.slice())
  const model = await network().fit(x, y, options, {
    seed: 3,
    validation,
    ...run,
    checkpoint: { save, ...run.checkpoint },
    report(now) {
      progress.push(now)
      return now.step === run.stopAt ? 'stop' : 'continue'
    },
  })
  return { model, progress, checkpoints }
}

test('learning goes on from any checkpoint as if it had not stopped', async () => {
  const whole = await course(eventful)
  // 22 rows are 6 batches, so 3 reports an epoch: in the middle of one, and at the end of one.
  for (const stopAt of [1, 5, 6]) {
    const { checkpoints, progress } = await course(eventful, { stopAt })
    const rest = await course(eventful, { checkpoint: { from: checkpoints.at(-1)! } })
    expect([...progress, ...rest.progress]).toEqual(whole.progress)
    expect(rest.model.tensors).toEqual(whole.model.tensors)
    expect(rest.checkpoints.at(-1)).toEqual(whole.checkpoints.at(-1))
  }
})

test('a checkpoint of other learning is refused', async () => {
  const { checkpoints } = await course(eventful, { stopAt: 1 })
  const from = checkpoints[0]!
  for (const options of [{ units: 9 }, { dropout: 0.1 }, { batch: 5 }]) {
    const again = course({ ...eventful, ...options }, { checkpoint: { from } })
    await expect(again).rejects.toThrow(AttuneError)
  }
  const cut = course(eventful, { checkpoint: { from: from.subarray(0, 100) } })
  await expect(cut).rejects.toThrow('checkpoint')
  // More epochs go on where fewer ended.
  const longer = await course({ ...eventful, epochs: 7 }, { checkpoint: { from } })
  expect(longer.progress[0]).toMatchObject({ step: 2, steps: 21 })
})

test('reports tell of the epoch so far and of the validation rows', async () => {
  const { progress } = await course({ ...eventful, epochs: 2, earlyStopping: null })
  expect(progress.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6])
  for (const { steps, metrics } of progress) {
    expect(steps).toBe(6)
    expect(Object.keys(metrics)).toEqual(['loss', 'validationLoss', 'validationAccuracy'])
    expect(metrics['validationAccuracy']! * 30).toBeCloseTo(
      Math.round(metrics['validationAccuracy']! * 30),
    )
  }
})

test('a stop in the middle of an epoch leaves the model of that batch', async () => {
  const { model, progress } = await course(eventful, { stopAt: 4 })
  expect(progress.length).toBe(4)
  expect(model.epochs).toBe(1)
  const prediction = await model.predict(x)
  expect(prediction.kind === 'classes' && prediction.codes.length).toBe(22)
})

test('an aborted signal ends learning after the batch', async () => {
  const controller = new AbortController()
  const progress: number[] = []
  const model = await network().fit(
    x,
    y,
    { epochs: 50 },
    {
      signal: controller.signal,
      report({ step }) {
        progress.push(step)
        if (step === 3) controller.abort()
        return 'continue'
      },
    },
  )
  expect(progress).toEqual([1, 2, 3])
  expect(model.epochs).toBe(3)
})

test('early stopping ends after its patience and gives the best weights back', async () => {
  // The validation labels are the opposite, so that it gets worse from the first epoch on.
  const wrong = { x, y: { ...y, codes: y.codes.map((code) => 1 - code) } }
  const options = {
    depth: 1,
    units: 16,
    batch: 8,
    epochs: 40,
    optimizer: { kind: 'adam', rate: 0.05 },
  } as const
  const run = { validation: wrong }
  const stopped = await course({ ...options, earlyStopping: { patience: 4 } }, run)
  const losses = stopped.progress.map(({ metrics }) => metrics['validationLoss']!)
  const best = losses.indexOf(Math.min(...losses))
  expect(losses.length).toBe(best + 1 + 4)
  const alone = await course({ ...options, epochs: best + 1 }, run)
  expect(stopped.model.tensors).toEqual(alone.model.tensors)
  const last = await course({ ...options, earlyStopping: { patience: 4, restoreBest: false } }, run)
  expect(last.model.tensors).not.toEqual(alone.model.tensors)
})

test('early stopping watches a part of the examples when there are no others', async () => {
  const seen: string[][] = []
  const report = ({ metrics }: FitProgress): 'continue' => {
    seen.push(Object.keys(metrics))
    return 'continue'
  }
  const options = { epochs: 2, earlyStopping: { share: 0.2, metric: 'score' } } as const
  await network().fit(x, products(x), options, { report })
  expect(seen).toEqual(Array(2).fill(['loss', 'validationLoss', 'validationRmse']))
})

test('learning ends when the loss is no number any more', async () => {
  const options = {
    depth: 2,
    activation: 'exponential',
    optimizer: { kind: 'sgd', rate: 1e6 },
  } as const
  const { progress } = await course({ ...options, epochs: 30 })
  expect(progress.length).toBeLessThan(30)
  expect(progress.at(-1)!.metrics['validationLoss']).toBeNaN()
})
