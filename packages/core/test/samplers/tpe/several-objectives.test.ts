import { describe, expect, it } from 'vitest'
import type { HistoryView, Proposal, Sampler, SearchSpace } from '../../../src/index.ts'
import {
  createRng,
  createStudy,
  float,
  hypervolume,
  int,
  liveView,
  random,
  space,
  tpe,
} from '../../../src/index.ts'
import type { StudyEvent } from '../../../src/journal/event.ts'
import { feasibleDraw } from '../../../src/samplers/feasible-draw.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents, madeStudy, madeTrial } from '../../../src/testing/made-history.ts'
import { zdt1 } from '../../../src/testing/problems.ts'

/** DTLZ2 with three losses (K. Deb et al. 2002): the front is an eighth of the unit sphere. */
const sphere = {
  space: space({ a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1), e: float(0, 1) }),
  evaluate({ a, b, c, d, e }: Record<'a' | 'b' | 'c' | 'd' | 'e', number>): number[] {
    const size = 1 + (c - 0.4) ** 2 + (d - 0.4) ** 2 + (e - 0.4) ** 2
    const [p, q] = [(a * Math.PI) / 2, (b * Math.PI) / 2]
    return [size * Math.cos(p) * Math.cos(q), size * Math.cos(p) * Math.sin(q), size * Math.sin(p)]
  },
}

/** The hypervolume that a sampler's trials dominate. */
async function volumeOf<P>(
  problem: { readonly space: SearchSpace<P>; evaluate(params: P): readonly number[] },
  reference: readonly number[],
  sampler: Sampler,
  seed: number,
  trials: number,
): Promise<number> {
  const objective = reference.map((_, k) => ({ minimize: `f${k}` }))
  const study = await createStudy({
    space: problem.space,
    objective: objective as [{ minimize: string }],
    sampler,
    seed,
  })
  await study.optimize(({ params }) => problem.evaluate(params) as never, { trials })
  return hypervolume(
    study.trials().map((t) => [...t.objectives]),
    reference,
  )
}

describe('tpe on several objectives', () => {
  // If both were alike, eight wins of eight would happen once in 256 times.
  it('dominates more than random draws: two losses', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const found = await volumeOf(zdt1 as never, [1.1, 6], tpe(), seed, 80)
      const drawn = await volumeOf(zdt1 as never, [1.1, 6], random(), seed, 80)
      expect(found, `seed ${seed}`).toBeGreaterThan(drawn + 0.3)
    }
  })

  it('dominates more than random draws: three losses', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const reference = [1.2, 1.2, 1.2]
      const found = await volumeOf(sphere as never, reference, tpe(), seed, 90)
      const drawn = await volumeOf(sphere as never, reference, random(), seed, 90)
      expect(found, `seed ${seed}`).toBeGreaterThan(drawn + 0.04)
    }
  })

  it('goes where a trial adds to the hypervolume, and not where the front is crowded', async () => {
    // A front along x: dense up to 0.4, two results beyond, with a gap around 0.7 between them.
    const line = space({ x: float(0, 1), bad: float(0, 1) })
    const on = [...Array.from({ length: 20 }, (_, i) => 0.02 * i), 0.6, 0.8]
    const trials = [
      ...on.map((x) => ({ x, bad: 0 })),
      ...Array.from({ length: 120 }, (_, i) => ({ x: (i + 0.5) / 120, bad: 0.2 + (i % 7) / 10 })),
    ].map(({ x, bad }): MadeTrial => ({
      values: { x, bad },
      state: 'complete',
      metrics: { first: x + bad, second: 1 - x + bad },
    }))
    const objectives = [
      { name: 'first', direction: 'minimize' },
      { name: 'second', direction: 'minimize' },
    ] as const
    const history = historyOf(madeEvents({ space: line as SearchSpace, objectives }, trials))
    const trial = history.length
    historyOf(madeTrial(trial, { state: 'running' }).start, history)
    let sparse = 0
    for (let seed = 0; seed < 60; seed++) {
      const view = liveView(history, trial)
      const draw = { view, trial, rng: createRng(seed), seed }
      const { values } = await tpe().propose(line as SearchSpace, draw)
      if ((values['x'] as number) > 0.45) sparse++
    }
    // 20 of the 22 good trials lie below 0.4.
    expect(sparse).toBeGreaterThan(35)
  })

  it('proposes the same from a long-lived model as from a new one', async () => {
    const mixed = space({ a: float(0, 1), b: int(1, 1000, { scale: 'log' }), c: float(0, 1) })
    for (const losses of [2, 3]) {
      const objectives = Array.from({ length: losses }, (_, k) => ({
        name: `f${k}`,
        direction: 'minimize' as const,
      }))
      const events: StudyEvent[] = [madeStudy({ space: mixed as SearchSpace, objectives })]
      const history = historyOf(events)
      const old = tpe()
      const rng = createRng('several', losses)
      for (const size of [12, 1, 30, 1, 1, 90, 1, 200, 2]) {
        for (let i = 0; i < size; i++) {
          const values = feasibleDraw(mixed as SearchSpace, rng.fork(history.length))
          const metrics = Object.fromEntries(objectives.map(({ name }) => [name, rng.next()]))
          const made = madeTrial(history.length, { values, state: 'complete', metrics })
          events.push(...made.start, ...made.rest)
          historyOf([...made.start, ...made.rest], history)
        }
        const trial = history.length
        const opening = madeTrial(trial, { state: 'running' }).start
        const fresh = historyOf(opening, historyOf(events))
        events.push(...opening)
        historyOf(opening, history)
        const ask = (sampler: Sampler, view: HistoryView): Proposal | Promise<Proposal> =>
          sampler.propose(mixed as SearchSpace, { view, trial, rng: createRng(1, trial), seed: 1 })
        expect(await ask(tpe(), liveView(fresh, trial))).toEqual(
          await ask(old, liveView(history, trial)),
        )
      }
    }
  })

  it('copes with losses that are infinite, huge or all the same', async () => {
    const line = space({ x: float(0, 1) })
    const odd = [Infinity, -Infinity, 1.7e308, -1.7e308, 3]
    const objectives = [
      { name: 'f', direction: 'minimize' },
      { name: 'g', direction: 'maximize' },
    ] as const
    for (const pick of [(i: number) => odd[i % 5]!, () => 3, () => Infinity]) {
      const trials = Array.from({ length: 40 }, (_, i) => ({
        values: { x: i / 40 },
        state: 'complete' as const,
        metrics: { f: pick(i), g: pick(i * 3 + 1) },
      }))
      const history = historyOf(madeEvents({ space: line as SearchSpace, objectives }, trials))
      historyOf(madeTrial(40, { state: 'running' }).start, history)
      const view = liveView(history, 40)
      const proposal = await tpe().propose(line as SearchSpace, {
        view,
        trial: 40,
        rng: createRng(1),
        seed: 1,
      })
      expect(proposal.values['x']).toSatisfy((x: number) => x >= 0 && x <= 1)
      expect(proposal.why).toMatch(/^tpe: likeliest .*log ratio -?\d+\.\d\d\)$/)
    }
  })
})
