import { describe, expect, it } from 'vitest'
import type {
  Entry,
  Sampler,
  StudyEvent,
  StudyOptions,
  Trial,
  Verification,
  VerifyOptions,
} from '../../src/index.ts'
import {
  asha,
  choice,
  createRng,
  createStudy,
  float,
  genetic,
  int,
  median,
  memoryJournal,
  random,
  simulatedClock,
  space,
  tpe,
  verifyStudy,
} from '../../src/index.ts'
import { mixedConditional } from '../../src/testing/problems.ts'
import { oneOfEach, record } from './recorded.ts'
import { eventsOf, slowJournal } from './support.ts'

type Params = (typeof mixedConditional.space)['~params'] & object
type Options = Partial<StudyOptions<Params, 'minimize'>>

const clock = simulatedClock({ auto: true })
const base: Options = {
  space: mixedConditional.space,
  seed: 11,
  clock,
  sampler: tpe({ startupTrials: 5 }),
  scheduler: asha({ factor: 2 }),
}
const net = space({ lr: float(0, 1), units: int(1, 4), act: choice(['relu', 'tanh']) })

/** Takes random times, so that workers overlap, reports eight times and fails now and then. */
async function train(trial: Trial<Params>): Promise<number> {
  const rng = createRng('delays', trial.number, trial.epoch)
  const [loss = 0] = mixedConditional.evaluate(trial.params)
  for (let step = (trial.resume?.step ?? 0) + 1; step <= 8; step++) {
    await clock.sleep(1000 * rng.next() ** 3)
    if ((await trial.report(loss * (1 + 1 / step), { step })).kind === 'stop') return loss
  }
  return trial.number % 7 === 3 ? Number.NaN : loss
}

/** The events of a study that several handles ran together. */
async function run(
  options: Options,
  { trials = 30, workers = 1, handles = 1 } = {},
): Promise<StudyEvent[]> {
  const memory = memoryJournal()
  // Alone nobody comes in between.
  const journal = workers * handles > 1 ? slowJournal(memory) : memory
  const open = (i: number) => createStudy({ ...base, ...options, journal, worker: `w${i}` })
  const studies = []
  for (let i = 0; i < handles; i++) studies.push(await open(i))
  await Promise.all(studies.map((study) => study.optimize(train as never, { trials, workers })))
  return eventsOf(journal)
}

const entriesOf = (events: readonly StudyEvent[]): Entry[] =>
  events.map((event, i) => ({ seq: i + 1, event }))
const verify = (events: readonly StudyEvent[], options?: VerifyOptions): Promise<Verification> =>
  verifyStudy(entriesOf(events), options)
const count = (events: readonly StudyEvent[], type: StudyEvent['type']): number =>
  events.filter((event) => event.type === type).length

/** That everything was checked and nothing differs. */
function expectSame(events: readonly StudyEvent[], found: Verification): void {
  expect(found.differences).toEqual([])
  expect(found.skipped).toEqual([])
  expect(found).toMatchObject({
    events: events.length,
    differing: 0,
    checked: {
      suggestion: count(events, 'trial-suggested'),
      decision: count(events, 'trial-decided'),
    },
  })
}

/** Replaces the event at a place that has the type. */
function changed<T extends StudyEvent['type']>(
  events: readonly StudyEvent[],
  type: T,
  nth: number,
  change: (event: Extract<StudyEvent, { type: T }>) => StudyEvent,
): { events: StudyEvent[]; seq: number } {
  const places = events.flatMap((event, i) => (event.type === type ? [i] : []))
  const at = places.at(nth) ?? -1
  const event = change(events[at] as Extract<StudyEvent, { type: T }>)
  return { events: events.with(at, event), seq: at + 1 }
}

const withoutSeen = (events: readonly StudyEvent[]): StudyEvent[] =>
  events.map((event) => {
    if (!('seen' in event)) return event
    const { seen: _, ...rest } = event
    return rest
  })

describe('a journal that is replayed', () => {
  for (const recipe of oneOfEach()) {
    it(`says what was recorded: ${recipe.name}`, async () => {
      const { events } = await record(recipe)
      const found = await verify(events)
      expectSame(events, found)
      if (recipe.scheduler.options?.['promote'] === true) {
        const promotions = count(events, 'trial-promoted')
        expect(promotions).toBeGreaterThan(5)
        expect(found.checked.promotion).toBe(promotions + 50)
      }
    })
  }

  it.each([
    ['several workers', { workers: 4 }],
    ['several processes', { workers: 2, handles: 3 }],
  ])('says what was recorded by %s', async (_, how) => {
    const events = await run({}, how)
    // Otherwise others did not come in between, and nothing is tested here.
    const late = events.filter((event, i) => 'seen' in event && event.seen !== i)
    expect(late.length).toBeGreaterThan(5)
    expectSame(events, await verify(events))
    expectSame(events, await verify(events, { fresh: true }))
    const lagged = await run({ deterministic: true }, how)
    expectSame(lagged, await verify(lagged))
    expectSame(lagged, await verify(lagged, { fresh: true }))
  })

  it('says what was recorded with promotions by several workers', async () => {
    const scheduler = asha({ factor: 2, maxSteps: 8, promote: true })
    const events = await run({ scheduler }, { workers: 4 })
    const found = await verify(events)
    expectSame(events, found)
    expect(count(events, 'trial-promoted')).toBeGreaterThan(5)
    expect(found.checked.promotion).toBe(count(events, 'trial-promoted') + 30)
    const other = changed(events, 'trial-promoted', 2, (event) => ({ ...event, reason: 'a whim' }))
    expect((await verify(other.events)).differences[0]).toMatchObject({
      kind: 'promotion',
      seq: other.seq,
      part: 'reason',
      recorded: 'a whim',
    })
    const opened = events.findLastIndex((event) => event.type === 'trial-opened')
    const promoted = events.findLastIndex((event) => event.type === 'trial-promoted')
    expect(promoted).toBeGreaterThan(opened)
    const instead = { type: 'trial-opened', at: 0, trial: 30 } as const
    const early = await verify([...events.slice(0, promoted), instead])
    expect(early.differences).toMatchObject([
      { kind: 'promotion', trial: 30, part: 'promotion', recorded: undefined },
    ])
    expect(early.differences[0]?.computed).toBe((events[promoted] as { trial: number }).trial)
  })

  it('says what was recorded after changes of the study, and of its ranges', async () => {
    const journal = memoryJournal()
    const parts: StudyOptions<unknown, 'minimize'>[] = [
      { space: net, seed: 1, sampler: random(), scheduler: median({ startupTrials: 1 }) },
      { space: net, seed: 2, sampler: tpe({ startupTrials: 2 }), scheduler: asha({ factor: 2 }) },
      { space: space({ lr: float(0, 2) }), sampler: genetic({ populationSize: 3, elites: 1 }) },
      { deterministic: true, lag: 2 },
      { deterministic: false, duplicates: 'resample' },
    ]
    for (const [i, options] of parts.entries()) {
      const study = await createStudy({ journal, acceptChanges: true, ...options })
      await study.enqueueValues({ lr: 0.5 })
      if (i % 2 === 0) await study.narrow({ lr: { low: 0.25, high: 1 } })
      await study.optimize(
        async (trial) => {
          const { lr } = trial.params as { lr: number }
          for (let step = 1; step <= 3; step++) {
            if ((await trial.report(lr + 1 / step, { step })).kind === 'stop') break
          }
          return lr
        },
        { trials: 8 * (i + 1) },
      )
    }
    const events = await eventsOf(journal)
    expect(count(events, 'study-changed')).toBe(4)
    expect(count(events, 'space-adjusted')).toBe(3)
    expectSame(events, await verify(events))
    expectSame(events, await verify(events, { fresh: true }))
  })

  it('says what was recorded where configurations are not tried twice', async () => {
    const few = space({ a: int(1, 3), b: choice(['x', 'y']) })
    for (const policy of ['resample', 'memoise'] as const) {
      const journal = memoryJournal()
      const sampler = tpe({ startupTrials: 3 })
      const study = await createStudy({ space: few, journal, sampler, duplicates: policy })
      await study.optimize(({ params }) => params.a, { trials: 12 })
      const events = await eventsOf(journal)
      expectSame(events, await verify(events))
    }
  })

  it('says what was recorded for parameters met while running', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ journal, sampler: tpe({ startupTrials: 3 }), clock })
    await study.optimize(
      async (trial) => {
        const x = trial.suggestFloat('x', 0, 1)
        await clock.sleep(100 * ((trial.number * 7) % 5))
        if (trial.number % 2 === 0) await trial.report(x)
        const n = trial.number % 3 === 0 ? trial.suggestInt('n', 1, 9) : 0
        return x + n
      },
      { trials: 20, workers: 3 },
    )
    const events = await eventsOf(journal)
    const found = await verify(events)
    expectSame(events, found)
    expect(found.checked.discovery).toBe(27)
    const other = changed(events, 'trial-finished', 3, (event) => ({
      ...event,
      discovered: event.discovered?.map((it) => ({ ...it, value: 0.123 })) ?? [],
    }))
    const [first] = (await verify(other.events)).differences
    expect(first).toMatchObject({ kind: 'discovery', seq: other.seq, part: 'discovered' })
    expect(first?.recorded).toBe(0.123)
  })

  it('lets a process that was at work before a change go on as it was told', async () => {
    const journal = memoryJournal()
    const old = await createStudy({ space: net, journal, sampler: random(), seed: 1, worker: 'a' })
    const trial = await old.ask()
    const sampler = tpe({ startupTrials: 1 })
    const late = await createStudy({
      space: net,
      journal,
      sampler,
      worker: 'b',
      seed: 2,
      acceptChanges: true,
    })
    await old.tell(trial, 1)
    for (let i = 0; i < 4; i++) {
      for (const study of [old, late]) await study.tell(await study.ask(), i)
    }
    const events = await eventsOf(journal)
    expectSame(events, await verify(events))
  })

  it('can be read from a journal, and tells how far it is', async () => {
    const events = await run({}, { trials: 10 })
    const told: number[][] = []
    const found = await verifyStudy(memoryJournal(events), {
      progress: (...at) => void told.push(at),
    })
    expectSame(events, found)
    // Openings count as well: for all but schedulers that promote there is nothing to check.
    const total = found.checked.suggestion + found.checked.decision + 10
    expect(told).toEqual(Array.from({ length: total }, (_, i) => [i + 1, total]))
  })

  it('may be empty, or hold what no study began', async () => {
    const none = await verify([])
    expect(none).toMatchObject({ events: 0, differing: 0, skipped: [] })
    const foreign: StudyEvent[] = [
      { type: 'trial-opened', at: 0, trial: 0 },
      { type: 'trial-suggested', at: 0, trial: 0, values: {} },
    ]
    const found = await verify(foreign)
    expect(found.skipped.map(({ why }) => why)).toContain('the study had not been created')
    const created = (await run({}, { trials: 1 }))[0] as StudyEvent
    const unopened = await verify([created, foreign[1] as StudyEvent])
    expect(unopened.skipped).toEqual([
      { kind: 'suggestion', why: 'its trial had not been opened', count: 1, trial: 0 },
    ])
  })
})

describe('a journal that does not follow from itself', () => {
  it('is told by the parameter, with what was recorded and what is computed', async () => {
    const events = await run({}, { workers: 4 })
    const { events: other, seq } = changed(events, 'trial-suggested', 20, (event) => ({
      ...event,
      values: { ...event.values, act: 'swish' },
    }))
    const found = await verify(other)
    const original = events[seq - 1] as Extract<StudyEvent, { type: 'trial-suggested' }>
    expect(found.differences[0]).toEqual({
      kind: 'suggestion',
      seq,
      trial: original.trial,
      part: 'value',
      param: 'act',
      recorded: 'swish',
      computed: original.values['act'],
    })
  })

  it('is told by what differs in a memo, a reason or a missing parameter', async () => {
    const events = await run({ sampler: genetic({ populationSize: 4, elites: 1 }) })
    const differing = async (
      change: (event: Extract<StudyEvent, { type: 'trial-suggested' }>) => StudyEvent,
    ): Promise<unknown[]> => {
      const other = changed(events, 'trial-suggested', -1, change)
      const { differences } = await verify(other.events)
      return differences.map(({ part, param }) => [part, param])
    }
    expect(await differing((event) => ({ ...event, memo: ['other'] }))).toEqual([
      ['memo', undefined],
    ])
    expect(await differing((event) => ({ ...event, why: 'luck' }))).toEqual([['why', undefined]])
    expect(
      await differing((event) => {
        const { lr: _, ...values } = event.values
        return { ...event, values }
      }),
    ).toEqual([['value', 'lr']])
    expect(await differing((event) => ({ ...event, proposed: { z: 1 } }))).toEqual([
      ['proposed', 'z'],
    ])
  })

  it('is told by its decisions, whichever way', async () => {
    const events = await run({}, { workers: 4 })
    const decided = events.filter((event) => event.type === 'trial-decided')
    const stopped = decided.findIndex(({ decision }) => decision === 'stop')
    const { events: other, seq } = changed(events, 'trial-decided', stopped, (event) => {
      const { reason: _, ...rest } = event
      return { ...rest, decision: 'continue' }
    })
    expect((await verify(other)).differences[0]).toMatchObject({
      kind: 'decision',
      seq,
      trial: decided[stopped]?.trial,
      step: decided[stopped]?.step,
      part: 'decision',
      recorded: 'continue',
      computed: 'stop',
    })
    const reason = changed(events, 'trial-decided', stopped, (event) => ({
      ...event,
      reason: 'no',
    }))
    expect((await verify(reason.events)).differences).toMatchObject([
      { seq, part: 'reason', recorded: 'no', computed: decided[stopped]?.reason },
    ])
  })

  it('is told by what follows from a result that was changed', async () => {
    const events = await run({})
    const { events: other, seq } = changed(events, 'trial-finished', 8, (event) => ({
      ...event,
      state: 'complete',
      metrics: { value: -1e6 },
    }))
    const found = await verify(other, { keep: 3 })
    expect(found.differing).toBeGreaterThan(3)
    expect(found.differences).toHaveLength(3)
    expect(found.differences[0]?.seq).toBeGreaterThan(seq)
    const places = found.differences.map((difference) => difference.seq)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('is told when its seed is another', async () => {
    const events = await run({ deterministic: true }, { trials: 12 })
    const other = changed(events, 'study-created', 0, (event) => ({
      ...event,
      study: { ...event.study, seed: 12 },
    }))
    expect((await verify(other.events)).differing).toBeGreaterThan(5)
  })

  it('is told by the message where a sampler fails now', async () => {
    const events = await run({}, { trials: 3 })
    const broken: Sampler = {
      ...random(),
      propose: () => {
        throw new TypeError('out of ideas')
      },
    }
    const found = await verify(events, { createSampler: () => broken })
    expect(found.differences).toMatchObject([
      { part: 'error', computed: 'out of ideas' },
      { part: 'error' },
      { part: 'error' },
    ])
  })
})

describe('what a journal does not hold', () => {
  const custom = (): Sampler => ({ ...random(), name: 'custom', options: { strength: 3 } })

  it('is told of samplers and schedulers of one’s own, and can be given', async () => {
    const scheduler = { ...asha({ factor: 2 }), name: 'mine' }
    const events = await run({ sampler: custom(), scheduler }, { trials: 12 })
    const found = await verify(events)
    const why = (kind: string) => found.skipped.find((skip) => skip.kind === kind)
    expect(found).toMatchObject({ differing: 0, checked: { suggestion: 0, decision: 0 } })
    expect(why('suggestion')).toMatchObject({ count: 12, trial: 0 })
    expect(why('suggestion')?.why).toMatch(/There is no sampler "custom"/)
    expect(why('decision')?.why).toMatch(/There is no scheduler "mine"/)
    expect(why('decision')?.count).toBe(count(events, 'trial-decided'))
    const given = await verify(events, {
      createSampler: ({ name }) => (name === 'custom' ? custom() : undefined),
      createScheduler: () => scheduler,
    })
    expectSame(events, given)
  })

  it('is told of constraints that are functions, and can be given', async () => {
    const rules = [({ lr }: { lr: number }) => lr < 0.3]
    const ruled = space({ lr: float(0, 1) }, { require: rules })
    const journal = memoryJournal()
    const study = await createStudy({ space: ruled, journal })
    await study.optimize(({ params }) => params.lr, { trials: 6 })
    const events = await eventsOf(journal)
    const [skip, ...others] = (await verify(events)).skipped
    expect(others).toEqual([])
    expect(skip).toMatchObject({ kind: 'suggestion', count: 6 })
    expect(skip?.why).toMatch(/is a function, which no journal holds: function /)
    expectSame(events, await verify(events, { space: ruled as never }))
  })

  it('is told of decisions without their report', async () => {
    const events = await run({}, { trials: 8 })
    const decided = events.findIndex((event) => event.type === 'trial-decided')
    const found = await verify(
      events.with(decided - 1, { type: 'study-steered', at: 0, command: 'resume' }),
    )
    expect(found.skipped).toMatchObject([
      { kind: 'decision', why: 'its report is not in the journal', count: 1 },
    ])
  })
})

describe('an older journal, which does not say what was known', () => {
  it('is checked whole where one worker ran, or in deterministic mode', async () => {
    const one = withoutSeen(await run({}))
    expectSame(one, await verify(one))
    const many = withoutSeen(await run({ deterministic: true }, { workers: 8 }))
    expectSame(many, await verify(many))
  })

  it('is not said to differ where others came in between', async () => {
    const events = withoutSeen(await run({}, { workers: 6, handles: 2 }))
    const found = await verify(events)
    expect(found.differences).toEqual([])
    expect(found.skipped.length).toBeGreaterThan(0)
    for (const { why } of found.skipped) expect(why).toMatch(/did not note what was known/)
    const { suggestion, decision } = found.checked
    const skipped = found.skipped.reduce((sum, skip) => sum + skip.count, 0)
    expect(suggestion + decision + skipped).toBe(
      count(events, 'trial-suggested') + count(events, 'trial-decided'),
    )
    expect(suggestion).toBeGreaterThan(10)
  })

  it('does differ where one worker ran', async () => {
    const events = withoutSeen(await run({}))
    const { events: other, seq } = changed(events, 'trial-suggested', 9, (event) => ({
      ...event,
      values: { ...event.values, layers: 99 },
    }))
    expect((await verify(other)).differences[0]).toMatchObject({ seq, param: 'layers' })
  })
})
