import type { Executor, Scheduler, Trial } from '@attune/core'
import {
  asha,
  choice,
  createStudy,
  createTrial,
  float,
  inline,
  none,
  random,
  space,
} from '@attune/core'
import { expect, test } from 'vitest'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import type { VectorisedOptions } from '../../src/network/vectorised/vectorised-executor.ts'
import { vectorisedExecutor } from '../../src/network/vectorised/vectorised-executor.ts'
import { exclusiveOr, points } from './data.ts'

const x = points(48, 2)
const y = exclusiveOr(x)
const validation = { x: points(20, 2, 2), y: exclusiveOr(points(20, 2, 2)) }
const objectives = [{ name: 'validationLoss', direction: 'minimize' }] as const

const searched = space({
  units: choice([4, 6]),
  rate: float(1e-3, 0.3, { scale: 'log' }),
  l2: float(1e-5, 0.1, { scale: 'log' }),
  dropout: float(0.1, 0.5),
})
interface Params {
  readonly units: number
  readonly rate: number
  readonly l2: number
  readonly dropout: number
}

function optionsOf({ params }: Trial<Params>): Partial<NetworkOptions> {
  const { rate, ...rest } = params
  return { ...rest, depth: 1, batch: 16, epochs: 4, optimizer: { kind: 'adam', rate } }
}

const vectorised = (
  executor: GraphExecutor,
  more: Partial<VectorisedOptions<Params>> = {},
): Executor<Params> =>
  vectorisedExecutor({ x, y, validation, objectives, optionsOf, executor, slots: 4, ...more })

/** One network at a time, as an objective that a user writes. */
const single = (executor: GraphExecutor): Executor<Params> =>
  inline<Params>(
    async (trial) => {
      let metrics: Readonly<Record<string, number>> = {}
      const { signal, seed } = trial
      await network().fit(x, y, optionsOf(trial), {
        ...{ validation, signal, seed, executor },
        async report(progress) {
          metrics = progress.metrics
          return (await trial.report(metrics, { step: progress.step })).kind
        },
      })
      return metrics
    },
    { objectives },
  )

interface Ended {
  readonly state: string
  readonly step: number | undefined
  readonly metrics: Readonly<Record<string, number>>
  readonly lastReport: Readonly<Record<string, number>>
}

/** What a deterministic study of twelve trials came to. */
async function studied(
  executor: Executor<Params>,
  workers: number,
  scheduler: Scheduler,
): Promise<Ended[]> {
  const study = await createStudy({
    space: searched,
    objective: { minimize: 'validationLoss' },
    sampler: random(),
    scheduler,
    deterministic: true,
    lag: 4,
    seed: 3,
  })
  await study.optimize(executor, { trials: 12, workers })
  const trials = study.trials()
  await study.close()
  return trials.map(({ state, step, metrics, lastReport }) => {
    return { state, step, metrics, lastReport }
  })
}

const rungs = (): Scheduler => asha({ minSteps: 1, factor: 2 })

test('a study has the same results with stacked trials as with one after another', async () => {
  const expected = await studied(single(referenceExecutor()), 1, rungs())
  const found = await studied(vectorised(referenceExecutor()), 4, rungs())
  expect(found.map(({ state, step }) => [state, step])).toEqual(
    expected.map(({ state, step }) => [state, step]),
  )
  expect(new Set(found.map(({ state }) => state))).toEqual(new Set(['complete', 'pruned']))
  for (const [i, one] of expected.entries()) {
    for (const kind of ['metrics', 'lastReport'] as const) {
      expect(Object.keys(found[i]![kind])).toEqual(Object.keys(one[kind]))
      for (const [name, value] of Object.entries(one[kind])) {
        expect(found[i]![kind][name], `trial ${i} ${name}`).toBeCloseTo(value, 8)
      }
    }
  }
})

test('on onnxruntime-node the results are the same bits for any number of slots', async () => {
  const executor = await nativeExecutor()
  const alone = await studied(vectorised(executor), 1, rungs())
  expect(await studied(vectorised(executor), 4, rungs())).toEqual(alone)
})

test('trials of one architecture compute together', async () => {
  const runs: string[] = []
  const reference = referenceExecutor()
  const counted: GraphExecutor = {
    name: 'reference',
    async compile(graph) {
      const compiled = await reference.compile(graph)
      return {
        ...compiled,
        run(inputs, options) {
          runs.push(`${graph.name} ${options!.dims!['members'] ?? 1}`)
          return compiled.run(inputs, options)
        },
      }
    },
  }
  const same = (trial: Trial<Params>) => ({ ...optionsOf(trial), units: 4 })
  await studied(vectorised(counted, { optionsOf: same }), 4, none())
  const steps = runs.filter((run) => run.startsWith('stacked training'))
  // Twelve trials of four epochs of three batches; the first of four begin before the last are suggested.
  expect(steps.length).toBeLessThan((12 * 12 * 2) / 3)
  expect(steps).toContain('stacked training 4')
  runs.length = 0
  await studied(vectorised(counted, { optionsOf: same, group: 'never' }), 4, none())
  expect(runs.filter((run) => run === 'training 1')).toHaveLength(12 * 12)
})

/** A trial outside of a study, which counts its reports. */
function someTrial(
  number: number,
  signal: AbortSignal,
  onReport: (step: number) => void = () => {},
): Trial<Params> {
  const params = { units: 4, rate: 0.01, l2: 1e-3, dropout: 0.2 }
  return createTrial<Params>(
    {
      ...{ number, params, values: params, seed: number, epoch: 0, studySeed: 0 },
      ...{ objective: 'validationLoss', proposed: {}, declared: {} },
    },
    {
      signal: () => signal,
      async send(step) {
        onReport(step)
        return { kind: 'continue' }
      },
    },
  )
}

test('an aborted trial is interrupted and leaves the others, a later one joins', async () => {
  const executor = vectorised(referenceExecutor())
  const ending = new AbortController()
  const running = new AbortController()
  let later: Promise<unknown> | undefined
  const first = executor.run(
    someTrial(0, ending.signal, (step) => {
      if (step === 2) ending.abort()
    }),
  )
  const second = executor.run(
    someTrial(1, running.signal, (step) => {
      if (step === 3) later = executor.run(someTrial(1, running.signal))
    }),
  )
  expect(await first).toEqual({ state: 'interrupted' })
  expect(await second).toMatchObject({ state: 'complete' })
  expect(await later).toEqual(await second)
  expect(await executor.run(someTrial(2, ending.signal))).toEqual({ state: 'interrupted' })
})

test('the result is that of the network, with early stopping of the best epoch', async () => {
  const executor = vectorised(referenceExecutor(), {
    optionsOf: (trial) => ({
      ...optionsOf(trial),
      optimizer: { kind: 'sgd', rate: 30 },
      epochs: 6,
      earlyStopping: { patience: 5 },
    }),
  })
  const losses: number[] = []
  const trial = someTrial(4, new AbortController().signal)
  const outcome = await executor.run({
    ...trial,
    signal: trial.signal,
    async report(values, options) {
      losses.push((values as Record<string, number>)['validationLoss']!)
      return trial.report(values, options)
    },
  })
  expect(losses.at(-1)).toBeGreaterThan(Math.min(...losses))
  const found = outcome.state === 'complete' ? outcome.metrics : {}
  expect(found['validationLoss']).toBeCloseTo(Math.min(...losses), 12)
  expect(Object.keys(found)).toEqual(['loss', 'validationLoss', 'validationAccuracy'])
})

test('a trial whose options are wrong fails by itself', async () => {
  const executor = vectorised(referenceExecutor(), {
    optionsOf: (trial) => ({ ...optionsOf(trial), batch: trial.number === 0 ? 0 : 16 }),
  })
  const { signal } = new AbortController()
  const [wrong, right] = await Promise.all([0, 1].map((i) => executor.run(someTrial(i, signal))))
  expect(wrong).toMatchObject({ state: 'failed', failure: { reason: 'error' } })
  expect(right).toMatchObject({ state: 'complete' })
})
