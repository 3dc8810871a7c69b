import { AttuneError } from '@attune/core'
import type { Matrix } from '../../matrix.ts'
import { deltas, mfcc, type MfccOptions } from './audio/mfcc.ts'
import { joinContours } from './audio/frames.ts'
import { speechFeatures, type SpeechOptions } from './features.ts'
import { samplesOf, type MediaGroups, type SampledSet } from './media-set.ts'
import { padSequences, type Sequences, type SequenceOptions } from './sequences.ts'
import { momentsOf } from './statistics.ts'

/**
 * The features of every utterance of a set; of several channels the first.
 *
 * @throws AttuneError `models/options`
 */
export function speechMatrix(set: SampledSet, options: SpeechOptions = {}): Matrix {
  let names: readonly string[] = []
  const rows: Float64Array[] = []
  for (let row = 0; row < set.count; row++) {
    const features = speechFeatures(firstChannel(set, row), set.sampleRate, options)
    names = features.names
    rows.push(features.values)
  }
  const data = new Float32Array(rows.length * names.length)
  rows.forEach((values, row) => data.set(values, row * names.length))
  return { rows: rows.length, columns: names.length, data, names }
}

/**
 * Cepstral coefficients with their first and second slopes over time, for recurrent networks.
 *
 * @throws AttuneError `models/options`, `models/data`
 */
export function speechSequences(
  set: SampledSet,
  options: MfccOptions & SequenceOptions = {},
): Sequences {
  const all = Array.from({ length: set.count }, (_, row) => {
    const cepstra = mfcc(firstChannel(set, row), set.sampleRate, options)
    const slopes = deltas(cepstra)
    return joinContours([cepstra, slopes, deltas(slopes)])
  })
  return padSequences(all, options)
}

function firstChannel(set: SampledSet, row: number): Float32Array {
  return samplesOf(set, row).subarray(0, set.lengths[row])
}

/**
 * Every feature less its mean over the rows of the same group, over its standard deviation there; 0
 * where a feature does not change. Takes away what a speaker always sounds like.
 *
 * It needs no labels, but all rows of a group at once: on a speaker never heard before it can only be
 * used when several utterances are there, and figures with it hold for that case alone.
 *
 * @throws AttuneError `models/data` when rows and groups differ in number
 */
export function standardiseByGroup(matrix: Matrix, groups: MediaGroups): Matrix {
  const { rows, columns } = matrix
  if (groups.codes.length !== rows) {
    throw new AttuneError('models/data', `${rows} rows, but ${groups.codes.length} groups.`)
  }
  const members = groups.labels.map((): number[] => [])
  groups.codes.forEach((code, row) => members[code]?.push(row))
  const data = new Float32Array(matrix.data.length)
  for (const list of members) {
    for (let k = 0; k < columns; k++) {
      const { mean, sd } = momentsOf(list.map((row) => matrix.data[row * columns + k]!))
      if (sd === 0) continue
      for (const row of list)
        data[row * columns + k] = (matrix.data[row * columns + k]! - mean) / sd
    }
  }
  return { ...matrix, data }
}
