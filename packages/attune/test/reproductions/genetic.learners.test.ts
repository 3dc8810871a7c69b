import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { batches, drawArchitecture, mostLayers } from '../../../../reproductions/genetic/space.ts'

const root = resolve(import.meta.dirname, '../../../..')
const data = process.env['ATTUNE_DATA'] ?? join(root, '../shared/data')
const missing = !existsSync(join(data, 'mnist'))
if (missing) console.warn(`Skipped: there is no MNIST in ${data} (ATTUNE_DATA).`)

type Individual = (trial: unknown) => Promise<Record<string, number>>

const settings = {
  ...{ set: 'mnist', epochs: 2, fixed: 'updates' },
  sizes: { train: 1000, validation: 200, test: 200, pool: 2 },
}

describe.skipIf(missing)('an individual of the genetic tuner', () => {
  it('makes as many updates whatever its batch size, when updates are fixed', async () => {
    process.env['REPRODUCTION'] = JSON.stringify(settings)
    const { default: individual } =
      (await import('../../../../reproductions/genetic/individual.ts')) as { default: Individual }
    for (const batch of batches) {
      const found = await individual({ params: { batch, layers: [] }, seed: 1 })
      expect([batch, found['updates']]).toEqual([batch, 20])
    }
  })

  it('guesses when it diverges', async () => {
    const { default: individual } =
      (await import('../../../../reproductions/genetic/individual.ts')) as { default: Individual }
    const layers = Array.from({ length: 4 }, () => ({ units: 256, activation: 'exponential' }))
    const found = await individual({ params: { batch: 10, layers }, seed: 1 })
    expect(found['accuracy']).toBeCloseTo(0.1, 1)
    expect(found['testAccuracy']).toBeCloseTo(0.1, 1)
  })
})

describe('architectures as Algorithm B draws them', () => {
  it('have each layer with the layer probability', () => {
    const drawn = Array.from({ length: 400 }, (_, i) => drawArchitecture(i))
    const lengths = drawn.map(({ length }) => length)
    const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length
    // Binomial of 4 and 0.5: standard error 0.05.
    expect(mean).toBeGreaterThan(1.8)
    expect(mean).toBeLessThan(2.2)
    expect(Math.max(...lengths)).toBe(mostLayers)
    expect(drawArchitecture(3)).toEqual(drawn[3])
  })
})
