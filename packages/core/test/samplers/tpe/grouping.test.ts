import { describe, expect, it } from 'vitest'
import type { SearchSpace, TpeOptions, Values } from '../../../src/index.ts'
import { createRng, float, liveView, space, tpe, variant } from '../../../src/index.ts'
import { historyOf, madeEvents, madeTrial } from '../../../src/testing/made-history.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

// The whole zoo is visited by conformance.slow.test.ts.
const some = ['variant', 'constrained conditionals', 'list of lists', 'empty']
const spaces = spaceZoo().filter(({ name }) => some.includes(name))

describe.each(['univariate', 'multivariate'] as const)('tpe, %s', (grouping) => {
  const make = () => tpe({ grouping, startupTrials: 3, candidates: 6 })
  for (const { name, run } of samplerCases(make, { spaces })) it(name, run)
})

const both = space({
  x: float(0, 1),
  y: float(0, 1),
  kind: variant({ on: { u: float(0, 1), v: float(0, 1) }, off: {} }),
})

/**
 * How far apart two parameters are drawn from the density of good trials, which are those where they
 * are nearly equal.
 */
async function distance(
  grouping: NonNullable<TpeOptions['grouping']>,
  a: string,
  b: string,
): Promise<number> {
  const rng = createRng('pairs')
  const trials = Array.from({ length: 200 }, () => {
    const [x, y, u, v] = [rng.next(), rng.next(), rng.next(), rng.next()]
    const values: Values = { x, y, kind: 'on', 'kind.on.u': u, 'kind.on.v': v }
    const value = Math.abs((values[a] as number) - (values[b] as number))
    return { values, state: 'complete' as const, metrics: { value } }
  })
  const off = Array.from({ length: 100 }, () => ({
    values: { x: rng.next(), y: rng.next(), kind: 'off' },
    state: 'complete' as const,
    metrics: { value: 2 },
  }))
  const history = historyOf(madeEvents({ space: both as SearchSpace }, [...trials, ...off]))
  historyOf(madeTrial(300, { state: 'running' }).start, history)
  const distances: number[] = []
  for (let seed = 0; seed < 60; seed++) {
    const { values } = await tpe({ grouping, candidates: 1 }).propose(both as SearchSpace, {
      view: liveView(history, 300),
      trial: 300,
      rng: createRng(seed),
      seed,
    })
    if (values['kind'] === 'on') {
      distances.push(Math.abs((values[a] as number) - (values[b] as number)))
    }
  }
  expect(distances.length).toBeGreaterThan(40)
  return distances.sort((p, q) => p - q)[distances.length >> 1] as number
}

describe('which parameters share a density', () => {
  // Two independent uniform numbers are 0.29 apart in the median.
  it('univariate: none', async () => {
    expect(await distance('univariate', 'x', 'y')).toBeGreaterThan(0.2)
    expect(await distance('univariate', 'kind.on.u', 'kind.on.v')).toBeGreaterThan(0.2)
  })

  it('multivariate: those that are always active', async () => {
    expect(await distance('multivariate', 'x', 'y')).toBeLessThan(0.12)
    expect(await distance('multivariate', 'kind.on.u', 'kind.on.v')).toBeGreaterThan(0.2)
  })

  it('grouped: those that are active under the same conditions', async () => {
    expect(await distance('grouped', 'x', 'y')).toBeLessThan(0.12)
    expect(await distance('grouped', 'kind.on.u', 'kind.on.v')).toBeLessThan(0.12)
  })
})
