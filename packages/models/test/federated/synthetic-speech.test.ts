import { expect, test } from 'vitest'
import { fitFederated, groupClients, syntheticSpeech } from '../../src/index.ts'

test('emotions are balanced, but not those of a speaker', () => {
  const { x, y, speakers } = syntheticSpeech({ seed: 4 })
  expect([x.rows, x.columns, y.labels.length, speakers.labels.length]).toEqual([1200, 26, 6, 20])
  const clients = groupClients(speakers.codes)
  expect(clients).toHaveLength(20)
  const counts = (rows: ArrayLike<number>): number[] =>
    y.labels.map((_, label) => Array.from(rows).filter((row) => y.codes[row] === label).length)
  expect(counts(Int32Array.from({ length: 1200 }, (_, i) => i))).toEqual(Array(6).fill(200))
  // With a concentration of 0.5 the most frequent of six emotions is about half of what a speaker says.
  const most = clients.map((rows) => Math.max(...counts(rows)) / rows.length)
  expect(most.reduce((a, b) => a + b, 0) / 20).toBeGreaterThan(0.35)
  expect(syntheticSpeech({ seed: 4 })).toEqual({ x, y, speakers })
  expect(syntheticSpeech({ seed: 5 }).x.data).not.toEqual(x.data)
})

test('emotions and speakers are as far apart as asked', () => {
  const spreadOf = (options: object): number => {
    const { x } = syntheticSpeech({ rows: 3000, seed: 1, ...options })
    let [sum, squares] = [0, 0]
    for (const value of x.data) [sum, squares] = [sum + value, squares + value * value]
    return squares / x.data.length - (sum / x.data.length) ** 2
  }
  // The mean square of deviations between 0.7 and 1.3 is 1.03.
  expect(spreadOf({ distance: 0, speakerOffset: 0 })).toBeCloseTo(1.03, 1)
  const apart = spreadOf({ distance: 2, speakerOffset: 0, columns: 200 })
  expect(apart).toBeGreaterThan(1.03 + 4 * 0.7)
  expect(apart).toBeLessThan(1.03 + 4 * 1.2)
})

test('a network tells emotions apart', async () => {
  const { x, y, speakers } = syntheticSpeech({ rows: 600, seed: 2, distance: 1 })
  const network = { depth: 0, batch: 16, optimizer: { kind: 'sgd', rate: 0.1 } } as const
  const given = { network, rounds: 20, reportEvery: 20 }
  let accuracy = 0
  await fitFederated(x, y, groupClients(speakers.codes), given, {
    validation: { x, y },
    report: ({ metrics }) => ((accuracy = metrics['validationAccuracy']!), 'continue'),
  })
  expect(accuracy).toBeGreaterThan(0.85)
})

test('wrong sizes are refused at once', () => {
  expect(() => syntheticSpeech({ rows: 0, columns: 1.5, distance: -1 })).toThrow(
    /rows: must be a whole number.*columns: .*distance: must be a finite number/s,
  )
})
