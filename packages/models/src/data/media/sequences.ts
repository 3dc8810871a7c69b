import { AttuneError } from '@attune/core'
import type { Contours } from './audio/frames.ts'

/** Sequences filled up to one length, for recurrent networks. */
export interface Sequences {
  /** How many. */
  readonly count: number
  /** Steps of the longest, or as many as were asked for. */
  readonly steps: number
  readonly names: readonly string[]
  /** [count][steps][features]; 0 where there is nothing. */
  readonly x: Float32Array
  /** [count][steps]; 1 where there is something. */
  readonly mask: Uint8Array
}

export interface SequenceOptions {
  /** Steps of all; longer sequences lose their end. Default: those of the longest. */
  readonly steps?: number
}

/** The most numbers of all sequences together: 2^30 floats are 4 GiB. */
const numberLimit = 2 ** 30

/**
 * Puts contours of different lengths into one array.
 *
 * @throws AttuneError `models/data` when there are none, or their features differ, or they would be
 *   too many numbers; `models/options` when steps is no integer from 1 on
 */
export function padSequences(
  contours: readonly Contours[],
  options: SequenceOptions = {},
): Sequences {
  const names = contours[0]?.names
  if (names === undefined) throw new AttuneError('models/data', 'There are no sequences.')
  const other = contours.findIndex((one) => one.names.join() !== names.join())
  if (other >= 0) {
    throw new AttuneError('models/data', `Sequence ${other} has other features than sequence 0.`)
  }
  const longest = contours.reduce((most, one) => Math.max(most, one.frames), 0)
  const steps = options.steps ?? longest
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new AttuneError('models/options', `steps: ${steps}; an integer from 1 on is needed.`)
  }
  const width = steps * names.length
  if (contours.length * width > numberLimit) {
    throw new AttuneError(
      'models/data',
      `${contours.length} sequences of ${steps} steps and ${names.length} features are more than ` +
        `${numberLimit} numbers; ask for fewer steps.`,
    )
  }
  const x = new Float32Array(contours.length * width)
  const mask = new Uint8Array(contours.length * steps)
  contours.forEach((one, i) => {
    const kept = Math.min(steps, one.frames)
    x.set(one.data.subarray(0, kept * names.length), i * width)
    mask.fill(1, i * steps, i * steps + kept)
  })
  return { count: contours.length, steps, names, x, mask }
}

/**
 * Every feature less its mean over the steps that are there, over its standard deviation. Those of
 * training sequences belong to other sequences too: take them by `sequenceMoments`.
 */
export function standardiseSequences(
  sequences: Sequences,
  moments: SequenceMoments = sequenceMoments(sequences),
): Sequences {
  const { x, mask, names } = sequences
  const features = names.length
  const out = new Float32Array(x.length)
  for (let t = 0; t < mask.length; t++) {
    if (mask[t] === 0) continue
    for (let k = 0; k < features; k++) {
      const i = t * features + k
      out[i] = (x[i]! - moments.mean[k]!) / moments.sd[k]!
    }
  }
  return { ...sequences, x: out }
}

export interface SequenceMoments {
  readonly mean: Float64Array
  /** 1 for a feature that does not change. */
  readonly sd: Float64Array
}

/** By feature the mean and standard deviation over the steps that are there. */
export function sequenceMoments({ x, mask, names }: Sequences): SequenceMoments {
  const features = names.length
  const mean = new Float64Array(features)
  const sd = new Float64Array(features)
  const steps = Math.max(
    1,
    mask.reduce((sum, there) => sum + there, 0),
  )
  for (let t = 0; t < mask.length; t++) {
    if (mask[t] === 0) continue
    for (let k = 0; k < features; k++) mean[k] = mean[k]! + x[t * features + k]! / steps
  }
  for (let t = 0; t < mask.length; t++) {
    if (mask[t] === 0) continue
    for (let k = 0; k < features; k++) {
      sd[k] = sd[k]! + (x[t * features + k]! - mean[k]!) ** 2 / steps
    }
  }
  for (let k = 0; k < features; k++) sd[k] = sd[k]! <= 1e-20 ? 1 : Math.sqrt(sd[k]!)
  return { mean, sd }
}
