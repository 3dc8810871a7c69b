import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/errors.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { replay } from '../../../src/journal/replay.ts'
import { laggedView, liveView } from '../../../src/journal/view.ts'
import { createRng } from '../../../src/math/rng.ts'
import type { GpOptions } from '../../../src/samplers/gp/gp.ts'
import { gp } from '../../../src/samplers/gp/gp.ts'
import type { Proposal } from '../../../src/samplers/sampler.ts'
import { flag, float, int } from '../../../src/space/builders.ts'
import type { SearchSpace, Values } from '../../../src/space/space.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import type { MadeStudy, MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'
import { mixedConditional, sphere5, zdt1 } from '../../../src/testing/problems.ts'

const plane = space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace

function proposeAfter(
  study: MadeStudy,
  trials: readonly MadeTrial[],
  options: GpOptions = {},
): Proposal {
  const history = historyOf(madeEvents(study, trials))
  const trial = history.length
  const view = liveView(history, trial)
  const draw = { view, trial, rng: createRng('gp', trial), seed: 1 }
  return gp(options).propose(study.space, draw) as Proposal
}

/** Trials on a grid of the plane. */
const grid = (loss: (x: number, y: number) => number, side = 4): MadeTrial[] =>
  Array.from({ length: side * side }, (_, i) => {
    const values = { x: ((i % side) + 0.5) / side, y: (Math.floor(i / side) + 0.5) / side }
    return { values, state: 'complete', metrics: { value: loss(values.x, values.y) } }
  })

const distance = (a: Values, b: Values): number =>
  Math.hypot((a['x'] as number) - (b['x'] as number), (a['y'] as number) - (b['y'] as number))

describe('gp', () => {
  it.each([
    { acquisition: 'ei' },
    { startupTrials: 0 },
    { startupTrials: 2.5 },
    { kappa: -1 },
    { kappa: Number.NaN },
    { fantasies: 0 },
    { candidates: 0.5 },
    { starts: -1 },
    { maxObservations: 3 },
  ])('refuses the options %j', (options) => {
    expect(() => gp(options as GpOptions)).toThrow(
      expect.objectContaining({ code: 'sampler/options' }) as Error,
    )
  })

  it('shows all its options', () => {
    expect(gp({ kappa: 3 }).options).toEqual({
      acquisition: 'logEI',
      startupTrials: null,
      kappa: 3,
      fantasies: 8,
      candidates: 512,
      starts: 8,
      maxObservations: 400,
    })
  })

  it('begins in the middle and goes on evenly', () => {
    expect(proposeAfter({ space: plane }, []).values).toEqual({ x: 0.5, y: 0.5 })
    const { why } = proposeAfter({ space: plane }, grid(() => 0).slice(0, 3))
    expect(why).toBe('gp: even start, 3 of 4 results are in')
  })

  it('goes to the bottom of a bowl and says what it did', () => {
    const trials = grid((x, y) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
    const { values, why } = proposeAfter({ space: plane }, trials)
    expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.1)
    expect(why).toMatch(/^gp: log expected improvement -?[\d.]+, nearest trial 9, explores [xy]$/)
  })

  it.each(['EI', 'PI', 'UCB', 'LCB', 'Thompson'] as const)(
    '%s finds the bottom too',
    (acquisition) => {
      const trials = grid((x, y) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
      const { values } = proposeAfter({ space: plane }, trials, { acquisition })
      expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.2)
    },
  )

  it('is not thrown off by outliers, infinities, failures or maximisation', () => {
    const loss = (x: number, y: number): number => (x - 0.3) ** 2 + (y - 0.6) ** 2
    const spoil = [1e6, Number.POSITIVE_INFINITY, 1e300]
    const trials = grid((x, y) =>
      y < 0.25 && x > 0.5 ? (spoil[Math.floor(x * 3)] ?? 1e6) : loss(x, y),
    )
    const wild = proposeAfter({ space: plane }, trials).values
    expect(distance(wild, { x: 0.3, y: 0.6 })).toBeLessThan(0.15)
    const gains = trials.map((t, i): MadeTrial => {
      const failed = i === 3 || i === 15
      return failed
        ? { values: t.values as Values, state: 'failed' }
        : { ...t, metrics: { value: -(t.metrics?.['value'] as number) } }
    })
    const study = { space: plane, objectives: [{ name: 'value', direction: 'maximize' }] } as const
    expect(distance(proposeAfter(study, gains).values, { x: 0.3, y: 0.6 })).toBeLessThan(0.15)
  })

  it('keeps away from what is pending', () => {
    const trials = grid((x, y) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
    const first = proposeAfter({ space: plane }, trials).values
    const second = proposeAfter({ space: plane }, [...trials, { values: first, state: 'running' }])
    expect(distance(first, second.values)).toBeGreaterThan(0.01)
  })

  it('takes pruned trials for no better than the median', () => {
    const trials = grid((x, y) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
    const pruned: MadeTrial[] = [0.85, 0.9, 0.95].map((x) => ({
      values: { x, y: 0.1 },
      state: 'pruned',
      reports: [[1, { value: -100 }]],
    }))
    const { values } = proposeAfter({ space: plane }, [...trials, ...pruned])
    expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.1)
  })

  it('heeds outcome constraints, and first of all looks for where they hold', () => {
    const study = { space: plane, constraints: ['cost <= 0.5'] }
    const withCost = (cost: (x: number) => number): MadeTrial[] =>
      grid((x, y) => (x - 0.9) ** 2 + (y - 0.6) ** 2).map((t) => {
        const x = t.values?.['x'] as number
        return { ...t, metrics: { ...t.metrics, cost: cost(x) } }
      })
    const { values } = proposeAfter(
      study,
      withCost((x) => x),
    )
    expect(values['x']).toBeLessThan(0.56)
    expect(values['x']).toBeGreaterThan(0.35)
    const none = proposeAfter(
      study,
      withCost((x) => x + 0.6),
    )
    expect(none.values['x']).toBeLessThan(0.1)
    expect(none.why).toContain('feasibility')
  })

  it('proposes no configuration twice while there are others', async () => {
    const small = space({ a: int(1, 4), b: flag(), c: float(0, 1, { step: 0.5 }) })
    await using study = await createStudy({ space: small, sampler: gp(), seed: 1 })
    await study.optimize(({ params }) => Math.abs(params.a - 2) + params.c, { trials: 22 })
    const keys = study.trials().map((t) => JSON.stringify(t.values))
    expect(new Set(keys).size).toBe(22)
  })

  it('searches two objectives and more', async () => {
    await using study = await createStudy({
      space: zdt1.space,
      sampler: gp(),
      objective: [{ minimize: 'first' }, { minimize: 'second' }],
      seed: 1,
    })
    await study.optimize(({ params }) => zdt1.evaluate(params) as [number, number], { trials: 30 })
    const best = Math.min(...study.trials().map((t) => t.metrics['second'] as number))
    expect(best).toBeLessThan(2)
    const objectives = ['a', 'b', 'c'].map((name) => ({ name, direction: 'minimize' }) as const)
    const trials = grid(() => 0).map((t, i): MadeTrial => {
      return { ...t, metrics: { a: i, b: (i * 7) % 16, c: (i * 5) % 16 } }
    })
    expect(proposeAfter({ space: plane, objectives }, trials).why).toContain('improvement')
  })
})

describe('gp remembers its fits in its proposals', () => {
  it('so that a new sampler goes on as the old one would, bit for bit', async () => {
    for (const [problem, workers] of [
      [mixedConditional, 1],
      [sphere5, 3],
    ] as const) {
      const journal = memoryJournal()
      const sampler = gp({ candidates: 32, starts: 3 })
      await using study = await createStudy({
        space: problem.space as SearchSpace,
        sampler,
        seed: 5,
        journal,
        deterministic: true,
        lag: 3,
      })
      const evaluate = problem.evaluate as (params: unknown) => readonly number[]
      await study.optimize(({ params }) => evaluate(params)[0]!, { trials: 34, workers })
      const history = await replay(journal)
      const counts = new Set<Json | undefined>()
      for (let trial = 0; trial < 34; trial++) {
        const view = laggedView(history, trial, 3)
        const draw = { view, trial, rng: createRng(5, 'suggest', trial), seed: 5 }
        const proposal = gp({ candidates: 32, starts: 3 }).propose(
          problem.space as SearchSpace,
          draw,
        ) as Proposal
        const { values, memo } = study.trials()[trial] as { values: Values; memo?: Json }
        expect(proposal.values).toEqual(values)
        const kept = history.details.get(trial)?.memo ?? memo
        expect(proposal.memo).toEqual(kept)
        counts.add(
          (kept as { gp?: { 'metric:value'?: { count: number } } })?.gp?.['metric:value']?.count,
        )
      }
      expect(counts.size).toBeGreaterThan(5)
      expect(counts.size).toBeLessThan(30)
    }
  })
})
