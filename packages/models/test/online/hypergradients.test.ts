import { describe, expect, test } from 'vitest'
import type { NetworkOptions } from '../../src/network/options.ts'
import { cases, everything, problemOf, worstOf } from './differences.ts'

describe('hypergradients of every tunable agree with central differences in float64', () => {
  test.each(Object.entries(cases))('%s', async (_, of) => {
    const network = { depth: 2, units: 4, ...of.network }
    const { error, names } = await worstOf({ ...of, network })
    expect(names).toContain('hiddenNoise.layers.0')
    expect(names).toContain('rate')
    expect(error).toBeLessThan(1e-4)
  })

  test.each(['conv1d', 'gru', 'residual', 'maxPool1d'] as const)('through %s', async (kind) => {
    const sequence = kind === 'gru' || kind === 'conv1d' || kind === 'maxPool1d'
    const layers = {
      conv1d: [{ kind, filters: 2, size: 2, activation: 'tanh' }, { kind: 'flatten' }],
      gru: [{ kind, units: 2 }],
      residual: [
        { kind: 'dense', units: 3 },
        { kind, layers: [{ kind: 'dense', units: 3 }] },
      ],
      maxPool1d: [{ kind: 'conv1d', filters: 2, size: 2 }, { kind, size: 2 }, { kind: 'flatten' }],
    }[kind] as NetworkOptions['layers']
    const network = { layers: layers!, ...(sequence ? { inputShape: [3, 1] } : {}) }
    const { error } = await worstOf({ network, online: everything, optimizer: { kind: 'adam' } })
    expect(error).toBeLessThan(1e-4)
  })
})

test('a network of one layer has no hidden noise to tune', async () => {
  const of = { network: { depth: 0 }, online: everything, optimizer: { kind: 'sgd' } } as const
  await expect(problemOf(of)).rejects.toThrow('hiddenNoise')
})
