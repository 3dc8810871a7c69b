import { describe, expect, test } from 'vitest'
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

test('a checkpoint of another network is refused, and one that is damaged', async () => {
  const { checkpoints } = await course(eventful, { stopAt: 1 })
  const from = checkpoints[0]!
  const others: [Partial<NetworkOptions>, string][] = [
    [{ units: 9 }, 'it has dense 1.kernel [2, 8] where this network has dense 1.kernel [2, 9]'],
    [{ depth: 2 }, 'it has output 3.kernel [8, 2] where this network has dense 3.kernel [8, 8]'],
    [{ batchNorm: false }, 'where this network has dense 1.bias [8]'],
    [{ loss: 'binary' }, 'its loss is "crossEntropy", but here it is "binary"'],
    [{ inputShape: [2, 1] }, 'its input is [2], but here it is [2,1]'],
  ]
  for (const [options, why] of others) {
    const again = course({ ...eventful, ...options }, { checkpoint: { from } })
    await expect(again).rejects.toThrow(why)
    await expect(again).rejects.toMatchObject({ code: 'data/format' })
  }
  const renamed = { ...y, labels: ['alike', 'unlike'] }
  const swapped = network().fit(x, renamed, eventful, { checkpoint: { from } })
  await expect(swapped).rejects.toThrow('its labels is ["unlike","alike"]')
  const cut = course(eventful, { checkpoint: { from: from.subarray(0, 100) } })
  await expect(cut).rejects.toThrow('checkpoint')
  // More epochs go on where fewer ended.
  const longer = await course({ ...eventful, epochs: 7 }, { checkpoint: { from } })
  expect(longer.progress[0]).toMatchObject({ step: 2, steps: 21 })
})

describe('another learning goes on from a checkpoint', () => {
  /** Of batches of all rows, so that an epoch is one step down the slope. */
  const plain = { depth: 1, units: 8, batch: 22, optimizer: { kind: 'sgd', rate: 0.1 } } as const
  const firstOf = ({ model }: Course): number => model.tensors['layers.0.kernel']![0]!

  test('at its own rate, which is where its own schedule is by now', async () => {
    const two = await course({ ...plain, batch: 11, epochs: 2 })
    const checkpoint = { from: two.checkpoints.at(-1)! }
    const next = async (rate: number, more: Partial<NetworkOptions> = {}): Promise<number> => {
      const optimizer = { kind: 'sgd', rate } as const
      const options = { ...plain, epochs: 3, optimizer, ...more }
      return firstOf(await course(options, { checkpoint, seed: 8 })) - firstOf(two)
    }
    const step = await next(0.1)
    expect(Math.abs(step)).toBeGreaterThan(1e-5)
    expect((await next(0.3)) / step).toBeCloseTo(3, 2)
    // The third of three epochs begins at two thirds, though four steps were made.
    const later = { kind: 'step', at: [0.7], factor: 0.1 } as const
    expect(await next(0.1, { schedule: later })).toBe(step)
    const sooner = { ...later, at: [0.6] }
    expect((await next(0.1, { schedule: sooner })) / step).toBeCloseTo(0.1, 2)
    // A penalty pulls as well.
    expect(await next(0.1, { l2: 0.5 })).not.toBe(step)
  })

  test('in the order that its own seed gives to the epochs it begins', async () => {
    const options = { ...plain, batch: 4, epochs: 3, reportEvery: 2 } as const
    const parent = await course(options)
    // 22 rows are 6 batches: the fourth checkpoint is of two batches of the second epoch.
    const from = parent.checkpoints[3]!
    const same = await course(options, { checkpoint: { from } })
    const other = await course(options, { checkpoint: { from }, seed: 9 })
    expect(other.progress.map(({ step }) => step)).toEqual([5, 6, 7, 8, 9])
    // The epoch is ended in the order it was begun in, so that every row is seen once.
    expect(other.progress.slice(0, 2)).toEqual(same.progress.slice(0, 2))
    expect(other.progress[2]).not.toEqual(same.progress[2])
    const ended = await course(options, { checkpoint: { from: parent.checkpoints[2]! }, seed: 9 })
    expect(ended.progress[0]).not.toEqual(parent.progress[3])
  })

  test('from the beginning of an epoch when its batches are others', async () => {
    const { checkpoints } = await course(eventful)
    const options = { ...eventful, batch: 5 }
    const { progress } = await course(options, { checkpoint: { from: checkpoints[3]! } })
    // Of 5 batches there are 3 reports an epoch too.
    expect(progress.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 4))
  })

  test('with another optimiser, which begins anew', async () => {
    const adam = { ...plain, epochs: 2, optimizer: { kind: 'adam', rate: 0.1 } } as const
    const parent = await course(adam)
    const checkpoint = { from: parent.checkpoints.at(-1)! }
    const options = { ...plain, epochs: 3, optimizer: { kind: 'rmsprop', rate: 0.001 } } as const
    const next = await course(options, { checkpoint })
    // The first step of rmsprop without a memory is 0.001 / √(1 - 0.9), whatever the gradient.
    expect(Math.abs(firstOf(next) - firstOf(parent))).toBeCloseTo(0.001 / Math.sqrt(0.1), 5)
  })

  test('without its dropout and noise, which have no weights', async () => {
    const parent = await course({ ...eventful, earlyStopping: null })
    const from = parent.checkpoints.at(-1)!
    const options = { ...eventful, earlyStopping: null, dropout: 0, noise: 0 }
    const { model } = await course(options, { checkpoint: { from } })
    expect(Object.values(model.tensors)).toEqual(Object.values(parent.model.tensors))
    expect(Object.keys(model.tensors)).not.toEqual(Object.keys(parent.model.tensors))
    expect(await model.predict(x)).toEqual(await parent.model.predict(x))
  })

  test('with the numbers of its target on the scale of the checkpoint', async () => {
    const numbers = products(x)
    const checkpoints: Uint8Array[] = []
    const save = (bytes: Uint8Array): void => void checkpoints.push(bytes)
    const options = { ...plain, epochs: 2 }
    const parent = await network().fit(x, numbers, options, { checkpoint: { save } })
    const others = { ...numbers, values: numbers.values.map((value) => 3 * value + 5) }
    const from = checkpoints.at(-1)!
    const model = await network().fit(x, others, options, { checkpoint: { from } })
    expect(await model.predict(x)).toEqual(await parent.predict(x))
    expect((await network().fit(x, others, options)).coding).not.toEqual(model.coding)
  })

  test('forgetting what it watched when that is not comparable', async () => {
    const best = { ...plain, epochs: 6, earlyStopping: { patience: 2 } } as const
    // Of a rate this high nothing gets better after the first epochs.
    const optimizer = { kind: 'sgd', rate: 1e-9 } as const
    const parent = await course({ ...best, optimizer, earlyStopping: { patience: 2, minDelta: 1 } })
    expect(parent.progress.length).toBe(3)
    const from = parent.checkpoints.at(-1)!
    const same = await course(best, { checkpoint: { from } })
    expect(same.progress.length).toBe(0)
    const score = { ...best, earlyStopping: { patience: 2, metric: 'score' } } as const
    expect((await course(score, { checkpoint: { from } })).progress.length).toBeGreaterThan(0)
  })
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
