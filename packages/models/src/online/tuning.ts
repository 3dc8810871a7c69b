import { createRng } from '@attune/core'
import type { CompiledGraph, GraphExecutor, TensorData } from '../engine/executor.ts'
import type { Optimizer, UpdateRates } from '../engine/optimizer.ts'
import type { StepResult, TrainingStep } from '../engine/step.ts'
import { createStep } from '../engine/step.ts'
import type { Examples, Feed } from '../network/feed.ts'
import { createFeeder } from '../network/feed.ts'
import { trainingGraph } from '../network/graphs.ts'
import type { CheckedOptions } from '../network/options.ts'
import type { TargetCoding } from '../network/targets.ts'
import type { WeightSpec } from '../network/weights.ts'
import { drawsOf } from '../network/weights.ts'
import type { Hypergradients } from './hypergradients.ts'
import { addByProducts, addByWeights, addTo } from './hypergradients.ts'
import type { LastUpdate, UpdatedTensor } from './last-update.ts'
import { notebookL2Gradient, notebookNoiseGradient } from './notebook.ts'
import type { OnlinePlan } from './places.ts'
import { quietPlan } from './places.ts'
import { productGraph, slopeGraph, slopedTrainingGraph } from './product-graph.ts'
import type { BatchPlace, TunedBatch } from './tuned-batch.ts'
import { createCompleter } from './tuned-batch.ts'
import { dotProduct, kernelPull, pullThroughUpdate } from './update-slopes.ts'
import type { ValueTuner } from './tuner.ts'
import { createValueTuner } from './tuner.ts'

/** Tunes hyperparameters between the steps of a network that learns. */
export interface Tuning {
  /** Loss and gradients of a batch, with the noise that is tuned. */
  run(feed: Feed, rows: number, place: BatchPlace): Promise<StepResult>
  /** What weights are updated by, from the rate that options and schedule say. */
  rates(specs: readonly WeightSpec[], rate: number): readonly UpdateRates[]
  /** To be called with the gradients there, before the update. */
  beforeUpdate(): void
  /** Moves the hyperparameters when it is time, after the update and before the next batch. */
  afterUpdate(rates: readonly UpdateRates[], norm: number | null): Promise<void>
  release(): Promise<void>
}

export interface TuningSetup {
  readonly executor: GraphExecutor
  readonly online: OnlinePlan
  /** The T2 rows. */
  readonly rows: Int32Array
  readonly coding: TargetCoding
  readonly options: CheckedOptions
  readonly examples: Examples
  readonly seed: number
  readonly optimizer: Optimizer
  readonly tuner: ValueTuner
  /** The learning rate that the options say, which a tuned one takes the place of. */
  readonly rate: number
  /** Rows of a batch of training, at most. */
  readonly batch: number
}

/** How the second derivatives are found. */
interface Products {
  /** By tuned input wᵀ ∂²C₁/∂θ∂λ; w are the vectors. */
  of(batch: TunedBatch, rows: number): Promise<Readonly<Record<string, TensorData>>>
  /** Runs the step before an update that is followed by `of`, if that needs more than another step. */
  readonly step: TrainingStep | undefined
  release(): Promise<void>
}

/** @param step of the training graph of `online.plan` */
export async function startTuning(setup: TuningSetup, step: TrainingStep): Promise<Tuning> {
  const { online, coding, tuner, optimizer, batch, seed } = setup
  const { ratio = 10 } = online.options
  const smooths = tuner.numbers.some(({ name }) => name === 'labelSmoothing')
  const complete = createCompleter(online.draws, smooths, coding, batch, seed, 'network draws')
  const tensors = tensorsOf(setup)
  const second = await secondSet(setup, tensors)
  const products = await productsOf(setup, tensors, smooths)
  let current: { readonly batch: TunedBatch; readonly rows: number }
  const { memory } = optimizer.parameters
  const pull = memory === null ? pullThroughUpdate : kernelPull(memory)
  const lastUpdate = (rates: readonly UpdateRates[], norm: number | null): LastUpdate => ({
    ...{ spec: optimizer.spec, steps: optimizer.steps, clipping: setup.options.clip ?? {}, norm },
    tensors: tensors.map((tensor, i) => ({ ...tensor, rates: rates[i]! })),
    asSgd: online.options.update === 'sgd',
  })
  const isDue = (updates: number): boolean => updates % ratio === 0

  return {
    async run(feed, rows, place) {
      const tuned = complete(feed, rows, place, tuner.values)
      const due = isDue(optimizer.steps + 1)
      const result =
        due && products?.step !== undefined
          ? await products.step.run({ ...tuned.feed, ...tuned.directions })
          : await step.run(tuned.feed)
      current = { batch: tuned, rows }
      return result
    },
    rates(specs, rate) {
      const factor = tuner.values['rate'] === undefined ? 1 : tuner.values['rate'] / setup.rate
      return specs.map(({ name, l1, l2 }) => {
        const number = online.penalties.get(name)
        return { rate: rate * factor, l1, l2: number === undefined ? l2 : tuner.values[number]! }
      })
    },
    beforeUpdate() {
      if (!isDue(optimizer.steps + 1)) return
      for (const { before, after } of tensors) before.set(after)
    },
    async afterUpdate(rates, norm) {
      if (!isDue(optimizer.steps)) return
      const noise = await second.run(tuner.steps)
      const found: Hypergradients = new Map()
      if (online.options.variant === 'fioravanti-notebook') {
        addByNotebook(found, setup, tensors, rates, noise)
      } else {
        addByWeights(found, online, tuner.values, lastUpdate(rates, norm), pull)
        if (products !== undefined) {
          const outputs = await products.of(current.batch, current.rows)
          addByProducts(found, online, tuner.values, outputs)
        }
      }
      tuner.step(Object.fromEntries(found))
    },
    async release() {
      await second.release()
      await products?.release()
    },
  }
}

/** The tuner of what is tuned in a network, at its start. */
export function tunerOf({ numbers, options: { clip = 3, variant } }: OnlinePlan): ValueTuner {
  return createValueTuner(numbers, clip, variant === 'fioravanti-notebook')
}

type Tensor = UpdatedTensor & { readonly before: Float32Array; readonly vector: Float32Array }

function tensorsOf({ optimizer }: TuningSetup): Omit<Tensor, 'rates'>[] {
  const { segments, states, spare } = optimizer.parameters
  const [before, vector] = [spare[0]!, spare[1]!]
  return segments.map(({ name, offset, size, values: after, gradients }) => {
    const viewOf = (flat: Float32Array): Float32Array => flat.subarray(offset, offset + size)
    return {
      ...{ name, after, gradients, before: viewOf(before), vector: viewOf(vector) },
      ...{ first: viewOf(states[0]), second: viewOf(states[1]) },
    }
  })
}

/** The gradient of the T2 loss, into the vectors. */
async function secondSet(
  { executor, online, rows, coding, options, examples, seed, optimizer, tuner, batch }: TuningSetup,
  tensors: readonly Omit<Tensor, 'rates'>[],
): Promise<{ run(count: number): Promise<Feed>; release(): Promise<void> }> {
  // The notebook's T2 loss has the noise that is tuned.
  const noisy = online.options.variant === 'fioravanti-notebook'
  const plan = noisy ? online.plan : quietPlan(online.plan)
  const size = Math.min(online.options.batch ?? batch, rows.length)
  const draws = noisy ? untuned(online) : []
  const feeder = createFeeder(examples, coding, draws, size, seed)
  const tuned = noisy ? online.draws : []
  const complete = createCompleter(tuned, false, coding, size, seed, 'online draws')
  const graph = trainingGraph(plan, coding.loss, options.huberDelta)
  const step = await createStep(executor, graph, optimizer.parameters)
  const gradients = Object.fromEntries(tensors.map(({ name, vector }) => [name, vector]))
  const batches = Math.ceil(rows.length / size)
  let order: { readonly epoch: number; readonly rows: Int32Array } | undefined
  return {
    async run(count) {
      const place = { epoch: Math.floor(count / batches), index: count % batches }
      if (order?.epoch !== place.epoch) {
        order = { epoch: place.epoch, rows: rows.slice() }
        createRng(seed, 'online order', place.epoch).shuffle(order.rows)
      }
      const part = feeder(order.rows, place.epoch, place.index)
      const { feed } = complete(part.feed, part.rows, place, tuner.values)
      await step.run(feed, { gradients })
      return feed
    },
    release: () => step.release(),
  }
}

/** The draws that are not tuned. */
export function untuned({ plan, draws }: OnlinePlan): ReturnType<typeof drawsOf> {
  const tuned = new Set(draws.map(({ draw }) => draw))
  return drawsOf(plan).filter(({ name }) => !tuned.has(name))
}

/** Undefined when nothing needs second derivatives. */
async function productsOf(
  setup: TuningSetup,
  tensors: readonly Omit<Tensor, 'rates'>[],
  smooths: boolean,
): Promise<Products | undefined> {
  const { online, executor, coding, options, optimizer } = setup
  const inputs = [...online.draws.map(({ draw }) => draw), ...(smooths ? ['targets'] : [])]
  if (inputs.length === 0 || online.options.variant === 'fioravanti-notebook') return undefined
  const network = [online.plan, coding.loss, options.huberDelta, inputs] as const
  const before = Object.fromEntries(tensors.map(({ name, before }) => [name, before]))
  if (online.options.form !== 'cheap') {
    const compiled = await executor.compile(productGraph(...network))
    const vectors = tensors.map(({ name, vector }) => [`${name}.direction`, vector] as const)
    const weights = { ...before, ...Object.fromEntries(vectors) }
    return {
      of: ({ feed, directions }, rows) =>
        compiled.run({ ...weights, ...feed, ...directions }, { dims: { rows } }),
      step: undefined,
      release: () => compiled.release(),
    }
  }
  const step = await createStep(executor, slopedTrainingGraph(...network), optimizer.parameters)
  const compiled = await executor.compile(slopeGraph(...network))
  return differences(step, compiled, tensors, inputs)
}

/**
 * wᵀ ∂²C₁/∂θ∂λ as the difference of ∂C₁/∂λ at θ + r·w and at θ, divided by r; r·w has the length 0.01, as
 * H. Liu, K. Simonyan and Y. Yang take it (DARTS, ICLR 2019), but the difference is one-sided, because
 * ∂C₁/∂λ at θ comes with the training step.
 */
function differences(
  step: TrainingStep,
  compiled: CompiledGraph,
  tensors: readonly Omit<Tensor, 'rates'>[],
  inputs: readonly string[],
): Products {
  let slopes: StepResult['outputs'] = {}
  const nearby = Object.fromEntries(tensors.map(({ name, vector }) => [name, vector]))
  return {
    step: {
      async run(batch) {
        const result = await step.run(batch)
        slopes = result.outputs
        return result
      },
      release: () => step.release(),
    },
    async of({ feed, directions }, rows) {
      let squares = 0
      for (const { vector } of tensors) squares += dotProduct(vector, vector)
      const r = 0.01 / Math.sqrt(squares)
      for (const { vector, before } of tensors) {
        for (let i = 0; i < vector.length; i++) vector[i] = before[i]! + r * vector[i]!
      }
      const moved = await compiled.run({ ...nearby, ...feed, ...directions }, { dims: { rows } })
      const slopeAt = (outputs: Readonly<Record<string, TensorData>>, name: string): number =>
        Number(outputs[`${name}.slope`]![0])
      return Object.fromEntries(
        inputs.map((name) => {
          const change = slopeAt(moved, name) - slopeAt(slopes, name)
          return [`${name}.product`, Float64Array.of(change / r)]
        }),
      )
    },
    async release() {
      await step.release()
      await compiled.release()
    },
  }
}

function addByNotebook(
  found: Hypergradients,
  { online, seed, tuner }: TuningSetup,
  tensors: readonly Omit<Tensor, 'rates'>[],
  rates: readonly UpdateRates[],
  feed: Feed,
): void {
  const gradients = tensors.map(({ vector }) => vector)
  const weights = tensors.map(({ after }) => after)
  const has = (name: string): boolean => tuner.values[name] !== undefined
  if (has('l2')) addTo(found, 'l2', notebookL2Gradient(rates[0]!.rate, gradients, weights))
  const draw = online.draws[0]
  if (draw === undefined) return
  const rng = createRng(seed, 'online start', tuner.steps)
  const noise = feed[draw.draw]!
  addTo(found, 'noise', notebookNoiseGradient(weights[0]!, gradients[0]!, noise, draw.size, rng))
}
