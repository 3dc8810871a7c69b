import { hashText } from '@attune/core'
import type { GraphExecutor } from '../engine/executor.ts'
import type { UpdateRates } from '../engine/optimizer.ts'
import { createOptimizer } from '../engine/optimizer.ts'
import { createParameters } from '../engine/parameters.ts'
import type { RateOf } from '../engine/schedule.ts'
import { createSchedule } from '../engine/schedule.ts'
import type { TrainingStep } from '../engine/step.ts'
import { createStep } from '../engine/step.ts'
import type { FitProgress, FitRun } from '../learners/learner.ts'
import type { Matrix, Target } from '../matrix.ts'
import type { NetworkPlan } from './check-network.ts'
import type { LearningState } from './checkpoint.ts'
import { networkCheckpoint, restoreNetwork } from './checkpoint.ts'
import { newWatch, patienceOver, watchEpoch } from './early-stopping.ts'
import type { Judge } from './evaluation.ts'
import { createJudge } from './evaluation.ts'
import type { Examples } from './feed.ts'
import { createFeeder, orderOf } from './feed.ts'
import { trainingGraph } from './graphs.ts'
import type { CheckedOptions } from './options.ts'
import { createRunningStatistics } from './running-statistics.ts'
import type { TargetCoding } from './targets.ts'
import type { WeightSpec } from './weights.ts'
import { drawsOf, initialWeights, statisticsOf, weightsOf } from './weights.ts'

/** How learning of a network goes on beside its options. */
export interface NetworkRun extends FitRun {
  /** What computes; default what the option `executor` says. */
  readonly executor?: GraphExecutor
  readonly checkpoint?: {
    /** Go on from here; left out, undefined or null: from the beginning. */
    readonly from?: Uint8Array | null | undefined
    /** Keeps the state, before the report of the same progress. */
    save?(bytes: Uint8Array, progress: FitProgress): void | Promise<void>
  }
}

/** Everything that learning needs, checked. */
export interface Training {
  readonly plan: NetworkPlan
  readonly coding: TargetCoding
  readonly options: CheckedOptions
  readonly examples: Examples
  /** The rows that are learnt from. */
  readonly rows: Int32Array
  readonly validation: { readonly x: Matrix; readonly y: Target } | undefined
  readonly executor: GraphExecutor
  readonly seed: number
  readonly run: NetworkRun
}

/** What was learnt: weights and running statistics by name, and how it went. */
export interface Learnt {
  readonly tensors: Readonly<Record<string, Float32Array>>
  /** Epochs that were gone through, whole ones. */
  readonly epochs: number
}

/**
 * Learns until the epochs are over, or something ends it: the signal, a report, early stopping, or a
 * loss that is no number. Reports tell the mean `loss` of the epoch so far, without penalties.
 */
export async function train(training: Training): Promise<Learnt> {
  const { plan, coding, options, executor } = training
  const state = startOf(training)
  const { from } = training.run.checkpoint ?? {}
  if (from !== undefined && from !== null) restoreNetwork(from, state, keyOf(training))
  const { parameters } = state.optimizer
  const graph = trainingGraph(plan, coding.loss, options.huberDelta)
  const step = await createStep(executor, graph, parameters)
  let judge: Judge | undefined
  try {
    judge = await judgeOf(training)
    await learn(training, state, step, judge)
  } finally {
    await step.release()
    await judge?.release()
  }
  const best = options.earlyStopping?.restoreBest === false ? null : state.best
  if (best !== null) parameters.restore(best.values)
  const weights = parameters.segments.map(({ name, values }) => [name, values.slice()] as const)
  const statistics = best?.statistics ?? state.statistics.values
  return {
    tensors: { ...Object.fromEntries(weights), ...statistics },
    epochs: state.position.epoch,
  }
}

async function judgeOf(training: Training): Promise<Judge | undefined> {
  const { plan, coding, options, executor, validation } = training
  if (validation === undefined) return undefined
  return createJudge(executor, plan, coding, options.huberDelta, validation)
}

function startOf({ plan, options, seed }: Training): LearningState {
  const specs = weightsOf(plan)
  const initial = initialWeights(specs, seed)
  const parameters = createParameters(
    specs.map(({ name, dims }) => ({
      name,
      dims,
      init: (values) => values.set(initial[name]!),
    })),
  )
  const position = { epoch: 0, batch: 0, lossSum: 0, rows: 0, watch: newWatch() }
  const optimizer = createOptimizer(options.optimizer, parameters)
  return {
    position,
    optimizer,
    statistics: createRunningStatistics(statisticsOf(plan)),
    best: null,
  }
}

/** Names everything that must be the same to go on; more epochs are no other learning. */
function keyOf({ plan, coding, options, rows, seed }: Training): string {
  const { epochs: _, executor: __, layers: ___, ...rest } = options
  const layers = plan.layers.map(({ layer }) => layer)
  return hashText(
    JSON.stringify({ layers, input: plan.input, coding, rest, rows: rows.length, seed }),
  )
}

async function learn(
  training: Training,
  state: LearningState,
  step: TrainingStep,
  judge: Judge | undefined,
): Promise<void> {
  const { options, rows, run, seed } = training
  const size = Math.min(options.batch, rows.length)
  const batches = Math.ceil(rows.length / size)
  const draws = drawsOf(training.plan)
  const feeder = createFeeder(training.examples, training.coding, draws, size, seed)
  const update = createUpdate(training, state, batches)
  let order: { readonly epoch: number; readonly rows: Int32Array } | undefined
  while (!isOver(training, state)) {
    const { position } = state
    if (order?.epoch !== position.epoch) {
      order = { epoch: position.epoch, rows: orderOf(rows, seed, position.epoch) }
    }
    const batch = feeder(order.rows, position.epoch, position.batch)
    const { loss, outputs } = await step.run(batch.feed)
    update()
    state.statistics.observe(outputs, batch.rows / size)
    position.lossSum += loss * batch.rows
    position.rows += batch.rows
    position.batch++
    if (isReported(position.batch, batches, options.reportEvery)) {
      const decision = await reportProgress(training, state, judge, batches)
      if (decision === 'stop') return
    }
    if (run.signal?.aborted === true) return
  }
}

const isReported = (batch: number, batches: number, every: number): boolean =>
  batch === batches || (every > 0 && batch % every === 0)

/** Nothing more is to be learnt: also when the loss is no number any more. */
function isOver({ options, run }: Training, { position }: LearningState): boolean {
  const last = position.watch.losses.at(-1)
  return (
    position.epoch >= options.epochs ||
    run.signal?.aborted === true ||
    last === Number.MAX_VALUE ||
    patienceOver(position.watch, options.earlyStopping)
  )
}

/** Moves the weights by the gradients, every layer with its own penalties. */
function createUpdate(
  { plan, options }: Training,
  { position, optimizer }: LearningState,
  batches: number,
): () => void {
  const specs = weightsOf(plan)
  const { kind, rate = defaultRate(kind) } = options.optimizer
  const rateOf: RateOf = createSchedule(options.schedule, rate, options.epochs * batches)
  const clipping = options.clip ?? {}
  return () => {
    const now = rateOf(optimizer.steps, position.watch.losses)
    optimizer.update(ratesOf(specs, now), clipping)
  }
}

const defaultRate = (kind: CheckedOptions['optimizer']['kind']): number =>
  kind === 'rmsprop' || kind === 'adam' || kind === 'adamw' ? 0.001 : 0.01

const ratesOf = (specs: readonly WeightSpec[], rate: number): UpdateRates[] =>
  specs.map(({ l1, l2 }) => ({ rate, l1, l2 }))

/** Looks at the validation rows, remembers the epoch at its end, and tells whoever wants to know. */
async function reportProgress(
  training: Training,
  state: LearningState,
  judge: Judge | undefined,
  batches: number,
): Promise<'continue' | 'stop'> {
  const { options, run, coding } = training
  const { position } = state
  const every = options.reportEvery === 0 ? batches : Math.min(options.reportEvery, batches)
  const perEpoch = Math.ceil(batches / every)
  const step = position.epoch * perEpoch + Math.ceil(position.batch / every)
  const loss = position.lossSum / position.rows
  const judged = await judge?.judge({
    ...state.optimizer.parameters.inputs,
    ...state.statistics.values,
  })
  const metrics: Record<string, number> = { loss }
  if (judged !== undefined) {
    const name = coding.task === 'classification' ? 'validationAccuracy' : 'validationRmse'
    metrics['validationLoss'] = judged.loss
    metrics[name] = judged.score
  }
  if (position.batch === batches) endEpoch(training, state, { loss, ...judged })
  const progress = { step, steps: options.epochs * perEpoch, metrics }
  const { save } = run.checkpoint ?? {}
  if (save !== undefined) await save(networkCheckpoint(state, keyOf(training)), progress)
  return (await run.report?.(progress)) ?? 'continue'
}

function endEpoch(
  { options, coding }: Training,
  state: LearningState,
  found: { readonly loss: number; readonly score?: number },
): void {
  const { position, statistics, optimizer } = state
  const { metric = 'loss', minDelta = 0 } = options.earlyStopping ?? {}
  const sign = coding.task === 'classification' ? -1 : 1
  const watched = metric === 'score' && found.score !== undefined ? sign * found.score : found.loss
  // Labels can still be told by scores that are no numbers, but nothing more can be learnt.
  const better = watchEpoch(
    position.watch,
    Number.isFinite(found.loss) ? watched : Number.NaN,
    minDelta,
  )
  if (better && options.earlyStopping !== null && options.earlyStopping.restoreBest !== false) {
    const copies = Object.entries(statistics.values).map(([name, values]) => [name, values.slice()])
    state.best = { values: optimizer.parameters.copy(), statistics: Object.fromEntries(copies) }
  }
  position.epoch++
  position.batch = 0
  position.lossSum = 0
  position.rows = 0
}
