import { expect, test } from 'vitest'
import { nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import { cachingExecutor } from '../../src/engine/compile-cache.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import type { FitProgress } from '../../src/learners/learner.ts'
import type { Matrix, Target } from '../../src/matrix.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import type { NetworkModel } from '../../src/network/model.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import type { NetworkMember } from '../../src/network/vectorised.ts'
import { fitNetworks } from '../../src/network/vectorised.ts'
import { exclusiveOr, points, products } from './data.ts'

const x = points(37, 3)
const validation = { x: points(11, 3, 2), y: exclusiveOr(points(11, 3, 2)) }

/** Counts runs of graphs. */
function counting(executor: GraphExecutor): { executor: GraphExecutor; runs: Map<string, number> } {
  const runs = new Map<string, number>()
  return {
    runs,
    executor: {
      name: executor.name,
      async compile(graph) {
        const compiled = await executor.compile(graph)
        return {
          ...compiled,
          run(inputs, options) {
            runs.set(graph.name, (runs.get(graph.name) ?? 0) + 1)
            return compiled.run(inputs, options)
          },
        }
      },
    },
  }
}

interface Trained {
  readonly model: NetworkModel
  readonly progress: readonly FitProgress[]
}

async function alone(
  y: Target,
  options: Partial<NetworkOptions>,
  { options: own, ...run }: NetworkMember,
  executor: GraphExecutor,
): Promise<Trained> {
  const progress: FitProgress[] = []
  const report = (at: FitProgress) => {
    progress.push(at)
    return run.report?.(at) ?? 'continue'
  }
  const model = await network().fit(x, y, { ...options, ...own }, { ...run, report, executor })
  return { model, progress }
}

async function together(
  y: Target,
  options: Partial<NetworkOptions>,
  members: readonly NetworkMember[],
  executor: GraphExecutor,
): Promise<Trained[]> {
  const progress = members.map((): FitProgress[] => [])
  const watched = members.map((member, i) => ({
    ...member,
    report(at: FitProgress) {
      progress[i]!.push(at)
      return member.report?.(at) ?? 'continue'
    },
  }))
  const models = await fitNetworks(x, y, options, watched, { executor })
  return models.map((model, i) => ({ model, progress: progress[i]! }))
}

/** The largest difference of weights, statistics and reported metrics. */
function difference(a: Trained, b: Trained): number {
  expect(Object.keys(b.model.tensors)).toEqual(Object.keys(a.model.tensors))
  expect(b.progress.map(({ step, steps }) => [step, steps])).toEqual(
    a.progress.map(({ step, steps }) => [step, steps]),
  )
  const tensors = Object.entries(a.model.tensors).flatMap(([name, values]) =>
    Array.from(values, (value, i) => Math.abs(value - b.model.tensors[name]![i]!)),
  )
  const metrics = a.progress.flatMap((at, i) =>
    Object.entries(at.metrics).map(([name, value]) =>
      Math.abs(value - b.progress[i]!.metrics[name]!),
    ),
  )
  return Math.max(...tensors, ...metrics)
}

/** Members that differ in all that they may. */
const members: readonly NetworkMember[] = [
  { seed: 1, validation },
  { seed: 2, options: { l2: 0.01, l1: 0.003, optimizer: { kind: 'adam', rate: 0.02 } } },
  {
    seed: 3,
    options: { optimizer: { kind: 'nesterov', rate: 0.05, momentum: 0.8 }, clip: { norm: 0.5 } },
    weights: Float64Array.from({ length: x.rows }, (_, i) => 1 + (i % 3)),
  },
  { seed: 4, options: { epochs: 3, schedule: { kind: 'cosine' }, labelSmoothing: 0.1 } },
  { seed: 5, options: { batch: 8, earlyStopping: { patience: 1, metric: 'score' } } },
  { seed: 6, report: ({ step }) => (step === 2 ? 'stop' : 'continue') },
]

const layered = (rate: number): Partial<NetworkOptions> => ({
  layers: [
    { kind: 'gaussianNoise', sd: rate },
    { kind: 'dense', units: 7, bias: false },
    { kind: 'batchNorm' },
    { kind: 'activation', activation: 'leakyRelu', slope: 0.2 },
    { kind: 'dropout', rate },
    {
      kind: 'residual',
      layers: [{ kind: 'dense', units: 5, activation: 'gelu' }, { kind: 'layerNorm' }],
      shortcut: [{ kind: 'dense', units: 5, activation: 'softmax' }],
    },
  ],
})

test('members are the networks that are learnt alone, on the reference executor to 1e-9', async () => {
  const options: Partial<NetworkOptions> = { ...layered(0.2), batch: 16, epochs: 2 }
  const others = [...members, { seed: 7, options: layered(0.4) }]
  const found = await together(exclusiveOr(x), options, others, referenceExecutor())
  for (const [i, member] of others.entries()) {
    const one = await alone(exclusiveOr(x), options, member, referenceExecutor())
    expect(difference(one, found[i]!), `member ${i}`).toBeLessThan(1e-9)
  }
})

test('a step of all members, and a look at validation rows, is one run of a graph', async () => {
  const { executor, runs } = counting(referenceExecutor())
  const options = { depth: 1, units: 4, batch: 16, epochs: 2 }
  const eight = Array.from({ length: 8 }, (_, seed) => ({ seed, validation }))
  await fitNetworks(x, exclusiveOr(x), options, eight, { executor })
  // Three batches an epoch, the last of five rows.
  const counts = { 'stacked training': 6, 'stacked scoring': 2, 'stacked loss': 2 }
  expect(Object.fromEntries(runs)).toEqual(counts)
  runs.clear()
  const many = Array.from({ length: 33 }, (_, seed) => ({ seed }))
  await fitNetworks(x, exclusiveOr(x), { ...options, epochs: 1 }, many, { executor })
  // More than 32 are computed in two parts.
  expect(Object.fromEntries(runs)).toEqual({ 'stacked training': 6 })
})

test.each(['binary', 'squared', 'absolute', 'huber'] as const)(
  'the loss %s is that of members alone',
  async (loss) => {
    const y = loss === 'binary' ? exclusiveOr(x) : products(x)
    const options = { loss, depth: 1, units: 4, batch: 16, epochs: 2 }
    const seeds = [{ seed: 1 }, { seed: 2, options: { l2: 0.1 } }]
    const found = await together(y, options, seeds, referenceExecutor())
    for (const [i, member] of seeds.entries()) {
      const one = await alone(y, options, member, referenceExecutor())
      expect(difference(one, found[i]!)).toBeLessThan(1e-9)
    }
  },
)

test('onnxruntime-node: members agree with those alone to 1e-4', async () => {
  const executor = await nativeExecutor()
  const options: Partial<NetworkOptions> = { ...layered(0.2), batch: 16, epochs: 2 }
  const found = await together(exclusiveOr(x), options, members, executor)
  for (const [i, member] of members.entries()) {
    const one = await alone(exclusiveOr(x), options, member, executor)
    expect(difference(one, found[i]!), `member ${i}`).toBeLessThan(1e-4)
  }
  const { model } = found[0]!
  expect(model.executor).toBe('onnxruntime-node')
  const exact = await network().load(model.toJSON()).predict(x)
  expect(await model.predict(x)).toEqual(exact)
})

/** Activations and layers in whose sums and last numbers runtimes round by place. */
const placed: Partial<NetworkOptions> = {
  layers: [
    { kind: 'layerNorm' },
    { kind: 'dense', units: 5, activation: 'elu' },
    { kind: 'layerNorm' },
    { kind: 'dense', units: 3, activation: 'softplus' },
    { kind: 'batchNorm' },
    { kind: 'dense', units: 7, activation: 'selu' },
  ],
}

test.each([
  ['onnxruntime-node', nativeExecutor, placed],
  ['onnxruntime-web', webExecutor, { units: 6, depth: 1, activation: 'elu' }],
] as const)('%s: members have the same bits in any company', async (_, make, options) => {
  const executor = cachingExecutor(await make())
  const learning = { ...options, batch: 16, epochs: 2 }
  const found = await together(exclusiveOr(x), learning, members, executor)
  for (const company of [[0], [5, 4, 2]]) {
    const chosen = company.map((i) => members[i]!)
    const others = await together(exclusiveOr(x), learning, chosen, executor)
    for (const [k, i] of company.entries()) {
      expect(others[k]!.model.tensors, `member ${i}`).toEqual(found[i]!.model.tensors)
      expect(others[k]!.progress, `member ${i}`).toEqual(found[i]!.progress)
    }
  }
})

test('networks that cannot or need not be stacked are learnt by themselves', async () => {
  const { executor, runs } = counting(referenceExecutor())
  const image: Matrix = points(6, 16)
  const y = exclusiveOr(image)
  const run = { executor }
  const convolution: Partial<NetworkOptions> = {
    inputShape: [1, 4, 4],
    layers: [{ kind: 'conv2d', filters: 2, size: 3 }],
    epochs: 1,
  }
  await fitNetworks(image, y, convolution, [{ seed: 1 }, { seed: 2 }], run)
  await fitNetworks(image, y, { units: 65, epochs: 1 }, [{ seed: 1 }, { seed: 2 }], run)
  expect([runs.get('stacked training'), runs.get('training')]).toEqual([undefined, 4])
  const flat = { ...convolution, layers: [{ kind: 'flatten' as const }] }
  await fitNetworks(image, y, { ...flat, units: 3 }, [{ seed: 1 }, { seed: 2 }], run)
  expect([runs.get('stacked training'), runs.get('training')]).toEqual([1, 4])
})

test('a member with wrong options or a report that throws ends with its error', async () => {
  const y = exclusiveOr(x)
  const options: Partial<NetworkOptions> = { units: 3, epochs: 2, executor: 'reference' }
  await expect(
    fitNetworks(x, y, options, [{ seed: 1 }, { options: { batch: 0 } }]),
  ).rejects.toMatchObject({ code: 'models/options' })
  const reports: number[] = []
  const throwing = {
    report() {
      throw new Error('disk full')
    },
  }
  const watching = {
    report({ step }: FitProgress) {
      reports.push(step)
      return 'continue' as const
    },
  }
  await expect(fitNetworks(x, y, options, [throwing, watching])).rejects.toThrow('disk full')
  expect(reports).toEqual([1, 2])
})
