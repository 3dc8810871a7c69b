import { describe, expect, test } from 'vitest'
import type { FederatedModel, FederatedOptions, Layer } from '../../src/index.ts'
import { checkNetwork, fitFederated, multiplyAddsOf } from '../../src/index.ts'
import { exclusiveOr, points } from '../network/data.ts'

const count = (layers: readonly Layer[], input: readonly number[], outputs: number) =>
  multiplyAddsOf(checkNetwork(layers, input, outputs))

describe('multiply-adds', () => {
  test('of a dense network', () => {
    const layers: Layer[] = [
      { kind: 'dense', units: 5 },
      { kind: 'batchNorm' },
      { kind: 'dense', units: 4 },
    ]
    // 3 · 5, 5 · 4, 4 · 2; nothing is learnt below the first.
    expect(count(layers, [3], 2)).toEqual({ forward: 43, training: 2 * 15 + 3 * 20 + 3 * 8 })
  })

  test('of convolutions', () => {
    const layers: Layer[] = [
      { kind: 'conv2d', filters: 3, size: [3, 2] },
      { kind: 'maxPool2d', size: 2 },
      { kind: 'flatten' },
    ]
    // [2, 8, 7] → [3, 6, 6] → [3, 3, 3]; 108 places of 12 numbers, then 27 · 4.
    expect(count(layers, [2, 8, 7], 4)).toEqual({
      forward: 1296 + 108,
      training: 2 * 1296 + 3 * 108,
    })
    // [9, 4] → [4, 5]: a filter sees 3 steps of 4 features.
    const sequence: Layer[] = [{ kind: 'conv1d', filters: 5, size: 3, stride: 2 }]
    expect(count([...sequence, { kind: 'flatten' }], [9, 4], 1).forward).toBe(4 * 5 * 12 + 20)
  })

  test('of recurrent layers, embeddings and residuals', () => {
    // 6 steps, 4 gates, 5 units of 3 + 5 numbers.
    expect(count([{ kind: 'lstm', units: 5 }], [6, 3], 2).forward).toBe(6 * 4 * 5 * 8 + 10)
    const both: Layer[] = [{ kind: 'bidirectional', layer: { kind: 'gru', units: 5 } }]
    expect(count(both, [6, 3], 2).forward).toBe(2 * 6 * 3 * 5 * 8 + 20)
    const embedded: Layer[] = [{ kind: 'embedding', vocabulary: 9, units: 4 }, { kind: 'flatten' }]
    // What comes in is learnt, so the output goes back both ways.
    expect(count(embedded, [3], 2)).toEqual({ forward: 24, training: 72 })
    const around: Layer[] = [
      { kind: 'dense', units: 4 },
      { kind: 'residual', layers: [{ kind: 'dense', units: 4 }] },
    ]
    expect(count(around, [2], 1)).toEqual({ forward: 8 + 16 + 4, training: 16 + 48 + 12 })
  })
})

const x = points(30, 3)
const y = exclusiveOr(x)
const rows = Int32Array.from({ length: 30 }, (_, i) => i)
/** Of 5, 10 and 15 rows. */
const clients = [rows.slice(0, 5), rows.slice(5, 15), rows.slice(15)]

const fit = (options: Partial<FederatedOptions>): Promise<FederatedModel> =>
  fitFederated(x, y, clients, { network: { depth: 1, units: 4, batch: 4 }, ...options })

describe('costs by hand', () => {
  // Weights 3 · 4 + 4 + 4 · 2 + 2 = 26, so 104 bytes one way; 2 · 12 + 3 · 8 = 48 multiply-adds a row.
  const device = { kind: 'device', speed: 1000, bandwidth: 1000, overhead: 0.5 } as const

  test('of rounds in which all take part', async () => {
    const { rounds, costs } = await fit({ rounds: 3, localEpochs: 2, cost: device })
    const [round] = rounds
    expect(round).toMatchObject({ asked: 3, dropped: 0, late: 0, discarded: 0 })
    expect(round).toMatchObject({ bytesDown: 312, bytesUp: 312, multiplyAdds: 48 * 2 * 30 })
    // The largest client: 2 · 15 rows, and the weights both ways.
    expect(round!.seconds).toBeCloseTo(0.5 + (48 * 30) / 1000 + 208 / 1000, 12)
    expect(costs.bytesUp).toBe(3 * 312)
    expect(costs.multiplyAdds).toBe(3 * 48 * 60)
    expect(costs.seconds).toBeCloseTo(3 * round!.seconds, 12)
  })

  test('of a client that is late', async () => {
    // 0.448, 0.688 and 0.928 s; until 0.7 s the third has time for 2 of its 4 batches: 8 rows, 0.592 s.
    const cost = { ...device }
    const left = await fit({ rounds: 1, cost, deadline: 0.7 })
    expect(left.rounds[0]).toMatchObject({ late: 1, bytesDown: 312, bytesUp: 208 })
    expect(left.rounds[0]!.multiplyAdds).toBe(48 * (5 + 10 + 8))
    expect(left.rounds[0]!.seconds).toBeCloseTo(1.2, 12)
    const partial = await fit({ rounds: 1, cost, deadline: 0.7, late: 'partial' })
    expect(partial.rounds[0]).toMatchObject({ late: 0, bytesUp: 312 })
    expect(partial.rounds[0]!.multiplyAdds).toBe(48 * 23)
    const enough = await fit({ rounds: 1, cost, deadline: 0.93 })
    expect(enough.rounds[0]).toMatchObject({ late: 0, bytesUp: 312 })
    expect(enough.rounds[0]!.seconds).toBeCloseTo(0.5 + 0.928, 12)
  })

  test('of clients that never answer: weights went down to them, and nothing came up', async () => {
    const { rounds } = await fit({ rounds: 20, dropOut: 0.4, cost: device })
    for (const { asked, dropped, bytesDown, bytesUp } of rounds) {
      expect([asked, bytesDown, bytesUp]).toEqual([3, 312, (3 - dropped) * 104])
    }
    const dropped = rounds.reduce((sum, round) => sum + round.dropped, 0)
    expect(dropped).toBeGreaterThan(60 * 0.2)
    expect(dropped).toBeLessThan(60 * 0.6)
  })

  test('of a share of the clients, at least one', async () => {
    const asked = async (fraction: number): Promise<number> =>
      (await fit({ rounds: 1, fraction })).rounds[0]!.asked
    expect(await Promise.all([0.01, 0.34, 0.5, 0.67, 1].map(asked))).toEqual([1, 1, 2, 2, 3])
  })

  test('the three times of the report that the model was fitted to', async () => {
    // Table 1: rounds, local epochs, batch, fraction, seconds; b is fitted to 16 and 32.
    const table = [
      [200, 3, 32, 1, 351.66],
      [50, 5, 16, 0.5, 96.98],
      [50, 1, 16, 0.1, 25.55],
    ] as const
    for (const [rounds, localEpochs, batch, fraction, seconds] of table) {
      const { costs } = await fitFederated(x, y, clients, {
        network: { depth: 0, batch },
        ...{ rounds, localEpochs, fraction, cost: { kind: 'rise' }, reportEvery: 200 },
      })
      expect(Math.abs(costs.seconds / seconds - 1)).toBeLessThan(0.002)
    }
  })
})

test('a budget ends learning before it is exceeded, and is refused when it is too small', async () => {
  const bytes = await fit({ rounds: 9, budget: { bytes: 4 * 624 + 600 } })
  expect(bytes.rounds).toHaveLength(4)
  const seconds = await fit({ rounds: 9, cost: { kind: 'rise' }, budget: { seconds: 10 } })
  // 0.4515 + 0.277 + 5.088 / 4 = 2.0005 s a round.
  expect(seconds.rounds).toHaveLength(4)
  await expect(fit({ budget: { bytes: 600 } })).rejects.toThrow(
    /too small for the first round, which takes 624 bytes/,
  )
})
