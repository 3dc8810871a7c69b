import { AttuneError } from '@attune/core'
import type { Json } from '@attune/core'
import { checkpointFromBytes, checkpointToBytes } from '../engine/checkpoint.ts'
import type { Optimizer } from '../engine/optimizer.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import type { Watch } from './early-stopping.ts'
import type { RunningStatistics } from './running-statistics.ts'

/** Where learning stands between two batches; streams of random numbers have no position of their own. */
export interface Position {
  /** The next batch. */
  epoch: number
  batch: number
  /** Over the batches of this epoch so far: their losses times their rows, and their rows. */
  lossSum: number
  rows: number
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
}

/**
 * Everything from which learning goes on as if it had not stopped, as bytes.
 * @param key names the network, the data and the options, which must be the same then
 */
export function networkCheckpoint(state: LearningState, key: string): Uint8Array {
  const { position, optimizer, statistics, best } = state
  const { lossSum, ...rest } = position
  const extra = {
    key,
    position: { ...rest, watch: { ...rest.watch } },
    // A loss may be NaN, which JSON has not.
    lossSum: packNumbers(Float64Array.of(lossSum)),
    statistics: packAll(statistics.values),
    filled: packNumbers(statistics.filled),
    best:
      best === null
        ? null
        : { values: packNumbers(best.values), statistics: packAll(best.statistics) },
  }
  return checkpointToBytes(optimizer, extra)
}

/**
 * Brings a fresh state to where a checkpoint was made.
 * @throws AttuneError `data/format` for other bytes, and for a checkpoint of another network or learning
 */
export function restoreNetwork(bytes: Uint8Array, state: LearningState, key: string): void {
  const extra = checkpointFromBytes(bytes, state.optimizer) as unknown as Stored
  if (extra?.key !== key) {
    throw new AttuneError(
      'data/format',
      'The checkpoint is of a network that learns otherwise: layers, options, seed and data must be those it was made with.',
    )
  }
  const lossSum = unpackNumbers(extra.lossSum, 'float64')[0]!
  state.position = { ...extra.position, lossSum }
  const stored = unpackAll(extra.statistics)
  for (const [name, values] of Object.entries(stored)) state.statistics.values[name]!.set(values)
  state.statistics.filled.set(unpackNumbers(extra.filled, 'float64'))
  if (extra.best !== null) {
    const { values, statistics } = extra.best
    state.best = { values: unpackNumbers(values, 'float32'), statistics: unpackAll(statistics) }
  }
}

interface Stored {
  readonly key: string
  readonly position: Omit<Position, 'lossSum'>
  readonly lossSum: Json
  readonly statistics: Readonly<Record<string, Json>>
  readonly filled: Json
  readonly best: {
    readonly values: Json
    readonly statistics: Readonly<Record<string, Json>>
  } | null
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
