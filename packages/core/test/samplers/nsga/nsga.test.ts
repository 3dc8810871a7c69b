import { describe, expect, it } from 'vitest'
import { bestTrials } from '../../../src/analysis/best.ts'
import type { History } from '../../../src/journal/history.ts'
import { nsga2 } from '../../../src/samplers/nsga/nsga2.ts'
import { nsga3 } from '../../../src/samplers/nsga/nsga3.ts'
import { random } from '../../../src/samplers/random.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { float } from '../../../src/space/builders.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import { zdt1 } from '../../../src/testing/problems.ts'

/** The area that two losses dominate below a reference point. */
function area(
  points: readonly (readonly number[])[],
  [right, top]: readonly [number, number],
): number {
  let sum = 0
  let low = top
  for (const [x, y] of points.toSorted((a, b) => a[0]! - b[0]!) as [number, number][]) {
    if (x >= right || y >= low) continue
    sum += (right - x) * (low - y)
    low = y
  }
  return sum
}

interface Memo {
  readonly generation: number
  readonly parents: readonly number[]
}
const memoOf = (history: History, trial: number): Memo =>
  history.details.get(trial)?.memo as unknown as Memo

async function zdtArea(sampler: Sampler, seed: number, trials: number): Promise<number> {
  const objective = [{ minimize: 'first' }, { minimize: 'second' }] as const
  await using study = await createStudy({ space: zdt1.space, sampler, seed, objective })
  await study.optimize(({ params }) => zdt1.evaluate(params) as [number, number], { trials })
  return area(
    study.trials().map((t) => t.objectives),
    [1.1, 6],
  )
}

describe.each([
  ['nsga2', nsga2],
  ['nsga3', nsga3],
] as const)('%s', (name, make) => {
  it('covers more of a front than random search and gets close to the whole', async () => {
    for (let seed = 0; seed < 3; seed++) {
      const [ours, drawn] = [await zdtArea(make(), seed, 400), await zdtArea(random(), seed, 400)]
      expect(ours).toBeGreaterThan(0.9 * (6.6 - 1 / 3))
      expect(ours).toBeGreaterThan(drawn + 0.5)
    }
  })

  it('finds its way into a small feasible region and stays there', async () => {
    const corner = space({ x: float(0, 1), y: float(0, 1), z: float(0, 1) })
    const objective = [{ minimize: 'a' }, { minimize: 'b' }] as const
    await using study = await createStudy({
      space: corner,
      sampler: make(),
      seed: 2,
      objective,
      constraints: ['sum >= 2.7'],
    })
    await study.optimize(({ params: { x, y, z } }) => ({ a: x, b: y + z, sum: x + y + z }), {
      trials: 200,
    })
    const late = study.trials().slice(120)
    expect(late.filter((t) => t.violation === 0).length).toBeGreaterThan(30)
    expect(bestTrials(study.history).length).toBeGreaterThan(5)
  })

  it('maximises where it is told to', async () => {
    const objective = [{ maximize: 'a' }, { minimize: 'b' }] as const
    await using study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: make(),
      objective,
    })
    await study.optimize(({ params: { x, y } }) => [x - 2 * y, x * x + y], { trials: 150 })
    const late = study.trials().slice(100)
    expect(late.filter((t) => (t.values['y'] as number) < 0.1).length).toBeGreaterThan(40)
  })

  it('serves a study of one objective', async () => {
    await using study = await createStudy({
      space: space({ x: float(-5, 5), y: float(-5, 5) }),
      sampler: make(),
    })
    await study.optimize(({ params: { x, y } }) => (x - 1) ** 2 + (y + 2) ** 2, { trials: 200 })
    expect(study.best()?.objectives[0]).toBeLessThan(0.02)
  })

  it('counts generations by results, and says who the parents are', async () => {
    const objective = [{ minimize: 'a' }, { minimize: 'b' }] as const
    await using study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: make({ startupTrials: 6, offspring: 3, growth: 0 }),
      objective,
    })
    await study.optimize(
      ({ params: { x, y }, number }) => {
        if (number === 2 || number === 8) throw new Error('failed')
        return [x + y, number === 4 ? Number.NaN : 1 - x + y]
      },
      { trials: 16 },
    )
    const memos = study.trials().map((t) => memoOf(study.history, t.number))
    const generations = memos.map((m) => m.generation)
    expect(generations).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3])
    const parents = memos.flatMap((m) => m.parents)
    expect(parents.filter((p) => [2, 4, 8].includes(p))).toEqual([])
    expect(study.trials()[15]?.why).toMatch(new RegExp(`^${name}: generation 3, child of trial`))
  })

  it('breeds before its first generation has ended when many workers wait', async () => {
    await using study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: make({ startupTrials: 8 }),
      objective: [{ minimize: 'a' }, { minimize: 'b' }],
      deterministic: true,
      lag: 5,
    })
    await study.optimize(({ params: { x, y } }) => [x, 1 - x + y], { trials: 14, workers: 4 })
    const memos = study.trials().map((t) => memoOf(study.history, t.number))
    const generations = memos.map((m) => m.generation)
    // Trial 8 sees the results of trials 0 to 3; all eight have begun.
    expect(generations).toEqual([...Array(8).fill(0), ...Array(6).fill(1)])
    expect((memos[8] as Memo).parents.every((p) => p <= 3)).toBe(true)
    expect((memos[8] as Memo).parents.length).toBeGreaterThan(0)
  })

  it.each([
    { populationSize: 1 },
    { offspring: 0 },
    { startupTrials: 1 },
    { growth: -1 },
    { crossoverProbability: 2 },
    { crossoverEta: -1 },
    { mutationEta: Number.NaN },
  ])('refuses %o', (options) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'sampler/options' }))
  })
})
