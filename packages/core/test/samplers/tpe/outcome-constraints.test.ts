import { describe, expect, it } from 'vitest'
import type { Sampler, SearchSpace, Study } from '../../../src/index.ts'
import {
  createRng,
  createStudy,
  float,
  laggedView,
  random,
  space,
  tpe,
} from '../../../src/index.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents, madeTrial } from '../../../src/testing/made-history.ts'

const cube = space({ a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1) })
type Point = Record<'a' | 'b' | 'c' | 'd', number>
const distance = ({ a, b, c, d }: Point, centre: readonly number[]): number =>
  [a, b, c, d].reduce((sum, x, k) => sum + (x - (centre[k] as number)) ** 2, 0)

/** The best place is at 0.2, but only a small ball around another satisfies the constraint. */
const evaluate = (point: Point): { value: number; cost: number } => ({
  value: distance(point, [0.2, 0.8, 0.2, 0.8]),
  cost: distance(point, [0.45, 0.6, 0.45, 0.6]),
})

async function run(sampler: Sampler, seed: number): Promise<Study> {
  const study = await createStudy({ space: cube, constraints: ['cost <= 0.08'], sampler, seed })
  await study.optimize(({ params }) => evaluate(params), { trials: 80 })
  return study as Study
}
const satisfied = (study: Study, from: number): number =>
  study.trials().filter((t) => t.number >= from && (t.metrics['cost'] as number) <= 0.08).length

describe('tpe with outcome constraints', () => {
  it('learns where they hold, and what is best there', async () => {
    // The ball fills 3 % of the space.
    let [found, drawn] = [0, 0]
    for (let seed = 0; seed < 8; seed++) {
      const study = await run(tpe(), seed)
      found += satisfied(study, 30)
      // The lowest value in the ball is 0.03, its mean about 0.25.
      expect(study.best()?.objectives[0], `seed ${seed}`).toBeLessThan(0.1)
      drawn += satisfied(await run(random(), seed), 30)
    }
    // Of 400. By the ranking alone, without densities of the constraint, it was 226.
    expect(found).toBeGreaterThan(250)
    expect(drawn).toBeLessThan(30)
  })

  it('looks for where they hold before any trial satisfied them', async () => {
    // The cost falls towards 1, the value towards 0; no trial came below 0.5.
    const line = space({ x: float(0, 1) })
    const trials = Array.from({ length: 40 }, (_, i): MadeTrial => {
      const x = i / 80
      return { values: { x }, state: 'complete', metrics: { value: x, cost: 1 - x } }
    })
    const study = { space: line as SearchSpace, constraints: ['cost <= 0.2'] }
    const history = historyOf(madeEvents(study, trials))
    historyOf(madeTrial(40, { state: 'running' }).start, history)
    let beyond = 0
    for (let seed = 0; seed < 30; seed++) {
      const view = laggedView(history, 40, 1)
      const draw = { view, trial: 40, rng: createRng(seed), seed }
      const { values } = await tpe().propose(line as SearchSpace, draw)
      if ((values['x'] as number) > 0.45) beyond++
    }
    expect(beyond).toBeGreaterThan(25)
  })

  it('knows nothing of results that it is not shown', async () => {
    const study = {
      space: cube as SearchSpace,
      constraints: ['cost <= 0.3'],
      deterministic: true,
      lag: 6,
    }
    const rng = createRng('shown')
    const trials = Array.from({ length: 40 }, (): MadeTrial => {
      const values = { a: rng.next(), b: rng.next(), c: rng.next(), d: rng.next() }
      return { values, state: 'complete', metrics: evaluate(values) }
    })
    const ahead = historyOf(madeEvents(study, trials))
    const old = tpe()
    for (const trial of [15, 39, 22]) {
      const shown = historyOf(madeEvents(study, trials.slice(0, trial - 5)))
      for (let i = trial - 5; i < trial; i++) {
        historyOf(madeTrial(i, { ...(trials[i] as MadeTrial), state: 'running' }).start, shown)
      }
      const ask = (sampler: Sampler, history: typeof shown) =>
        sampler.propose(cube as SearchSpace, {
          view: laggedView(history, trial, 6),
          trial,
          rng: createRng(trial),
          seed: 1,
        })
      expect(await ask(old, ahead), `trial ${trial}`).toEqual(await ask(tpe(), shown))
    }
  })
})
