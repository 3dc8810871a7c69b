import { hashText } from '@attune/core'
import type { GraphExecutor } from '../engine/executor.ts'
import type { UpdateRates } from '../engine/optimizer.ts'
import { createOptimizer } from '../engine/optimizer.ts'
import type { RateOf } from '../engine/schedule.ts'
import { createSchedule } from '../engine/schedule.ts'
import type { TrainingStep } from '../engine/step.ts'
import { createStep } from '../engine/step.ts'
import type { FitProgress, FitRun } from '../learners/learner.ts'
import type { Matrix, Target } from '../matrix.ts'
import type { OnlineTraining } from '../online/prepare.ts'
import type { BatchPlace } from '../online/tuned-batch.ts'
import type { Tuning } from '../online/tuning.ts'
import { startTuning, tunerOf, untuned } from '../online/tuning.ts'
import type { NetworkPlan } from './check-network.ts'
import type { Course, LearningState, Position } from './checkpoint.ts'
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
import { initialParameters } from './initial-parameters.ts'
import { drawsOf, statisticsOf, weightsOf } from './weights.ts'

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
  /** Hyperparameters that are tuned while the weights train. */
  readonly online: OnlineTraining | undefined
  readonly seed: number
  readonly run: NetworkRun
}

/** What was learnt: weights and running statistics by name, and how it went. */
export interface Learnt {
  readonly tensors: Readonly<Record<string, Float32Array>>
  /** Epochs that were gone through, whole ones. */
  readonly epochs: number
  /** That of the training, or that of the checkpoint it went on from. */
  readonly coding: TargetCoding
}

/**
 * Learns until the epochs are over, or something ends it: the signal, a report, early stopping, or a
 * loss that is no number. Reports tell the mean `loss` of the epoch so far, without penalties, and what is
 * tuned online as `online.<name>`.
 */
export async function train(asked: Training): Promise<Learnt> {
  const { plan, options, executor } = asked
  const state = startOf(asked)
  const { from } = asked.run.checkpoint ?? {}
  if (from !== undefined && from !== null) restoreNetwork(from, state, courseOf(asked))
  const { coding } = state
  const training = { ...asked, coding }
  const { parameters } = state.optimizer
  const graph = trainingGraph(training.online?.plan ?? plan, coding.loss, options.huberDelta)
  const step = await createStep(executor, graph, parameters)
  let judge: Judge | undefined
  let tuning: Tuning | undefined
  try {
    judge = await judgeOf(training)
    tuning = await tuningOf(training, state, step)
    await learn(training, state, { step, judge, tuning })
  } finally {
    await step.release()
    await tuning?.release()
    await judge?.release()
  }
  const best = options.earlyStopping?.restoreBest === false ? null : state.best
  if (best !== null) parameters.restore(best.values)
  const weights = parameters.segments.map(({ name, values }) => [name, values.slice()] as const)
  const statistics = best?.statistics ?? state.statistics.values
  return {
    tensors: { ...Object.fromEntries(weights), ...statistics },
    epochs: state.position.epoch,
    coding,
  }
}

async function judgeOf(training: Training): Promise<Judge | undefined> {
  const { plan, coding, options, executor, validation } = training
  if (validation === undefined) return undefined
  return createJudge(executor, plan, coding, options.huberDelta, validation)
}

async function tuningOf(
  { online, executor, coding, options, examples, seed, ...training }: Training,
  { optimizer, tuner }: LearningState,
  step: TrainingStep,
): Promise<Tuning | undefined> {
  if (online === undefined || tuner === undefined) return undefined
  const batch = batchSize({ options, rows: training.rows })
  const { rows, rate } = online
  return startTuning(
    { executor, online, rows, coding, options, examples, seed, optimizer, tuner, rate, batch },
    step,
  )
}

function startOf({ plan, options, coding, seed, online }: Training): LearningState {
  // The weights before an update and a vector beside them.
  const parameters = initialParameters(plan, seed, online === undefined ? 0 : 2)
  const position = { epoch: 0, batch: 0, lossSum: 0, rows: 0, seed, watch: newWatch() }
  const optimizer = createOptimizer(options.optimizer, parameters)
  return {
    position,
    optimizer,
    statistics: createRunningStatistics(statisticsOf(plan)),
    best: null,
    coding,
    tuner: online && tunerOf(online),
  }
}

const batchSize = ({ options, rows }: Pick<Training, 'options' | 'rows'>): number =>
  Math.min(options.batch, rows.length)

function courseOf(training: Training): Course {
  const { plan, coding, options, rows, validation, seed, run } = training
  const { share, metric, restoreBest = true } = options.earlyStopping ?? { restoreBest: false }
  // Rows that are watched are drawn from the examples by the seed when none were given.
  const drawn = run.validation === undefined && validation !== undefined ? { seed, share } : null
  const watched = {
    loss: [coding.loss, options.huberDelta, coding.labelSmoothing, metric ?? 'loss'],
    rows: [validation?.y.kind ?? null, validation?.x.rows ?? 0, drawn],
    restoreBest,
  }
  const course = { plan, seed, rows: rows.length, batch: batchSize(training) }
  return { ...course, watched: hashText(JSON.stringify(watched)) }
}

const placeOf = ({ epoch, batch }: Position): BatchPlace => ({ epoch, index: batch })

/** The graphs of a learning. */
interface Compiled {
  readonly step: TrainingStep
  readonly judge: Judge | undefined
  readonly tuning: Tuning | undefined
}

async function learn(
  training: Training,
  state: LearningState,
  { step, judge, tuning }: Compiled,
): Promise<void> {
  const { options, rows, run, seed } = training
  const size = batchSize(training)
  const batches = Math.ceil(rows.length / size)
  const draws = training.online === undefined ? drawsOf(training.plan) : untuned(training.online)
  const feeder = createFeeder(training.examples, training.coding, draws, size, seed)
  const update = createUpdate(training, state, batches, tuning)
  let order: { readonly epoch: number; readonly rows: Int32Array } | undefined
  while (!isOver(training, state)) {
    const { position } = state
    if (order?.epoch !== position.epoch) {
      order = { epoch: position.epoch, rows: orderOf(rows, position.seed, position.epoch) }
    }
    const batch = feeder(order.rows, position.epoch, position.batch)
    const { loss, outputs } =
      tuning === undefined
        ? await step.run(batch.feed)
        : await tuning.run(batch.feed, batch.rows, placeOf(position))
    const tuned = update()
    if (tuned !== undefined) await tuned
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
  tuning: Tuning | undefined,
): () => Promise<void> | undefined {
  const specs = weightsOf(plan)
  const { kind, rate = defaultRate(kind) } = options.optimizer
  const rateOf: RateOf = createSchedule(options.schedule, rate, options.epochs * batches)
  const clipping = options.clip ?? {}
  return () => {
    // Not the steps of the optimiser, which may come from batches of another size.
    const now = rateOf(position.epoch * batches + position.batch, position.watch.losses)
    if (tuning === undefined) {
      optimizer.update(ratesOf(specs, now), clipping)
      return undefined
    }
    const rates = tuning.rates(specs, now)
    tuning.beforeUpdate()
    return tuning.afterUpdate(rates, optimizer.update(rates, clipping))
  }
}

export const defaultRate = (kind: CheckedOptions['optimizer']['kind']): number =>
  kind === 'rmsprop' || kind === 'adam' || kind === 'adamw' ? 0.001 : 0.01

export const ratesOf = (specs: readonly WeightSpec[], rate: number): UpdateRates[] =>
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
  for (const [name, value] of Object.entries(state.tuner?.values ?? {})) {
    metrics[`online.${name}`] = value
  }
  if (position.batch === batches) endEpoch(training, state, { loss, ...judged })
  const progress = { step, steps: options.epochs * perEpoch, metrics }
  const { save } = run.checkpoint ?? {}
  if (save !== undefined) await save(networkCheckpoint(state, courseOf(training)), progress)
  return (await run.report?.(progress)) ?? 'continue'
}

function endEpoch(
  { options, coding, seed }: Training,
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
  position.seed = seed
}
