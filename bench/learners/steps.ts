import type { Matrix } from '@attune/models'
import { createRng } from '@attune/core'
import { network, onnxBytes } from '@attune/models'
import { createOptimizer } from '../../packages/models/src/engine/optimizer.ts'
import { createParameters } from '../../packages/models/src/engine/parameters.ts'
import { checkNetworkOptions } from '../../packages/models/src/network/check-options.ts'
import { trainingGraph } from '../../packages/models/src/network/graphs.ts'
import type { NetworkOptions } from '../../packages/models/src/network/options.ts'
import { planOf } from '../../packages/models/src/network/plan.ts'
import { initialWeights, weightsOf } from '../../packages/models/src/network/weights.ts'

/** One of the trainings by which the engine was chosen. */
export interface StepCase {
  readonly name: string
  readonly columns: number
  readonly classes: number
  readonly options: NetworkOptions
  /** Steps that are timed at a stretch. */
  readonly steps: number
  /** CPU milliseconds a step measured then, on a quiet machine: onnxruntime-node, and PyTorch 1.13 with one thread. */
  readonly noted: readonly [number, number]
}

const dense = (units: number) => ({ kind: 'dense', units, activation: 'relu' }) as const
const convolution = (channels: number, side: number): NetworkOptions => ({
  inputShape: [channels, side, side],
  layers: [
    { kind: 'conv2d', filters: 16, size: 5, padding: 'same', activation: 'relu' },
    { kind: 'maxPool2d', size: 2 },
    { kind: 'conv2d', filters: 32, size: 5, padding: 'same', activation: 'relu' },
    { kind: 'maxPool2d', size: 2 },
    { kind: 'flatten' },
    dense(128),
  ],
  batch: 32,
})

export const stepCases: readonly StepCase[] = [
  {
    name: 'MLP 784-1000-1000-1000-10, batch 100',
    columns: 784,
    classes: 10,
    options: { layers: [dense(1000), dense(1000), dense(1000)], batch: 100 },
    steps: 60,
    noted: [13, 32.2],
  },
  {
    name: 'MLP 2-64-32-16-2, batch 64',
    columns: 2,
    classes: 2,
    options: { layers: [dense(64), dense(32), dense(16)], batch: 64 },
    steps: 4000,
    noted: [0.062, 0.262],
  },
  {
    name: 'CNN 28x28x1, batch 32',
    columns: 784,
    classes: 10,
    options: convolution(1, 28),
    steps: 60,
    noted: [10.9, 9.6],
  },
  {
    name: 'CNN 32x32x3, batch 32',
    columns: 3072,
    classes: 10,
    options: convolution(3, 32),
    steps: 40,
    noted: [14.7, 14.1],
  },
  {
    name: 'LSTM 64, 100 steps of 20, batch 32',
    columns: 2000,
    classes: 2,
    options: { inputShape: [100, 20], layers: [{ kind: 'lstm', units: 64 }], batch: 32 },
    steps: 60,
    noted: [7.6, 16.8],
  },
]

export interface StepCost {
  readonly executor: string
  /** CPU milliseconds a step, the least of the rounds: by the learner, and by a loop written by hand. */
  readonly ours: number
  readonly byHand: number
  /** The median over the rounds of ours / by hand, which ran in turns. */
  readonly ratio: number
}

/**
 * Trains with the learner, and between its epochs runs a plain loop over the same graph on the same
 * runtime: batches copied together, one call of the session, one step of the same Adam.
 */
export async function stepCost(task: StepCase, rounds: number): Promise<StepCost> {
  const { x, y } = examplesOf(task)
  const byHand = await handWritten(task, x, y.codes)
  const ours: number[] = []
  const theirs: number[] = []
  let before = process.cpuUsage()
  const model = await network().fit(
    x,
    y,
    {
      ...task.options,
      optimizer: { kind: 'adam' },
      epochs: rounds + 1,
      executor: 'onnxruntime-node',
    },
    {
      async report({ step }): Promise<'continue'> {
        const cost = spent(before) / task.steps
        if (step > 1) ours.push(cost)
        const other = process.cpuUsage()
        await byHand()
        if (step > 1) theirs.push(spent(other) / task.steps)
        before = process.cpuUsage()
        return 'continue'
      },
    },
  )
  const ratios = ours.map((cost, i) => cost / theirs[i]!).sort((a, b) => a - b)
  return {
    executor: model.executor,
    ours: Math.min(...ours),
    byHand: Math.min(...theirs),
    ratio: ratios[ratios.length >> 1]!,
  }
}

function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function examplesOf({ columns, classes, options, steps }: StepCase) {
  const rng = createRng('bench learners', columns)
  const rows = steps * (options.batch as number)
  const data = Float32Array.from({ length: rows * columns }, () => rng.next() - 0.5)
  const codes = Int32Array.from({ length: rows }, () => rng.int(classes))
  const labels = Array.from({ length: classes }, (_, k) => String(k))
  return {
    x: { rows, columns, data } satisfies Matrix,
    y: { kind: 'classes', codes, labels } as const,
  }
}

/** What somebody writes who knows the runtime: no checks, no reports. */
async function handWritten(
  task: StepCase,
  x: Matrix,
  codes: Int32Array,
): Promise<() => Promise<void>> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const batch = task.options.batch as number
  const labels = Array.from({ length: task.classes }, (_, k) => String(k))
  const options = checkNetworkOptions('classification', labels, task.options)
  const plan = planOf(options, x, task.classes)
  const { graph, loss, gradients } = trainingGraph(plan, 'crossEntropy', 1)
  const session = await InferenceSession.create(onnxBytes(graph), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  const parameters = createParameters(weightsOf(plan))
  const initial = initialWeights(weightsOf(plan), 0)
  for (const [name, values] of Object.entries(parameters.inputs)) values.set(initial[name]!)
  const optimizer = createOptimizer({ kind: 'adam' }, parameters)
  const dims = Object.fromEntries(weightsOf(plan).map((weight) => [weight.name, weight.dims]))
  const shapes = new Map(graph.inputs.map(({ name, dims: own }) => [name, own]))
  const tensor = (name: string, data: Float32Array) =>
    new Tensor(
      'float32',
      data,
      (shapes.get(name) ?? []).map((d) => (typeof d === 'string' ? batch : d)),
    )
  const inputs: Record<string, Float32Array> = {
    x: new Float32Array(batch * x.columns),
    targets: new Float32Array(batch * task.classes),
    weights: new Float32Array(batch).fill(1 / batch),
  }
  const feeds = Object.fromEntries([
    ...Object.entries(inputs).map(([name, data]) => [name, tensor(name, data)] as const),
    ...Object.entries(parameters.inputs).map(([name, data]) => [name, tensor(name, data)] as const),
  ])
  const fetches = Object.fromEntries([
    [loss, null] as const,
    ...Object.entries(gradients).map(
      ([name, output]) =>
        [
          output,
          new Tensor('float32', parameters.segment(name).gradients, [...dims[name]!]),
        ] as const,
    ),
  ])
  const order = Int32Array.from({ length: x.rows }, (_, i) => i)
  return async () => {
    createRng('order').shuffle(order)
    for (let from = 0; from < x.rows; from += batch) {
      inputs['targets']!.fill(0)
      for (let i = 0; i < batch; i++) {
        const row = order[from + i]!
        inputs['x']!.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
        inputs['targets']![i * task.classes + codes[row]!] = 1
      }
      await session.run(feeds, fetches)
      optimizer.update({ rate: 0.001 })
    }
  }
}
