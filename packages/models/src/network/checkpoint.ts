import { AttuneError } from '@attune/core'
import type { Json } from '@attune/core'
import { checkpointExtra, checkpointFromBytes, checkpointToBytes } from '../engine/checkpoint.ts'
import type { Optimizer } from '../engine/optimizer.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import type { ValueTuner } from '../online/tuner.ts'
import { isStateOf } from '../online/tuner.ts'
import type { NetworkPlan } from './check-network.ts'
import type { Watch } from './early-stopping.ts'
import { newWatch } from './early-stopping.ts'
import type { RunningStatistics } from './running-statistics.ts'
import type { TargetCoding } from './targets.ts'
import { lastingNames } from './weights.ts'

/** Where learning stands between two batches; streams of random numbers have no position of their own. */
export interface Position {
  /** The next batch. */
  epoch: number
  batch: number
  /** Over the batches of this epoch so far: their losses times their rows, and their rows. */
  lossSum: number
  rows: number
  /** By which this epoch has its order: of an epoch that was begun by another learning that one's. */
  seed: number
  readonly watch: Watch
}

/** The best model so far, for early stopping. */
export interface Best {
  readonly values: Float32Array
  readonly statistics: Readonly<Record<string, Float32Array>>
}

/** Everything that changes while a network learns. */
export interface LearningState {
  position: Position
  /** With the parameters. */
  readonly optimizer: Optimizer
  readonly statistics: RunningStatistics
  best: Best | null
  /** Number targets keep the scale on which learning began. */
  coding: TargetCoding
  /** Hyperparameters that are tuned online. */
  readonly tuner: ValueTuner | undefined
}

/** The learning that a checkpoint is of, or that goes on from one. */
export interface Course {
  readonly plan: NetworkPlan
  readonly seed: number
  /** Rows of an epoch and of a full batch: only where they agree a position within an epoch is one. */
  readonly rows: number
  readonly batch: number
  /** Names what makes watched losses comparable. */
  readonly watched: string
}

/** Everything from which learning goes on as if it had not stopped, as bytes. */
export function networkCheckpoint(state: LearningState, course: Course): Uint8Array {
  const { position, optimizer, statistics, best, coding, tuner } = state
  const { epoch, batch, lossSum, rows, seed, watch } = position
  const lasting = lastingNames(course.plan)
  const extra = {
    network: identityOf(course.plan, coding),
    // A loss may be NaN, which JSON has not.
    numbers: packNumbers(Float64Array.of(lossSum, coding.mean, coding.scale)),
    position: { epoch, batch, rows, seed, watch: { ...watch } },
    course: { rows: course.rows, batch: course.batch, watched: course.watched },
    statistics: packAll(renamed(statistics.values, lasting)),
    filled: packNumbers(statistics.filled),
    ...(tuner === undefined ? {} : { online: tuner.toJSON() }),
    best:
      best === null
        ? null
        : {
            values: packNumbers(best.values),
            statistics: packAll(renamed(best.statistics, lasting)),
          },
  }
  return checkpointToBytes(optimizer, extra, segmentNames(optimizer, lasting))
}

/**
 * Brings a fresh state to where a checkpoint was made. The same learning goes on as if it had not stopped.
 * Another one of the same network takes weights, running statistics and epochs, but
 *
 * - the optimiser starts anew when it is of another kind,
 * - an epoch that was not over starts again when its rows or batches are others; else it is ended in the
 *   order it was begun in, and the next ones have the order of the seed,
 * - hyperparameters that are tuned online begin anew when their start, bounds or names are others,
 * - what was watched for early stopping and plateaus is forgotten when it is not comparable.
 *
 * @throws AttuneError `data/format` for other bytes, and for a checkpoint of another network
 */
export function restoreNetwork(bytes: Uint8Array, state: LearningState, course: Course): void {
  const extra = checkpointExtra(bytes) as unknown as Stored | null
  refuseOthers(extra?.network, identityOf(course.plan, state.coding))
  const stored = extra!
  const lasting = lastingNames(course.plan)
  checkpointFromBytes(bytes, state.optimizer, segmentNames(state.optimizer, lasting))
  const [lossSum, mean, scale] = unpackNumbers(stored.numbers, 'float64')
  state.coding = { ...state.coding, mean: mean!, scale: scale! }
  for (const [name, values] of Object.entries(state.statistics.values)) {
    values.set(unpackNumbers(stored.statistics[lasting.get(name)!], 'float32'))
  }
  state.statistics.filled.set(unpackNumbers(stored.filled, 'float64'))
  const { tuner } = state
  if (tuner !== undefined && isStateOf(tuner, stored.online)) tuner.restore(stored.online)
  const comparable = stored.course.watched === course.watched
  const watch = comparable ? stored.position.watch : newWatch()
  const within = stored.course.rows === course.rows && stored.course.batch === course.batch
  state.position =
    within && stored.position.batch > 0
      ? { ...stored.position, lossSum: lossSum!, watch }
      : { ...state.position, epoch: stored.position.epoch, watch }
  if (comparable && stored.best !== null) {
    const names = new Map(Array.from(lasting, ([name, last]) => [last, name]))
    const statistics = renamed(unpackAll(stored.best.statistics), names)
    state.best = { values: unpackNumbers(stored.best.values, 'float32'), statistics }
  }
}

interface Stored {
  readonly network: Identity
  readonly numbers: Json
  readonly position: Omit<Position, 'lossSum'>
  readonly course: Omit<Course, 'plan' | 'seed'>
  readonly statistics: Readonly<Record<string, Json>>
  readonly filled: Json
  readonly online?: Json
  readonly best: {
    readonly values: Json
    readonly statistics: Readonly<Record<string, Json>>
  } | null
}

/** What weights of equal sizes do not tell of a network, by what messages call it. */
type Identity = Readonly<Record<'input' | 'labels' | 'loss' | 'output activation', Json>>

function identityOf(plan: NetworkPlan, { task, labels, loss }: TargetCoding): Identity {
  const last = plan.layers.at(-1)!.layer
  return {
    input: [...plan.input],
    labels: [...labels],
    // Scores of classes are other numbers with another loss; numbers are in the unit of the target.
    loss: task === 'classification' ? loss : 'of numbers',
    'output activation': last.kind === 'output' ? (last.activation ?? 'linear') : 'linear',
  }
}

function refuseOthers(found: Partial<Identity> | undefined, wanted: Identity): void {
  if (typeof found !== 'object' || found === null) {
    throw new AttuneError('data/format', 'This is a checkpoint, but not of a network.')
  }
  for (const [name, value] of Object.entries(wanted)) {
    const [theirs, ours] = [JSON.stringify(found[name as keyof Identity]), JSON.stringify(value)]
    if (theirs === ours) continue
    throw new AttuneError(
      'data/format',
      `The checkpoint is of another network: its ${name} is ${theirs}, but here it is ${ours}. Learning can go on with other rates, penalties, batches and seeds, but not with another ${name}.`,
      { details: { what: name } },
    )
  }
}

const segmentNames = ({ parameters }: Optimizer, lasting: ReadonlyMap<string, string>): string[] =>
  parameters.segments.map(({ name }) => lasting.get(name)!)

function renamed<T>(
  values: Readonly<Record<string, T>>,
  names: ReadonlyMap<string, string>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [names.get(name)!, value]),
  )
}

/** Tensors by name as plain data. */
export function packAll(tensors: Readonly<Record<string, Float32Array>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => [name, packNumbers(values)]),
  )
}

/** @throws AttuneError `data/format` for anything but packed tensors */
export function unpackAll(packed: Readonly<Record<string, Json>>): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(packed).map(([name, json]) => [name, unpackNumbers(json, 'float32')]),
  )
}
