import { describe, expect, it } from 'vitest'
import type { HistoryView, Sampler, SearchSpace, TpeOptions, Values } from '../../src/index.ts'
import {
  choice,
  createRng,
  createSampler,
  createStudy,
  float,
  int,
  list,
  liveView,
  random,
  space,
  spaceFromJson,
  spaceToJson,
  tpe,
} from '../../src/index.ts'
import type { StudyCreated } from '../../src/journal/event.ts'
import { feasibleDraw } from '../../src/samplers/feasible-draw.ts'
import { historyOf, madeEvents, madeStudy, madeTrial } from '../../src/testing/made-history.ts'
import type { TestProblem } from '../../src/testing/problems.ts'
import { mixedConditional, sphere5, zdt1 } from '../../src/testing/problems.ts'

describe('the test problems', () => {
  // Check points computed with NumPy from the definitions of the benchmark they are taken from.
  it('have their values at the check points', () => {
    const at = (x: number, names: string[]): never =>
      Object.fromEntries(names.map((n) => [n, x])) as never
    const [x0, x1, x2, x3, x4] = ['x0', 'x1', 'x2', 'x3', 'x4']
    const five = [x0, x1, x2, x3, x4] as string[]
    expect(sphere5.evaluate(at(-2, five))[0]).toBeCloseTo(49.15, 10)
    const [, second] = zdt1.evaluate(at(0.3, [...five, 'x5', 'x6', 'x7']))
    expect(second).toBeCloseTo(2.6464346247147263, 10)
    const params = { lr: 0.300007, wd: 0.030000007, layers: 2, units: 9, act: 'tanh' } as const
    const opt = { kind: 'adam', one_minus_beta2: 0.06007 } as const
    expect(mixedConditional.evaluate({ ...params, opt })[0]).toBeCloseTo(5.998523301187978, 9)
  })
})

/** The best loss of a study of this problem. */
async function bestOf<P>(
  problem: TestProblem<P>,
  sampler: Sampler,
  seed: number,
  trials: number,
): Promise<number> {
  const study = await createStudy({ space: problem.space, sampler, seed })
  await study.optimize(({ params }) => problem.evaluate(params)[0] as number, { trials })
  return study.best()?.objectives[0] as number
}
const median = (xs: readonly number[]): number =>
  xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)] as number

describe('tpe finds better places than random draws', () => {
  // 20 seeds, paired, 60 trials. If both were alike the wins would be binomial(20, 1/2): 16 or more
  // in 0.6 % of cases. The medians must differ by the factor observed with a margin of about two.
  it.each([
    [sphere5 as TestProblem, 0.4],
    [mixedConditional as TestProblem, 0.6],
  ])('on $name', async (problem, factor) => {
    const found: { model: number; drawn: number }[] = []
    for (let seed = 0; seed < 20; seed++) {
      found.push({
        model: await bestOf(problem, tpe(), seed, 60),
        drawn: await bestOf(problem, random(), seed, 60),
      })
    }
    expect(found.filter(({ model, drawn }) => model < drawn).length).toBeGreaterThanOrEqual(16)
    expect(median(found.map((f) => f.model))).toBeLessThan(
      factor * median(found.map((f) => f.drawn)),
    )
  })

  it('with eight workers that do not know of each other yet', async () => {
    let wins = 0
    for (let seed = 0; seed < 12; seed++) {
      const run = async (sampler: Sampler): Promise<number> => {
        const study = await createStudy({ space: sphere5.space, sampler, seed })
        const loss = async ({ params }: { params: never }): Promise<number> => {
          await new Promise((resolve) => setImmediate(resolve))
          return sphere5.evaluate(params)[0] as number
        }
        await study.optimize(loss as never, { trials: 100, workers: 8 })
        return study.best()?.objectives[0] as number
      }
      if ((await run(tpe())) < (await run(random()))) wins++
    }
    expect(wins).toBeGreaterThanOrEqual(10)
  })

  it('under constraints on lists that are decided only element by element', async () => {
    const s = space(
      { layers: list(1, 4, { units: int(1, 10) }), lr: float(0, 1) },
      { require: ['sum(layers.units) >= 12', 'layers.length >= 2'] },
    )
    const study = await createStudy({ space: s, sampler: tpe(), seed: 3 })
    await study.optimize(({ params }) => params.layers.length + params.lr, { trials: 60 })
    const late = study.trials().slice(30)
    // Proposals come from the model, not from draws after every candidate was refused.
    expect(late.filter((t) => t.why?.startsWith('tpe: likeliest')).length).toBe(late.length)
    expect(late.filter((t) => t.params.layers.length === 2).length).toBeGreaterThan(15)
  })
})

describe('tpe', () => {
  const wide = space({
    a: float(0, 1),
    b: int(1, 1000, { scale: 'log' }),
    c: choice(['x', 'y', 'z']),
    d: float(0, 1, { step: 0.1 }),
  })
  const copy = (): SearchSpace => spaceFromJson(spaceToJson(wide as SearchSpace))
  const loss = (v: Values): number =>
    (v['a'] as number) + Math.log(v['b'] as number) + (v['c'] === 'x' ? 0 : 1) + (v['d'] as number)

  it('proposes the same from a long-lived model as from a new one, over jumps of any size', async () => {
    const events = [madeStudy({ space: wide as SearchSpace })]
    const history = historyOf(events)
    const old = tpe()
    const rng = createRng('jumps')
    const pending: number[] = []
    let asked = 0
    // Beyond 5,000 trials the kernels are a sample that is kept for a while.
    for (const size of [11, 1, 2, 40, 70, 1, 200, 3, 500, 1, 4800, 1, 30, 1, 400, 1]) {
      for (let i = 0; i < size; i++) {
        const trial = history.length
        const values = feasibleDraw(wide as SearchSpace, rng.fork(trial))
        const made = { values, state: 'complete', metrics: { value: loss(values) } } as const
        const { start, rest } = madeTrial(trial, made)
        const more = rng.int(50) === 0 ? start : [...start, ...rest]
        if (more === start) pending.push(trial)
        events.push(...more)
        historyOf(more, history)
      }
      const trial = history.length
      const draw = (view: HistoryView): Parameters<Sampler['propose']>[1] => ({
        view,
        trial,
        rng: createRng(1, trial),
        seed: 1,
      })
      const opening = madeTrial(trial, { state: 'running' }).start
      const fresh = historyOf(opening, historyOf(events))
      events.push(...opening)
      historyOf(opening, history)
      const proposal = await old.propose(wide as SearchSpace, draw(liveView(history, trial)))
      const again = await tpe().propose(copy(), draw(liveView(fresh, trial)))
      expect(again, `after ${trial} trials`).toEqual(proposal)
      asked++
    }
    expect(asked).toBe(16)
    expect(pending.length).toBeGreaterThan(50)
  })

  it('ranks anew when the study is changed while it is at work', async () => {
    const study = { space: wide as SearchSpace }
    const rng = createRng('changed')
    const trials = Array.from({ length: 40 }, (_, i) => {
      const values = feasibleDraw(wide as SearchSpace, rng.fork(i))
      return { values, state: 'complete' as const, metrics: { value: loss(values) } }
    })
    const history = historyOf(madeEvents(study, trials))
    const old = tpe()
    const ask = (sampler: Sampler): unknown =>
      sampler.propose(wide as SearchSpace, {
        view: liveView(history, 40),
        trial: 40,
        rng: createRng(1),
        seed: 1,
      })
    historyOf(madeTrial(40, { state: 'running' }).start, history)
    const before = ask(old)
    const objectives = [{ name: 'value', direction: 'maximize' }] as const
    const turned = madeStudy({ ...study, objectives }) as StudyCreated
    historyOf([{ type: 'study-changed', at: 0, study: turned.study }], history)
    expect(ask(old)).toEqual(ask(tpe()))
    expect(ask(old)).not.toEqual(before)
  })

  it('keeps away from where other workers are already looking', async () => {
    // One good place; with the model's own choice pending many times over, others become likelier.
    const line = space({ x: float(0, 1) })
    const near = async (running: number): Promise<number> => {
      let count = 0
      for (let seed = 0; seed < 40; seed++) {
        const trials = Array.from({ length: 30 }, (_, i) => ({
          values: { x: (i + 0.5) / 30 },
          state: 'complete' as const,
          metrics: { value: Math.abs((i + 0.5) / 30 - 0.5) },
        }))
        const busy = Array.from({ length: running }, (_, i) => ({
          values: { x: 0.48 + (0.04 * i) / Math.max(1, running) },
          state: 'running' as const,
        }))
        const history = historyOf(madeEvents({ space: line as SearchSpace }, [...trials, ...busy]))
        const trial = history.length
        historyOf(madeTrial(trial, { state: 'running' }).start, history)
        const { values } = await tpe().propose(line as SearchSpace, {
          view: liveView(history, trial),
          trial,
          rng: createRng(seed),
          seed,
        })
        if (Math.abs((values['x'] as number) - 0.5) < 0.03) count++
      }
      return count
    }
    expect(await near(0)).toBeGreaterThan((await near(20)) + 5)
  })

  it('learns from pruned trials how far they came', async () => {
    // Trials in the upper half are stopped at once; nothing completes there.
    const line = space({ x: float(0, 1) })
    const trials = Array.from({ length: 40 }, (_, i) => {
      const x = (i + 0.5) / 40
      return x < 0.5
        ? { values: { x }, state: 'pruned' as const, reports: [[9, { value: 1 - x }]] as const }
        : { values: { x }, state: 'pruned' as const, reports: [[1, { value: x }]] as const }
    })
    const history = historyOf(madeEvents({ space: line as SearchSpace }, trials))
    historyOf(madeTrial(40, { state: 'running' }).start, history)
    let lower = 0
    for (let seed = 0; seed < 40; seed++) {
      const draw = { view: liveView(history, 40), trial: 40, rng: createRng(seed), seed }
      const { values } = await tpe().propose(line as SearchSpace, draw)
      if ((values['x'] as number) < 0.55) lower++
    }
    expect(lower).toBeGreaterThan(34)
  })

  it('refuses options out of range, all at once', () => {
    const refusal = (options: TpeOptions): string => {
      try {
        tpe(options)
      } catch (error) {
        return (error as Error).message
      }
      return 'none'
    }
    expect(refusal({ startupTrials: 0 })).toBe(
      'tpe: 1 problem\n  startupTrials: startupTrials >= 1 must hold, but got 0.',
    )
    expect(refusal({ candidates: 0, gamma: Number.NaN, priorWeight: -1 })).toBe(
      [
        'tpe: 3 problems',
        '  candidates: candidates >= 1 must hold, but got 0.',
        '  gamma: 0 < gamma < 1 must hold, but got NaN.',
        '  priorWeight: priorWeight must be a number of at least 0, but got -1.',
      ].join('\n'),
    )
    expect(refusal({ gamma: 1 })).toContain('but got 1.')
    expect(refusal({ grouping: 'group' as never })).toBe(
      'tpe: 1 problem\n  grouping: It must be one of univariate, multivariate, grouped, but got "group".',
    )
  })

  it('proposes what it always proposed', async () => {
    // Recorded from this sampler; a change of these numbers changes every study that is resumed.
    const study = await createStudy({ space: wide, sampler: tpe(), seed: 1, deterministic: true })
    await study.optimize(({ params }) => loss(params as never), { trials: 60 })
    const values = [10, 25, 59].map((trial) => study.trials()[trial]?.values)
    expect(values).toEqual([
      { a: 0.9728954777820036, b: 9, c: 'x', d: 1 },
      { a: 0.13940937585585877, b: 6, c: 'x', d: 0.8 },
      { a: 0.14539129200502227, b: 21, c: 'x', d: 0.1 },
    ])
  })

  it('stores all its options, as JSON from which the same sampler is made', () => {
    const options: Required<TpeOptions> = {
      startupTrials: 5,
      candidates: 7,
      gamma: 0.2,
      grouping: 'univariate',
      prior: { a: { around: 0.5, spread: 0.1 }, c: { x: 1 } },
      priorWeight: 3,
    }
    expect(tpe(options).options).toEqual(options)
    expect(Object.keys(tpe().options ?? {}).sort()).toEqual(Object.keys(options).sort())
    const stored = JSON.parse(JSON.stringify(options)) as never
    expect(createSampler({ name: 'tpe', options: stored }).options).toEqual(options)
  })
})
