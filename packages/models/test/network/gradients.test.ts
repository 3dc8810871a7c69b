import { expect, test } from 'vitest'
import type { Layer } from '../../src/network/layers.ts'
import { activations } from '../../src/network/layers.ts'
import { lossNames } from '../../src/network/targets.ts'
import { cases, dense, embeddings, indices } from './cases.ts'
import { gradientError } from './helpers.ts'

test.each(cases)('gradients of %s', async (_, input, layers) => {
  expect(await gradientError({ layers, input })).toBeLessThan(1e-6)
})

test.each(activations)('gradients of %s', async (activation) => {
  const layers: Layer[] = [{ kind: 'dense', units: 4, activation }, dense]
  expect(await gradientError({ layers, input: [3] })).toBeLessThan(1e-6)
})

test.each(embeddings)('gradients of $kind, of indices that come twice', async (layer) => {
  expect(await gradientError({ layers: [layer], ...indices })).toBeLessThan(1e-6)
})

test.each(lossNames)('gradients of the loss %s', async (loss) => {
  const shares = Float64Array.of(0.9, 0.1, 0.05, 0.95, 0.5, 0.5)
  const classes = loss === 'crossEntropy' || loss === 'binary'
  const targets = classes ? { targets: shares } : {}
  expect(await gradientError({ layers: [dense], input: [3], loss, ...targets })).toBeLessThan(1e-6)
})
