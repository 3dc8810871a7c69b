import { describe, expect, it } from 'vitest'
import { fitFederated, groupClients, speechMatrix, splitRows, toTarget } from '../../src/index.ts'
import type { ClassTarget, Matrix } from '../../src/index.ts'
import { loadEmoDb } from '../../src/node.ts'
import { isThere } from '../real-data.ts'

/** To mean 0 and deviation 1 of the rows that are learnt from. */
function standardised({ rows, columns, data }: Matrix, by: Int32Array): Matrix {
  const scaled = new Float32Array(data.length)
  for (let k = 0; k < columns; k++) {
    const values = Array.from(by, (row) => data[row * columns + k]!)
    const mean = values.reduce((a, b) => a + b, 0) / by.length
    const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / by.length) || 1
    for (let i = 0; i < rows; i++) scaled[i * columns + k] = (data[i * columns + k]! - mean) / sd
  }
  return { rows, columns, data: scaled }
}

function part(x: Matrix, y: ClassTarget, rows: Int32Array): { x: Matrix; y: ClassTarget } {
  const data = new Float32Array(rows.length * x.columns)
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  })
  return {
    x: { rows: rows.length, columns: x.columns, data },
    y: { ...y, codes: rows.map((row) => y.codes[row]!) },
  }
}

describe.skipIf(!isThere('speech-emotion-emodb'))('EmoDB, each speaker a client', () => {
  it('is learnt by speakers that keep their recordings', async () => {
    const set = await loadEmoDb()
    const y = toTarget(set)
    const rows = splitRows(set.count, { train: 0.7, test: 0.3 }, { stratify: y.codes, seed: 1 })
    const x = standardised(speechMatrix(set), rows.train)
    const train = part(x, y, rows.train)
    const clients = groupClients(rows.train.map((row) => set.groups!.codes[row]!))
    expect(clients).toHaveLength(10)
    let accuracy = 0
    const { costs } = await fitFederated(
      train.x,
      train.y,
      clients,
      {
        network: { depth: 1, units: 64, batch: 16, optimizer: { kind: 'sgd', rate: 0.05 } },
        ...{ rounds: 60, localEpochs: 2, fraction: 0.5, reportEvery: 60 },
      },
      {
        seed: 1,
        validation: part(x, y, rows.test),
        report: ({ metrics }) => {
          accuracy = metrics['validationAccuracy']!
          return 'continue'
        },
      },
    )
    // The most frequent of seven emotions is 24 % of the utterances.
    expect(accuracy).toBeGreaterThan(0.65)
    // Weights (319 + 1) · 64 + (64 + 1) · 7 of 4 bytes, of 5 clients, both ways.
    expect(costs.bytesDown + costs.bytesUp).toBe(60 * 2 * 5 * 4 * (320 * 64 + 65 * 7))
  })
})
