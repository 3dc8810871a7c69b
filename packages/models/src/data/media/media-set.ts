import { AttuneError } from '@attune/core'
import type { ClassTarget, Matrix } from '../../matrix.ts'

/** Images, sounds or series with labels: every example an array of the same shape. */
export interface MediaSet {
  readonly name: string
  /** How many examples. */
  readonly count: number
  /** Of one example: [channels, height, width] or [channels, samples]. */
  readonly shape: readonly number[]
  /** [count][…shape]. Bytes stand for 0 … 1 in steps of 1 / 255. */
  readonly x: Uint8Array | Float32Array
  /** By example the index of its class. */
  readonly labels: Int32Array
  readonly classes: readonly string[]
  /** What must stay on one side of a split, where there is such a thing. */
  readonly groups?: MediaGroups
}

/** Examples that belong together: of one speaker, patient or recording. */
export interface MediaGroups {
  /** What a group is, such as `speaker`. */
  readonly kind: string
  /** By example the index of its group. */
  readonly codes: Int32Array
  readonly labels: readonly string[]
}

/** Sounds or series: they have a rate, and may have been filled up with zeros to one length. */
export interface SampledSet extends MediaSet {
  /** Samples a second. */
  readonly sampleRate: number
  /** By example how many samples are its own. */
  readonly lengths: Int32Array
}

/** Numbers of one example. */
export function exampleSize(set: { readonly shape: readonly number[] }): number {
  return set.shape.reduce((product, size) => product * size, 1)
}

/** The examples as rows of numbers, every pixel or sample a feature. */
export function toMatrix(set: MediaSet): Matrix {
  return { rows: set.count, columns: exampleSize(set), data: toFloats(set.x) }
}

/** The labels as something to learn. */
export function toTarget(set: MediaSet): ClassTarget {
  return { kind: 'classes', codes: set.labels, labels: set.classes }
}

/** Numbers with their shape, the last dimension running fastest. */
export interface MediaTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface ImageTensorOptions {
  /** By channel, taken away; default 0. */
  readonly mean?: readonly number[]
  /** By channel, divided by; default 1. */
  readonly sd?: readonly number[]
}

/**
 * The examples as a tensor [count, channels, …], bytes as 0 … 1, each channel standardised when asked
 * for.
 *
 * @throws AttuneError `models/options` when mean or sd lack a channel or an sd is not positive
 */
export function toTensor(set: MediaSet, options: ImageTensorOptions = {}): MediaTensor {
  const shape = [set.count, ...set.shape]
  const { mean, sd } = options
  const channels = set.shape[0] ?? 1
  for (const [name, numbers] of [['mean', mean] as const, ['sd', sd] as const]) {
    const bad = numbers !== undefined && numbers.length !== channels
    if (bad || (name === 'sd' && numbers?.some((n) => !(n > 0)) === true)) {
      throw new AttuneError(
        'models/options',
        `${name}: ${numbers.join(', ')}; ${channels} numbers are needed, and a positive sd.`,
      )
    }
  }
  if (mean === undefined && sd === undefined) return { shape, data: toFloats(set.x) }
  const data = toFloats(set.x)
  const plane = exampleSize(set) / channels
  for (let i = 0, at = 0; at < data.length; i++, at += plane) {
    const shift = mean?.[i % channels] ?? 0
    const factor = 1 / (sd?.[i % channels] ?? 1)
    for (let j = at; j < at + plane; j++) data[j] = (data[j]! - shift) * factor
  }
  return { shape, data }
}

/** By channel the mean and standard deviation over all examples, as `toTensor` takes them. */
export function channelMoments(set: MediaSet): {
  readonly mean: readonly number[]
  readonly sd: readonly number[]
} {
  const channels = set.shape[0] ?? 1
  const plane = exampleSize(set) / channels
  const scale = set.x instanceof Uint8Array ? 1 / 255 : 1
  const sums = new Float64Array(channels)
  const squares = new Float64Array(channels)
  for (let i = 0, at = 0; at < set.x.length; i++, at += plane) {
    let sum = 0
    let square = 0
    for (let j = at; j < at + plane; j++) {
      const value = set.x[j]! * scale
      sum += value
      square += value * value
    }
    sums[i % channels] = sums[i % channels]! + sum
    squares[i % channels] = squares[i % channels]! + square
  }
  const n = Math.max(1, set.count * plane)
  const mean = Array.from(sums, (sum) => sum / n)
  const sd = Array.from(squares, (square, c) => {
    return Math.sqrt(Math.max(0, square / n - mean[c]! ** 2)) || 1
  })
  return { mean, sd }
}

function toFloats(x: Uint8Array | Float32Array): Float32Array {
  if (x instanceof Float32Array) return x.slice()
  const data = new Float32Array(x.length)
  for (let i = 0; i < data.length; i++) data[i] = x[i]! / 255
  return data
}

/**
 * Some of the examples, in the order given.
 *
 * @throws AttuneError `models/data` for a row that is not there
 */
export function takeExamples<S extends MediaSet>(set: S, rows: ArrayLike<number>): S {
  const size = exampleSize(set)
  const count = rows.length
  const x =
    set.x instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size)
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (!(Number.isInteger(row) && row >= 0 && row < set.count)) {
      throw new AttuneError('models/data', `Row ${row}; ${set.name} has rows 0 … ${set.count - 1}.`)
    }
    x.set(set.x.subarray(row * size, (row + 1) * size), i * size)
  }
  const { groups } = set
  const lengths = lengthsOf(set)
  return {
    ...set,
    count,
    x,
    labels: takeCodes(set.labels, rows),
    ...(groups === undefined
      ? {}
      : { groups: { ...groups, codes: takeCodes(groups.codes, rows) } }),
    ...(lengths === undefined ? {} : { lengths: takeCodes(lengths, rows) }),
  }
}

function lengthsOf(set: MediaSet): Int32Array | undefined {
  return 'lengths' in set && set.lengths instanceof Int32Array ? set.lengths : undefined
}

function takeCodes(codes: Int32Array, rows: ArrayLike<number>): Int32Array {
  return Int32Array.from(rows, (row) => codes[row]!)
}

/** The own samples of a sound or series, channel by channel: [channels][lengths[row]]. */
export function samplesOf(set: SampledSet, row: number): Float32Array {
  const channels = set.shape[0] ?? 1
  const room = exampleSize(set) / channels
  const length = set.lengths[row] ?? 0
  const out = new Float32Array(channels * length)
  const scale = set.x instanceof Uint8Array ? 1 / 255 : 1
  for (let c = 0; c < channels; c++) {
    const from = (row * channels + c) * room
    for (let i = 0; i < length; i++) out[c * length + i] = set.x[from + i]! * scale
  }
  return out
}
