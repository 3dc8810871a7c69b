import { describe, expect, it } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { replay } from '../../../src/journal/replay.ts'
import { laggedView, liveView } from '../../../src/journal/view.ts'
import { createRng } from '../../../src/math/rng.ts'
import type { GammaOptions } from '../../../src/samplers/gamma/gamma.ts'
import { gamma } from '../../../src/samplers/gamma/gamma.ts'
import { gp } from '../../../src/samplers/gp/gp.ts'
import { random } from '../../../src/samplers/random.ts'
import type { Proposal, Sampler } from '../../../src/samplers/sampler.ts'
import { flag, float, int } from '../../../src/space/builders.ts'
import type { SearchSpace, Values } from '../../../src/space/space.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import type { MadeStudy, MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'
import { mixedConditional } from '../../../src/testing/problems.ts'

const plane = space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace
const rates = space({ lr: float(1e-5, 1, { scale: 'log' }) })

function proposeAfter(
  study: MadeStudy,
  trials: readonly MadeTrial[],
  options: GammaOptions = {},
): Proposal {
  const history = historyOf(madeEvents(study, trials))
  const trial = history.length
  const view = liveView(history, trial)
  const draw = { view, trial, rng: createRng('gamma', trial), seed: 1 }
  return gamma(options).propose(study.space, draw) as Proposal
}

/** Trials on a grid of the plane. */
const grid = (loss: (x: number, y: number) => number): MadeTrial[] =>
  Array.from({ length: 16 }, (_, i) => {
    const values = { x: ((i % 4) + 0.5) / 4, y: (Math.floor(i / 4) + 0.5) / 4 }
    return { values, state: 'complete', metrics: { value: loss(values.x, values.y) } }
  })
const bowl = (x: number, y: number): number => 0.1 + (x - 0.3) ** 2 + (y - 0.6) ** 2
const distance = (a: Values, b: Values): number =>
  Math.hypot((a['x'] as number) - (b['x'] as number), (a['y'] as number) - (b['y'] as number))

/** A loss over the learning rate: a valley between too slow and divergence. */
const valley = (lr: number): number => {
  const u = Math.log10(lr)
  return 0.05 + 0.3 * (1 - Math.exp(-(((u + 1.2) / 0.6) ** 2))) + Math.max(0, 2 * (u + 0.5))
}

async function bestRates(make: () => Sampler, trials: number): Promise<number[]> {
  const all: number[] = []
  for (let seed = 0; seed < 5; seed++) {
    await using study = await createStudy({ space: rates, sampler: make(), seed })
    await study.optimize(({ params }) => valley(params.lr), { trials })
    all.push(Math.min(...study.trials().map((t) => t.metrics['value'] as number)))
  }
  return all.sort((a, b) => a - b)
}

describe('gamma', () => {
  it.each([
    { readings: ['D'] },
    { readings: 'A' },
    { distribution: 'normal' },
    { acquisition: 'ei' },
    { quantile: 0 },
    { quantile: 1 },
    { goodShare: 0 },
    { minSpread: 0 },
    { minSpread: Number.NaN },
    { evenShare: 1.1 },
    { startupTrials: 0 },
    { candidates: 0.5 },
    { maxObservations: 3 },
  ])('refuses the options %j', (options) => {
    expect(() => gamma(options as unknown as GammaOptions)).toThrow(
      expect.objectContaining({ code: 'sampler/options' }) as Error,
    )
  })

  it('shows all its options, with the readings in order', () => {
    expect(gamma({ readings: ['C', 'A', 'C'] }).options).toEqual({
      readings: ['A', 'C'],
      distribution: 'gamma',
      acquisition: 'EI',
      quantile: 0.1,
      goodShare: 0.25,
      minSpread: 0.5,
      evenShare: 0.25,
      startupTrials: null,
      candidates: 256,
      maxObservations: 400,
    })
  })

  it('begins as gp does, in the middle and then evenly', () => {
    const first = proposeAfter({ space: plane }, [])
    expect(first.values).toEqual({ x: 0.5, y: 0.5 })
    expect(first.why).toBe('gamma: the middle of the space first')
    const { why } = proposeAfter({ space: plane }, grid(bowl).slice(0, 3))
    expect(why).toBe('gamma: even start, 3 of 4 results are in')
  })

  it('goes to the bottom of a bowl and says what it did', () => {
    const { values, why } = proposeAfter({ space: plane }, grid(bowl))
    expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.15)
    expect(why).toMatch(
      /^gamma: log expected improvement -?[\d.]+ of a Gamma of shape [\d.e+]+, refines trial 9$/,
    )
    const twin = proposeAfter({ space: plane }, grid(bowl), { distribution: 'gaussian' })
    expect(twin.why).toContain('of a Gaussian, ')
  })

  it.each<GammaOptions>([
    { readings: ['A'] },
    { readings: ['B'] },
    { readings: ['C'] },
    { readings: [] },
    { distribution: 'gaussian' },
    { acquisition: 'PI' },
    { acquisition: 'quantile' },
    { acquisition: 'PI', distribution: 'gaussian' },
    { acquisition: 'quantile', distribution: 'gaussian' },
  ])('finds the bottom with %j, for losses and for gains', (options) => {
    const { values } = proposeAfter({ space: plane }, grid(bowl), options)
    expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.25)
    const study = { space: plane, objectives: [{ name: 'value', direction: 'maximize' }] } as const
    const gains = grid((x, y) => 1 - bowl(x, y))
    const best = proposeAfter(study, gains, options).values
    expect(distance(best, { x: 0.3, y: 0.6 })).toBeLessThan(0.25)
  })

  it('is not thrown off by outliers, infinities, failures or losses below zero', () => {
    const spoil = [1e6, Number.POSITIVE_INFINITY, 1e300]
    const trials = grid((x, y) =>
      y < 0.25 && x > 0.5 ? (spoil[Math.floor(x * 3)] ?? 1e6) : bowl(x, y) - 5,
    ).map((t, i): MadeTrial => (i === 15 ? { values: t.values as Values, state: 'failed' } : t))
    const { values } = proposeAfter({ space: plane }, trials)
    expect(distance(values, { x: 0.3, y: 0.6 })).toBeLessThan(0.2)
  })

  it('takes pruned trials for no better than the median and keeps away from pending ones', () => {
    const pruned: MadeTrial[] = [0.85, 0.9, 0.95].map((x) => ({
      values: { x, y: 0.1 },
      state: 'pruned',
      reports: [[1, { value: 1e-9 }]],
    }))
    const trials = [...grid(bowl), ...pruned]
    const first = proposeAfter({ space: plane }, trials).values
    expect(distance(first, { x: 0.3, y: 0.6 })).toBeLessThan(0.2)
    // Where a trial is running that should do well, less is to be won.
    const gain = (values: Values): number => {
      const { why } = proposeAfter({ space: plane }, [...trials, { values, state: 'running' }])
      return Number(/improvement (\S+)/.exec(why!)![1])
    }
    expect(gain(first)).toBeLessThan(gain({ x: 0.99, y: 0.99 }) - 0.2)
  })

  it('heeds outcome constraints, and first of all looks for where they hold', () => {
    const study = { space: plane, constraints: ['cost <= 0.5'] }
    const withCost = (cost: (x: number) => number): MadeTrial[] =>
      grid((x, y) => 0.1 + (x - 0.9) ** 2 + (y - 0.6) ** 2).map((t) => {
        const x = t.values?.['x'] as number
        return { ...t, metrics: { ...t.metrics, cost: cost(x) } }
      })
    const { values } = proposeAfter(
      study,
      withCost((x) => x),
    )
    expect(values['x']).toBeLessThan(0.56)
    expect(values['x']).toBeGreaterThan(0.3)
    const none = proposeAfter(
      study,
      withCost((x) => x + 0.6),
    )
    expect(none.values['x']).toBeLessThan(0.15)
    expect(none.why).toContain('feasibility')
  })

  it('forgets the losses while no trial meets the outcome constraints', () => {
    const board = space({ x: int(0, 4), y: int(0, 4) }) as SearchSpace
    const study = { space: board, constraints: ['cost <= 0'] }
    const after = (loss: (x: number) => number): Proposal => {
      const trials = Array.from({ length: 12 }, (_, i): MadeTrial => {
        const [x, y] = [1 + (i % 4), Math.floor(i / 4)]
        const metrics = { value: loss(x), cost: 1 + 0.1 * x + 0.1 * (y - 1) ** 2 }
        return { values: { x, y }, state: 'complete', metrics }
      })
      return proposeAfter(study, trials)
    }
    // The pool holds every configuration, so that only what is maximised decides.
    expect(after((x) => 9 - x ** 2).values).toEqual(after((x) => x ** 2).values)
  })

  it('copes with a surrogate that expects losses below zero', () => {
    const line = space({ x: float(-1, 1) }) as SearchSpace
    const trials = Array.from({ length: 10 }, (_, i): MadeTrial => {
      const x = -1 + 0.19 * i
      return { values: { x }, state: 'complete', metrics: { value: 0.9 - x } }
    })
    const { values, why } = proposeAfter({ space: line }, trials)
    expect(values['x']).toBeGreaterThan(0.92)
    expect(why).not.toContain('NaN')
  })

  it('proposes no configuration twice while there are others', async () => {
    const small = space({ a: int(1, 4), b: flag(), c: float(0, 1, { step: 0.5 }) })
    await using study = await createStudy({ space: small, sampler: gamma(), seed: 1 })
    await study.optimize(({ params }) => Math.abs(params.a - 2) + params.c, { trials: 22 })
    const keys = study.trials().map((t) => JSON.stringify(t.values))
    expect(new Set(keys).size).toBe(22)
  })
})

describe('gamma on a learning rate', () => {
  it('beats random search by far within 20 trials, with its twin close by', async () => {
    const ours = await bestRates(gamma, 20)
    const twin = await bestRates(() => gamma({ distribution: 'gaussian' }), 20)
    const drawn = await bestRates(random, 20)
    // The least possible loss is 0.05.
    expect(ours.at(-1)! - 0.05).toBeLessThan(1e-4)
    expect(twin.at(-1)! - 0.05).toBeLessThan(1e-3)
    expect(drawn[2]! - 0.05).toBeGreaterThan(10 * (ours.at(-1)! - 0.05))
  })
})

describe('the Gaussian twin', () => {
  it('is the same sampler where neither the prediction nor the search is a Gamma', () => {
    for (const readings of [[], ['C']] as const) {
      const [one, other] = (['gamma', 'gaussian'] as const).map((distribution) =>
        proposeAfter({ space: plane }, grid(bowl), { readings, distribution }),
      )
      expect(one).toEqual(other)
    }
  })

  it('shares the fit of the surrogate, whatever the distributions', () => {
    const memos = (['gamma', 'gaussian'] as const).map(
      (distribution) => proposeAfter({ space: plane }, grid(bowl), { distribution }).memo,
    )
    expect(memos[0]).toEqual(memos[1])
    expect(JSON.stringify(memos[0])).toContain('gamma:metric:value')
  })
})

describe('gamma remembers its fits in its proposals', () => {
  it('so that a new sampler goes on as the old one would, bit for bit, also beside gp', async () => {
    const journal = memoryJournal()
    const [ours, theirs] = [gamma({ candidates: 32 }), gp({ candidates: 32, starts: 2 })]
    const inTurn: Sampler = {
      ...ours,
      propose: (at, draw) => (draw.trial % 4 === 3 ? theirs : ours).propose(at, draw),
    }
    await using study = await createStudy({
      space: mixedConditional.space as SearchSpace,
      sampler: inTurn,
      seed: 5,
      journal,
      deterministic: true,
      lag: 3,
    })
    const evaluate = mixedConditional.evaluate as (params: unknown) => readonly number[]
    await study.optimize(({ params }) => evaluate(params)[0]!, { trials: 26, workers: 3 })
    const history = await replay(journal)
    for (let trial = 0; trial < 26; trial++) {
      if (trial % 4 === 3) continue
      const view = laggedView(history, trial, 3)
      const draw = { view, trial, rng: createRng(5, 'suggest', trial), seed: 5 }
      const fresh = gamma({ candidates: 32 })
      const proposal = fresh.propose(mixedConditional.space as SearchSpace, draw) as Proposal
      expect(proposal.values).toEqual(study.trials()[trial]!.values)
      expect(proposal.memo).toEqual(history.details.get(trial)?.memo)
    }
  })
})
