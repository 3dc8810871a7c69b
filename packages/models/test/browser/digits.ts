import { hashText } from '@attune/core'
import type { NetworkModel, NetworkOptions } from '../../src/index.ts'
import {
  columnNamed,
  fitModel,
  groupsOf,
  gunzip,
  readCsv,
  selectRows,
  splitRows,
} from '../../src/index.ts'

export interface LearntDigits {
  readonly executor: string
  /** The share of the 359 pictures that were not learnt from that are told rightly. */
  readonly accuracy: number
  /** Of all bits of the weights. */
  readonly weights: string
  /** Of every label for the first ten of them. */
  readonly probabilities: readonly number[]
}

/**
 * A network with a hidden layer learns the handwritten digits of data/digits. Drawing, dropout and the
 * schedule call on the engine of JavaScript as well as on what computes the graphs.
 */
export async function learnDigits(
  file: Uint8Array,
  executor: NonNullable<NetworkOptions['executor']>,
): Promise<LearntDigits> {
  const table = await readCsv(await gunzip(file, 'digits.csv.gz'), { header: false })
  const target = 'column65'
  const { train, test } = splitRows(
    table.rows,
    { train: 0.8, test: 0.2 },
    { stratify: groupsOf(columnNamed(table, target)), seed: 1 },
  )
  const options = {
    ...{ depth: 1, units: 64, activation: 'tanh', dropout: 0.1, epochs: 20, executor },
    optimizer: { kind: 'adam', rate: 0.005 },
    schedule: { kind: 'cosine' },
  } satisfies NetworkOptions
  const { model } = await fitModel(
    {
      ...{ learner: 'network', target, task: 'classification', seed: 7 },
      ...{ options, validation: { share: 0 } },
    },
    selectRows(table, train),
  )
  const network = model.model as NetworkModel
  const judged = selectRows(table, test)
  const prediction = await model.predict(judged)
  if (prediction.kind !== 'classes') throw new Error('These are classes.')
  const { accuracy } = await model.evaluate(judged)
  return {
    executor: network.executor,
    accuracy: accuracy!,
    weights: hashText(Object.values(network.tensors).map(bitsOf).join('\n')),
    probabilities: [...prediction.probabilities.subarray(0, 100)],
  }
}

const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  new Uint32Array(buffer, byteOffset, byteLength / 4).join()
