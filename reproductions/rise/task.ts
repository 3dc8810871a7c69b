import type { Clients, ClassTarget, Matrix, SampledSet } from '@attune/models'
import { groupClients, mfcc, samplesOf, splitRows, syntheticSpeech, toTarget } from '@attune/models'
import { loadEmoDb } from '@attune/models/node'

/** Speech with its emotions, parted; the training rows stay with the speakers. */
export interface SpeechTask {
  readonly train: Part
  readonly clients: Clients
  readonly validation: Part
  readonly test: Part
}

export interface Part {
  readonly x: Matrix
  readonly y: ClassTarget
}

interface Speech extends Part {
  readonly speakers: Int32Array
}

/** Which speech, and the seed of everything that is drawn. */
export interface TaskSettings {
  readonly task: 'generator' | 'emodb'
  readonly seed: number
  /** The folder of data sets, of EmoDB. */
  readonly data?: string
}

export async function loadTask({ task, seed, data }: TaskSettings): Promise<SpeechTask> {
  if (task === 'emodb') {
    const parts = parted(await emoDb(data), { train: 0.6, validation: 0.2, test: 0.2 }, seed)
    return standardised(parts)
  }
  // Judging costs next to nothing, so that most rows judge: accuracies to within a point.
  const speech = syntheticSpeech({ rows: 2400, speakers: 20, dirichlet: 0.5, seed })
  const { x, y, speakers } = speech
  const shares = { train: 0.3, validation: 0.3, test: 0.4 }
  return parted({ x, y, speakers: speakers.codes }, shares, seed)
}

function parted(
  { x, y, speakers }: Speech,
  shares: { readonly train: number; readonly validation: number; readonly test: number },
  seed: number,
): SpeechTask {
  const rows = splitRows(x.rows, shares, { stratify: y.codes, seed })
  const part = (own: Int32Array): Part => ({ x: rowsOf(x, own), y: labelsOf(y, own) })
  return {
    train: part(rows.train),
    clients: groupClients(rows.train.map((row) => speakers[row]!)),
    validation: part(rows.validation),
    test: part(rows.test),
  }
}

function rowsOf(x: Matrix, rows: Int32Array): Matrix {
  const data = new Float32Array(rows.length * x.columns)
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  })
  return { rows: rows.length, columns: x.columns, data }
}

const labelsOf = (y: ClassTarget, rows: Int32Array): ClassTarget => ({
  ...y,
  codes: rows.map((row) => y.codes[row]!),
})

/** Six emotions of ten speakers: mean and deviation of 13 cepstral coefficients over an utterance. */
async function emoDb(data: string | undefined): Promise<Speech> {
  const folder = data === undefined ? {} : { folder: `${data}/speech-emotion-emodb` }
  const set = await loadEmoDb(folder)
  const neutral = set.classes.indexOf('neutral')
  const rows = Int32Array.from(set.labels.keys()).filter((row) => set.labels[row] !== neutral)
  const y = toTarget(set)
  const labels = y.labels.filter((label) => label !== 'neutral')
  const codes = rows.map((row) => labels.indexOf(y.labels[set.labels[row]!]!))
  return {
    x: cepstra(set, rows),
    y: { kind: 'classes', codes, labels },
    speakers: rows.map((row) => set.groups!.codes[row]!),
  }
}

function cepstra(set: SampledSet, rows: Int32Array): Matrix {
  const coefficients = 13
  const data = new Float32Array(rows.length * 2 * coefficients)
  rows.forEach((row, i) => {
    const signal = samplesOf(set, row).subarray(0, set.lengths[row])
    const { data: values, frames } = mfcc(signal, set.sampleRate, { coefficients })
    for (let k = 0; k < coefficients; k++) {
      let [sum, squares] = [0, 0]
      for (let t = 0; t < frames; t++) {
        const value = values[t * coefficients + k]!
        sum += value
        squares += value * value
      }
      const mean = sum / frames
      data[2 * (i * coefficients + k)] = mean
      data[2 * (i * coefficients + k) + 1] = Math.sqrt(Math.max(0, squares / frames - mean * mean))
    }
  })
  return { rows: rows.length, columns: 2 * coefficients, data }
}

/** Every feature to mean 0 and deviation 1 of the training rows. */
function standardised(task: SpeechTask): SpeechTask {
  const { rows, columns, data } = task.train.x
  const means = new Float64Array(columns)
  const squares = new Float64Array(columns)
  data.forEach((value, i) => {
    means[i % columns]! += value / rows
    squares[i % columns]! += value ** 2 / rows
  })
  const sds = squares.map((square, k) => Math.sqrt(square - means[k]! ** 2) || 1)
  const scaled = ({ x, y }: Part): Part => ({
    x: { ...x, data: x.data.map((value, i) => (value - means[i % columns]!) / sds[i % columns]!) },
    y,
  })
  const { train, validation, test } = task
  return {
    ...task,
    train: scaled(train),
    validation: scaled(validation),
    test: scaled(test),
  }
}
