import { createRng, decodePoint, list, nest, space, variant, int, float } from '@attune/core'
import type { Infer, SearchSpace } from '@attune/core'
import { expect, test } from 'vitest'
import { layersFromSpace } from '../../src/network/blocks.ts'
import { networkProblems } from '../../src/network/check-network.ts'
import { checkNetworkOptions } from '../../src/network/check-options.ts'
import type { Layer } from '../../src/network/layers.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import { convolutionSpace, tableSpace } from '../../src/network/spaces.ts'
import { exclusiveOr, points } from './data.ts'

/** Configurations from all over a space. */
function some<P>(of: SearchSpace<P>, count: number): P[] {
  const rng = createRng('configurations')
  return Array.from({ length: count }, () => {
    const point = Float64Array.from(of.params, () => rng.next())
    return nest(of, decodePoint(of, point))
  })
}

test('every configuration for tables is a part of the options', () => {
  const tables = space(network().space('classification', { rows: 500, columns: 3 }))
  for (const options of some(tables, 50) as NetworkOptions[]) {
    const { batch, optimizer } = checkNetworkOptions('classification', [], options)
    expect(batch).toBe(options.batch)
    expect(optimizer).toBe(options.optimizer)
  }
  expect(network().space('regression', { rows: 500, columns: 3 })).toEqual(tableSpace(500))
})

test('a rate that stays can be searched beside the others, and is the default', async () => {
  const tables = space(tableSpace(50))
  const kinds = new Set(some(tables, 50).map(({ schedule }) => schedule.kind))
  expect([...kinds].toSorted()).toEqual(['cosine', 'exponential', 'fixed'])
  const x = points(10, 2)
  const fitted = async (schedule: NetworkOptions['schedule'] & object): Promise<unknown> =>
    (await network().fit(x, exclusiveOr(x), { schedule, epochs: 2 })).tensors
  expect(tables.params.find(({ name }) => name === 'schedule')?.default).toBe('fixed')
  expect(await fitted({ kind: 'fixed' })).toEqual(await fitted({ kind: 'constant' }))
})

test('every configuration for images is a network that exists, however small the image', () => {
  const image = [3, 9, 5] as const
  const images = space(convolutionSpace({ rows: 100, image }))
  const counts = new Set<number>()
  for (const params of some(images, 50)) {
    const { blocks, head, hidden, ...options } = params
    const layers = layersFromSpace({ blocks, head, hidden })
    expect(networkProblems(layers, image)).toEqual([])
    counts.add(checkNetworkOptions('classification', [], { layers, ...options }).layers!.length)
  }
  expect(counts.size).toBeGreaterThan(5)
})

test('a list of variants in a space is a list of layers', async () => {
  const layers = list(
    1,
    3,
    variant({
      dense: { units: int(2, 8) },
      dropout: { rate: float(0, 0.5) },
      batchNorm: {},
    }),
  )
  const hyper = space({ layers, l2: float(1e-6, 1e-2, { scale: 'log' }) })
  const x = points(10, 2)
  for (const params of some(hyper, 5)) {
    const model = await network().fit(x, exclusiveOr(x), { ...params, epochs: 1 })
    const hidden: readonly Layer[] = (params satisfies Infer<typeof hyper>).layers
    expect(model.layers.map(({ kind }) => kind)).toEqual([
      ...hidden.map(({ kind }) => kind),
      'output',
    ])
  }
})
