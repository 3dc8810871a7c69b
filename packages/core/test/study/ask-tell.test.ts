import { describe, expect, it } from 'vitest'
import {
  choice,
  createStudy,
  flag,
  float,
  int,
  list,
  memoryJournal,
  random,
  simulatedClock,
  space,
  variant,
} from '../../src/index.ts'
import type { Study, TrialRecord } from '../../src/index.ts'
import { errorOf, eventsOf } from './support.ts'

const line = space({ x: float(-5, 5) })

describe('ask and tell', () => {
  it('number trials from 0 and record what they are told', async () => {
    const clock = simulatedClock({ start: 1000 })
    const study = await createStudy({ space: line, sampler: random(), seed: 3, clock, worker: 'w' })
    const [a, b] = [await study.ask(), await study.ask()]
    expect([a.number, b.number]).toEqual([0, 1])
    expect(a.params.x).not.toBe(b.params.x)
    expect(study.trials({ state: 'running' })).toHaveLength(2)
    await clock.advance(2500)
    const record = await study.tell(b, 7)
    expect(record).toEqual<TrialRecord<{ x: number }>>({
      number: 1,
      promoted: 0,
      artifacts: [],
      copyOf: undefined,
      startedFrom: undefined,
      note: undefined,
      tags: [],
      excluded: false,
      state: 'complete',
      epoch: 0,
      values: { x: b.params.x },
      params: b.params,
      objectives: [7],
      metrics: { value: 7 },
      standardErrors: {},
      ran: undefined,
      violation: 0,
      reports: 0,
      step: undefined,
      lastReport: {},
      failure: undefined,
      retried: [],
      stopped: undefined,
      why: undefined,
      worker: 'w',
      startedAt: 1000,
      finishedAt: 3500,
      seconds: 2.5,
      cpuSeconds: undefined,
      peakMemoryBytes: undefined,
    })
    expect(study.trial(0).state).toBe('running')
    expect((await study.tell(0, 1)).objectives).toEqual([1])
  })

  it.each<[string, unknown, string, string, string]>([
    ['NaN', Number.NaN, 'failed', 'not-a-number', 'value is NaN.'],
    [
      'nothing',
      undefined,
      'failed',
      'invalid-result',
      'Expected a number or an object with value, got nothing.',
    ],
    [
      'a word',
      'high',
      'failed',
      'invalid-result',
      'Expected a number or an object with value, got high.',
    ],
    [
      'a list of two',
      [1, 2],
      'failed',
      'invalid-result',
      'Expected a number or an object with value, got [1,2].',
    ],
    [
      'other metrics',
      { loss: 1 },
      'failed',
      'missing-result',
      'No value for value; the result holds loss.',
    ],
    [
      'an empty object',
      {},
      'failed',
      'missing-result',
      'No value for value; the result holds nothing.',
    ],
    [
      'NaN among metrics',
      { value: Number.NaN, loss: 1 },
      'failed',
      'not-a-number',
      'value is NaN.',
    ],
    ['an error', new RangeError('too far'), 'failed', 'error', 'too far'],
  ])('make a failed trial of %s', async (_, result, state, reason, message) => {
    const study = await createStudy({ space: line })
    const record = await study.tell(await study.ask(), result as never)
    expect(record.state).toBe(state)
    expect(record.failure).toMatchObject({ reason, message })
    expect(study.best()).toBeUndefined()
    expect(record.objectives).toEqual([Number.NaN])
  })

  it('take infinities, lists of one, extra metrics and standard errors as results', async () => {
    const study = await createStudy({ space: line })
    const results = [
      Number.POSITIVE_INFINITY,
      [4],
      { value: 3, seconds: 9, nothing: Number.NaN, standardErrors: { value: 0.5 } },
      Number.NEGATIVE_INFINITY,
    ]
    for (const result of results) await study.tell(await study.ask(), result as never)
    expect(study.trials().map((t) => t.objectives[0])).toEqual([Infinity, 4, 3, -Infinity])
    expect(study.trial(2).metrics).toEqual({ value: 3, seconds: 9 })
    expect(study.trial(2).standardErrors).toEqual({ value: 0.5 })
    expect(study.best()?.number).toBe(3)
  })

  it('record a pruned trial without a result', async () => {
    const study = await createStudy({ space: line })
    const trial = await study.ask()
    await trial.report(3, { step: 10 })
    const record = await study.tell(trial, 'pruned')
    expect(record).toMatchObject({ state: 'pruned', objectives: [NaN], step: 10, reports: 1 })
    expect(study.best()).toBeUndefined()
  })

  it('refuse trials that are finished, unknown or of others, saying which', async () => {
    const study = await createStudy({ space: line })
    expect(() => study.trial(0)).toThrow('Study "study" has no trials yet, got 0.')
    const trial = await study.ask()
    await study.tell(trial, 1)
    const again = await errorOf(study.tell(trial, 2))
    expect(again.code).toBe('trial/state')
    expect(again.message).toBe(
      'Trial 0 is complete; tell() takes trials that were asked for here and are running.',
    )
    expect((await errorOf(study.tell(7, 2))).message).toBe(
      'Trial 7 is not opened; tell() takes trials that were asked for here and are running.',
    )
    expect((await errorOf(study.tell(-1, 2))).message).toMatch(/^Trial -1 is not opened/)
    expect(study.trial(0).objectives).toEqual([1])
    expect(() => study.trial(1)).toThrow('Study "study" has trials 0 to 0, got 1.')
    expect(() => study.trial(0.5)).toThrow('got 0.5')
  })

  it('tell subscribers each event once, in order, until they leave', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ space: line, journal })
    const seen: string[] = []
    const leave = study.subscribe((event) => seen.push(event.type))
    const trial = await study.ask()
    await trial.report(1)
    await study.tell(trial, 1)
    leave()
    await study.ask()
    expect(seen).toEqual([
      'trial-opened',
      'trial-claimed',
      'trial-suggested',
      'trial-reported',
      'trial-finished',
    ])
    expect((await eventsOf(journal)).slice(1, 6).map((e) => e.type)).toEqual(seen)
  })

  it('give a trial its seed, its number and values nobody else can change', async () => {
    const study = await createStudy({ space: line, seed: 5 })
    const again = await createStudy({ space: line, seed: 5 })
    const [a, b] = [await study.ask(), await again.ask()]
    expect([a.seed, a.epoch]).toEqual([b.seed, 0])
    expect(Number.isInteger(a.seed) && a.seed >= 0 && a.seed < 2 ** 31).toBe(true)
    expect((await study.ask()).seed).not.toBe(a.seed)
  })

  it('re-queue what still runs when the study is closed, and close the journal', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ space: line, journal })
    const trial = await study.ask()
    await study.close()
    expect(trial.signal.aborted).toBe(true)
    expect(study.trial(0).state).toBe('waiting')
    expect((await errorOf(study.ask())).code).toBe('journal/closed')
  })
})

describe('reports', () => {
  const study = async (): Promise<Study<{ x: number }, number>> =>
    (await createStudy({ space: line })) as unknown as Study<{ x: number }, number>

  it('count their own steps unless told otherwise', async () => {
    const s = await study()
    const trial = await s.ask()
    const steps: (number | undefined)[] = []
    for (const step of [undefined, undefined, 10, undefined, 4, undefined]) {
      await trial.report(1, step === undefined ? {} : { step })
      steps.push(s.trial(0).step)
    }
    expect(steps).toEqual([1, 2, 10, 11, 4, 12])
    expect(s.trial(0).reports).toBe(6)
  })

  it('keep the last and, in the direction of the study, the best value', async () => {
    const s = await createStudy({ space: line, objective: { maximize: 'acc' } })
    const trial = await s.ask()
    for (const acc of [NaN, 0.2, 0.9, 0.5]) await trial.report({ acc, loss: 1 - acc })
    expect(s.trial(0).lastReport).toEqual({ acc: 0.5, loss: 0.5 })
    expect(s.history.columns.get('best:acc')?.data[0]).toBe(0.9)
  })

  it('survive NaN and infinities', async () => {
    const s = await study()
    const trial = await s.ask()
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      expect(await trial.report(x)).toEqual({ kind: 'continue' })
    }
    expect(s.trial(0).lastReport).toEqual({ value: -Infinity })
  })

  it('refuse steps that are none', async () => {
    const trial = await (await study()).ask()
    for (const step of [Number.NaN, -1, Infinity]) {
      expect(() => trial.report(1, { step })).toThrow(
        `Trial 0: a step is a number >= 0, got ${step}.`,
      )
    }
  })
})

describe('the first trial', () => {
  it('has the defaults of the space, as far as they are active', async () => {
    const study = await createStudy({
      space: space({
        lr: float(1e-5, 1, { scale: 'log', default: 0.01 }),
        act: choice(['relu', 'tanh'], { default: 'tanh' }),
        opt: variant(
          {
            sgd: { momentum: float(0, 1, { default: 0.9 }) },
            adam: { beta: float(0, 1, { default: 0.5 }) },
          },
          { default: 'adam' },
        ),
        layers: list(1, 3, { units: int(8, 64, { default: 32 }) }, { default: 2 }),
      }),
    })
    const { params } = await study.ask()
    expect(params).toEqual({
      lr: 0.01,
      act: 'tanh',
      opt: { kind: 'adam', beta: 0.5 },
      layers: [{ units: 32 }, { units: 32 }],
    })
    expect((await study.ask()).params).not.toEqual(params)
  })

  it('has the sampler fill in what has no default', async () => {
    const study = await createStudy({
      space: space({ a: float(0, 1, { default: 0.25 }), b: float(0, 1) }),
      seed: 1,
    })
    const { params } = await study.ask()
    expect(params.a).toBe(0.25)
    expect(params.b).toBeGreaterThan(0)
    expect(study.trial(0).why).toMatch(/^enqueued in part; gp: /)
  })
})

describe('enqueue', () => {
  const net = space(
    {
      lr: float(0, 1),
      opt: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
      layers: list(1, 3, { units: int(1, 64) }),
    },
    { require: ['lr < 0.9 or opt == "adam"'] },
  )

  it('puts configurations in front of the sampler, in their order', async () => {
    const study = await createStudy({ space: net })
    const first = { lr: 0.5, opt: { kind: 'sgd', momentum: 0.9 }, layers: [{ units: 8 }] } as const
    const second = {
      lr: 0.95,
      opt: { kind: 'adam' },
      layers: [{ units: 1 }, { units: 2 }],
    } as const
    await study.enqueue({ ...first, layers: [...first.layers] })
    await study.enqueue({ ...second, layers: [...second.layers] })
    expect((await study.ask()).params).toEqual(first)
    expect((await study.ask()).params).toEqual(second)
    expect(study.trial(0).why).toBe('enqueued')
    expect((await study.ask()).params).not.toEqual(first)
  })

  it('keeps what was set and proposes the rest, within the constraints', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const study = await createStudy({ space: net, seed })
      await study.enqueue({ lr: 0.95 })
      await study.enqueue({ opt: { kind: 'sgd' } })
      await study.enqueueValues({ 'layers.1.units': 7 })
      const [a, b] = [await study.ask(), await study.ask()]
      expect(a.params).toMatchObject({ lr: 0.95, opt: { kind: 'adam' } })
      expect(b.params.opt.kind).toBe('sgd')
      expect(b.params.lr).toBeLessThan(0.9)
      const { layers } = (await study.ask()).params
      if (layers.length > 1) expect(layers[1]).toEqual({ units: 7 })
    }
  })

  it('does not ask the sampler where everything is set', async () => {
    let asked = 0
    const counting = random()
    const sampler = {
      ...counting,
      propose: (...a: Parameters<typeof counting.propose>) => {
        asked++
        return counting.propose(...a)
      },
    }
    const study = await createStudy({ space: line, sampler })
    await study.enqueue({ x: 1 })
    await study.ask()
    expect(asked).toBe(0)
    await study.ask()
    expect(asked).toBe(1)
  })

  it('refuses what the space does not allow, all at once', async () => {
    const study = await createStudy({ space: net, name: 's' })
    const error = await errorOf(
      study.enqueueValues({ lr: 2, 'opt.sgd.momentum': 0.5, opt: 'adam', lrr: 1 }),
    )
    expect(error.code).toBe('space/values')
    expect(error.message).toBe(
      [
        'Enqueued configuration for study "s": 3 problems',
        '  lr: 2 is not a value of float 0..1.',
        '  opt.sgd.momentum: exists only when opt = sgd. Leave it out.',
        '  lrr: the space has no such parameter. Did you mean "lr"?',
      ].join('\n'),
    )
    expect((await errorOf(study.enqueue({ opt: { momentum: 0.5 } } as never))).code).toBe(
      'space/values',
    )
    expect(study.history.enqueued).toHaveLength(0)
  })

  it('refuses a configuration that breaks a constraint, whole or in part', async () => {
    const study = await createStudy({ space: net })
    const whole = { lr: 0.95, opt: { kind: 'sgd', momentum: 0 }, layers: [{ units: 1 }] } as const
    const broken =
      'The enqueued configuration breaks "lr < 0.9 or opt == "adam"". Change its values.'
    expect((await errorOf(study.enqueue({ ...whole, layers: [...whole.layers] }))).message).toBe(
      broken,
    )
    expect((await errorOf(study.enqueue({ lr: 0.95, opt: { kind: 'sgd' } }))).message).toBe(broken)
  })

  it('takes configurations while trials run, and in an empty space', async () => {
    const study = await createStudy({})
    await study.enqueue({})
    expect((await study.ask()).params).toEqual({})
  })
})

describe('several objectives, constraints and ranks', () => {
  it('give the Pareto front, with each direction as it was asked for', async () => {
    const study = await createStudy({
      space: space({ x: int(0, 9), bad: flag() }),
      objective: [{ minimize: 'loss' }, { maximize: 'gain' }],
    })
    const results: [number, number][] = [
      [1, 1],
      [2, 3],
      [3, 2],
      [2, 3],
      [4, 9],
      [0.5, 0.5],
      [9, 9],
    ]
    for (const result of results) await study.tell(await study.ask(), result)
    await study.tell(await study.ask(), { loss: 0, gain: Number.NaN })
    expect(
      study
        .bestTrials()
        .map((t) => t.number)
        .toSorted(),
    ).toEqual([0, 1, 3, 4, 5])
    expect(study.best()?.number).toBe(0)
    expect(study.trial(7).failure?.reason).toBe('not-a-number')
  })

  it('put feasible trials first, then those that break the constraints least', async () => {
    const study = await createStudy({
      space: line,
      objective: { maximize: 'acc' },
      constraints: ['latency <= 50', 'size < 10'],
    })
    const tell = async (result: Record<string, number>): Promise<number> =>
      (await study.tell(await study.ask(), result)).violation
    expect(await tell({ acc: 0.9, latency: 80, size: 5 })).toBe(30)
    expect(study.best()).toBeUndefined()
    expect(await tell({ acc: 0.5, latency: 50, size: 5 })).toBe(0)
    expect(await tell({ acc: 0.99, latency: 52, size: 11 })).toBe(3)
    expect(await tell({ acc: 0.6, latency: 10, size: 9 })).toBe(0)
    expect(await tell({ acc: 0.7, latency: 10 })).toBe(Infinity)
    expect(study.best()?.metrics['acc']).toBe(0.6)
    const { rankTrials } = await import('../../src/index.ts')
    expect(rankTrials(study.history)).toEqual([3, 1, 2, 0, 4])
  })
})

describe('createStudy refuses', () => {
  it('every mistake of its options at once', async () => {
    const error = await errorOf(
      createStudy({
        objective: [{ minimize: 'a' }, { maximize: 'a' }, { minimize: '' }],
        constraints: ['1 < 2', 'latency <='],
        seed: 0.5,
        lag: 0,
      }),
    )
    expect(error.code).toBe('study/config')
    const paths = (error.details as { path: string }[]).map((p) => p.path)
    expect(paths.toSorted()).toEqual([
      'constraints[0]',
      'constraints[1]',
      'lag',
      'objective',
      'objective',
      'seed',
    ])
    expect((await errorOf(createStudy({ objective: [] }))).message).toBe(
      'Study: 1 problem\n  objective: a study needs at least one objective.',
    )
  })

  it.each<[string, object, string]>([
    [
      'several objectives',
      { objectives: 'one' },
      'Sampler "limited" optimises one objective, but study "s" has 2. Use another sampler.',
    ],
    [
      'conditional parameters',
      { conditional: false },
      'Sampler "limited" knows no conditional parameters, but the space of study "s" has some. Use another sampler.',
    ],
    [
      'constraints',
      { constraints: false },
      'Sampler "limited" knows no constraints, but the space of study "s" has some. Use another sampler.',
    ],
    [
      'continuous parameters',
      { continuous: false },
      'Sampler "limited" needs finitely many values, but parameter "x" is continuous. Give it a step, or use another sampler.',
    ],
  ])('a sampler that cannot do %s', async (_, less, message) => {
    const base = random()
    const sampler = { ...base, name: 'limited', supports: { ...base.supports, ...less } }
    const s = space(
      { x: float(0, 1), v: variant({ a: { y: flag() }, b: {} }) },
      { require: ['x < 0.9'] },
    )
    const objective = [{ minimize: 'a' }, { minimize: 'b' }] as const
    const error = await errorOf(createStudy({ name: 's', space: s, sampler, objective }))
    expect([error.code, error.message]).toEqual(['study/capability', message])
  })

  it('a scheduler that watches one objective for a study of two', async () => {
    const { asha } = await import('../../src/index.ts')
    const objective = [{ minimize: 'a' }, { minimize: 'b' }] as const
    const error = await errorOf(createStudy({ name: 's', scheduler: asha(), objective }))
    expect(error.message).toBe(
      'Scheduler "asha" watches one objective, but study "s" has 2. Use scheduler none.',
    )
  })
})
