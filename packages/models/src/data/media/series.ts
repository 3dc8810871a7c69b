import { AttuneError, refuseProblems, type Problem } from '@attune/core'
import type { SampledSet } from './media-set.ts'
import {
  butterworth,
  filterSignal,
  filterZeroPhase,
  type BandOptions,
} from './series/butterworth.ts'
import { momentsOf } from './statistics.ts'

export interface WindowOptions {
  /** Samples of a window. */
  readonly length: number
  /** The share of a window that the next one has too; 0 (default) … below 1. */
  readonly overlap?: number
}

/**
 * Where whole windows begin. What is left at the end is not used.
 *
 * @throws AttuneError `models/options` with all that is out of range
 */
export function windowStarts(samples: number, options: WindowOptions): number[] {
  const { length, overlap = 0 } = options
  const problems: Problem[] = []
  if (!(Number.isInteger(length) && length >= 1)) {
    problems.push({ path: 'length', message: `${length}; an integer from 1 on is needed.` })
  }
  if (!(overlap >= 0 && overlap < 1)) {
    problems.push({ path: 'overlap', message: `${overlap}; 0 <= overlap < 1 must hold.` })
  }
  refuseProblems('models/options', 'Windows', problems)
  const step = Math.max(1, Math.round(length * (1 - overlap)))
  const starts: number[] = []
  for (let at = 0; at + length <= samples; at += step) starts.push(at)
  return starts
}

/**
 * Cuts every series into windows, each an example with the label of its series. The windows of a
 * series have its group, or are a group when there were none: split by them, else the test leaks.
 *
 * @throws AttuneError `models/options`, and `models/data` when no series is as long as a window
 */
export function cutWindows(set: SampledSet, options: WindowOptions): SampledSet {
  const channels = set.shape[0] ?? 1
  const room = set.shape[1] ?? 0
  const { length } = options
  const starts = Array.from(set.lengths, (samples) => windowStarts(samples, options))
  const count = starts.reduce((sum, list) => sum + list.length, 0)
  if (count === 0) {
    throw new AttuneError(
      'models/data',
      `${set.name}: no series is as long as a window of ${length} samples.`,
    )
  }
  const x =
    set.x instanceof Uint8Array
      ? new Uint8Array(count * channels * length)
      : new Float32Array(count * channels * length)
  const rows = new Int32Array(count)
  let next = 0
  starts.forEach((list, row) => {
    for (const start of list) {
      for (let c = 0; c < channels; c++) {
        const from = (row * channels + c) * room + start
        x.set(set.x.subarray(from, from + length), (next * channels + c) * length)
      }
      rows[next++] = row
    }
  })
  const groups = set.groups ?? {
    kind: 'series',
    codes: Int32Array.from({ length: set.count }, (_, row) => row),
    labels: Array.from({ length: set.count }, (_, row) => String(row)),
  }
  return {
    ...set,
    count,
    shape: [channels, length],
    x,
    labels: rows.map((row) => set.labels[row]!),
    groups: { ...groups, codes: rows.map((row) => groups.codes[row]!) },
    lengths: new Int32Array(count).fill(length),
  }
}

export interface SeriesFilterOptions extends BandOptions {
  /** Forwards and backwards, which shifts nothing in time. Default true. */
  readonly zeroPhase?: boolean
}

/** Every channel of every series through a Butterworth filter. */
export function filterSeries(set: SampledSet, options: SeriesFilterOptions): SampledSet {
  const sections = butterworth(set.sampleRate, options)
  const run = options.zeroPhase === false ? filterSignal : filterZeroPhase
  return mapChannels(set, (signal) => run(sections, signal))
}

/**
 * Every channel of every series less its mean, over its standard deviation; a channel that does not
 * change becomes 0. Only its own numbers are used, so nothing leaks between examples.
 */
export function standardiseSeries(set: SampledSet): SampledSet {
  return mapChannels(set, (signal) => {
    const { mean, sd } = momentsOf(signal)
    return signal.map((value) => (sd === 0 ? 0 : (value - mean) / sd))
  })
}

function mapChannels(
  set: SampledSet,
  change: (signal: Float32Array) => Float32Array | Float64Array,
): SampledSet {
  const channels = set.shape[0] ?? 1
  const room = set.shape[1] ?? 0
  const scale = set.x instanceof Uint8Array ? 1 / 255 : 1
  const x = Float32Array.from(set.x, (value) => value * scale)
  for (let row = 0; row < set.count; row++) {
    for (let c = 0; c < channels; c++) {
      const from = (row * channels + c) * room
      x.set(change(x.subarray(from, from + set.lengths[row]!)), from)
    }
  }
  return { ...set, x }
}
