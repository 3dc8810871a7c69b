import { describe, expect, it } from 'vitest'
import type { Journal, Study, StudyEvent } from '../../src/index.ts'
import {
  AttuneError,
  asha,
  createStudy,
  float,
  grid,
  int,
  memoryJournal,
  random,
  simulatedClock,
  space,
  tpe,
} from '../../src/index.ts'
import { errorOf, essence, eventsOf, slowJournal } from './support.ts'

const line = space({ x: float(-5, 5) })

/** That a log holds exactly these finished trials, each opened and finished once. */
function expectWhole(events: readonly StudyEvent[], trials: number): void {
  const numbers = (type: StudyEvent['type']): number[] =>
    events.flatMap((e) => (e.type === type && 'trial' in e ? [e.trial] : []))
  const all = [...Array(trials).keys()]
  expect(numbers('trial-opened')).toEqual(all)
  expect(numbers('trial-finished').toSorted((a, b) => a - b)).toEqual(all)
  const claims = events.filter((e) => e.type === 'trial-claimed')
  expect(new Set(claims.map((e) => `${e.trial}/${e.epoch}`)).size).toBe(claims.length)
}

describe('several handles on one journal', () => {
  it.each([
    [2, 1],
    [2, 3],
    [5, 2],
  ])('%i handles with %i workers share the work', async (count, workers) => {
    const clock = simulatedClock({ auto: true })
    const shared = memoryJournal()
    const ran: number[] = []
    const studies = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        createStudy({
          space: line,
          journal: slowJournal(shared),
          worker: `w${i}`,
          clock,
          sampler: tpe({ startupTrials: 5 }),
          scheduler: asha(),
          seed: 5,
        }),
      ),
    )
    const summaries = await Promise.all(
      studies.map((study) =>
        study.optimize(
          async (trial) => {
            ran.push(trial.number)
            for (let step = 1; step <= 4; step++) {
              await clock.sleep(1 + ((trial.number * 31) % 17))
              if ((await trial.report(trial.params.x ** 2)).kind === 'stop') break
            }
            return trial.params.x ** 2
          },
          { trials: 31, workers },
        ),
      ),
    )
    expect(ran.toSorted((a, b) => a - b)).toEqual([...Array(31).keys()])
    expect(summaries.map((s) => s.reason)).toEqual(Array(count).fill('trials'))
    expect(summaries.reduce((sum, s) => sum + s.ran, 0)).toBe(31)
    expect(summaries.filter((s) => s.ran > 0).length).toBe(count)
    expectWhole(await eventsOf(shared), 31)
    for (const study of studies) {
      await study.refresh()
      expect(essence(study as never)).toEqual(essence(studies[0] as never))
    }
  })

  it('visit every cell of a grid once', async () => {
    const shared = memoryJournal()
    const clock = simulatedClock({ auto: true })
    const cells = space({ a: int(1, 5), b: int(1, 5) })
    for (const deterministic of [false, true]) {
      const journal = deterministic ? memoryJournal() : shared
      const studies = await Promise.all(
        [1, 2, 3].map((i) =>
          createStudy({
            space: cells,
            journal: slowJournal(journal),
            worker: `w${i}`,
            clock,
            sampler: grid(),
            deterministic,
            lag: 3,
          }),
        ),
      )
      await Promise.all(
        studies.map((study) =>
          study.optimize(
            async ({ number }) => {
              await clock.sleep((number * 13) % 7)
              return number
            },
            { workers: 1 },
          ),
        ),
      )
      await studies[0]?.refresh()
      const keys = studies[0]?.trials().map((t) => JSON.stringify(t.values)) ?? []
      expect([keys.length, new Set(keys).size]).toEqual([25, 25])
    }
  })

  it('create the study once, whoever is first', async () => {
    const journal = memoryJournal()
    const options = { space: space({ x: float(0, 1, { default: 0.5 }) }), seed: 3 }
    await Promise.all(
      [1, 2, 3].map(() => createStudy({ ...options, journal: slowJournal(journal) })),
    )
    expect((await eventsOf(journal)).map((e) => e.type)).toEqual([
      'study-created',
      'trial-enqueued',
    ])
    const other = createStudy({ ...options, seed: 4, journal: slowJournal(journal) })
    expect((await errorOf(other)).code).toBe('study/changed')
  })

  it('see what the others enqueue and finish', async () => {
    const journal = memoryJournal()
    const [a, b] = [
      await createStudy({ space: line, journal, worker: 'a' }),
      await createStudy({ space: line, journal, worker: 'b' }),
    ]
    await a.enqueue({ x: 1 })
    const trial = await b.ask()
    expect(trial.params.x).toBe(1)
    await b.tell(trial, 5)
    expect(a.best()).toBeUndefined()
    await a.refresh()
    expect(a.best()?.objectives).toEqual([5])
    expect((await errorOf(a.tell(0, 3))).message).toBe(
      'Trial 0 is complete; tell() takes trials that were asked for here and are running.',
    )
  })
})

describe('a worker that is gone', () => {
  const minute = 60_000

  async function pair(): Promise<{
    a: Study<{ x: number }, number>
    b: Study<{ x: number }, number>
    journal: Journal
    clock: ReturnType<typeof simulatedClock>
  }> {
    const journal = memoryJournal()
    const clock = simulatedClock()
    const open = (worker: string): Promise<unknown> =>
      createStudy({ space: line, journal, clock, worker, sampler: random() })
    return { a: (await open('a')) as never, b: (await open('b')) as never, journal, clock }
  }

  it('loses its trial when its lease is over; its late result changes nothing', async () => {
    const journal = memoryJournal()
    // The first worker's clock stands still: it gives no sign of life after its first one.
    const stopped = simulatedClock()
    const lost = await createStudy({ space: line, journal, clock: stopped, worker: 'lost' })
    const trial = await lost.ask()
    await trial.report(1)

    const clock = simulatedClock({ start: 29_000 })
    const other = await createStudy({ space: line, journal, clock, worker: 'other' })
    expect(other.trial(0).state).toBe('running')
    await clock.advance(2000)
    const run = other.optimize(({ params }) => params.x, { trials: 2 })
    await clock.advance(1000)
    expect(await run).toEqual({ reason: 'trials', ran: 2 })
    expect(other.trial(0)).toMatchObject({
      state: 'complete',
      epoch: 1,
      worker: 'other',
      reports: 0,
    })
    expect(other.trial(0).params).toEqual(trial.params)
    const result = other.trial(0).objectives

    const decision = await trial.report(2)
    expect(decision).toEqual({
      kind: 'stop',
      reason: 'another worker took this trial over, because this one seemed to have died',
    })
    expect(trial.signal.aborted).toBe(true)
    await lost.tell(trial, -1000)
    await other.refresh()
    expect(other.trial(0)).toMatchObject({ objectives: result, epoch: 1, reports: 0 })
    expect(other.best()?.objectives).not.toEqual([-1000])
    expect([lost.history.stale, other.history.stale]).toEqual([1, 1])
    expect((await eventsOf(journal)).at(-1)).toMatchObject({
      type: 'trial-stale',
      trial: 0,
      epoch: 0,
      state: 'complete',
      metrics: { value: -1000 },
    })
  })

  it('keeps its trial as long as it lives, however long the trial takes', async () => {
    const { a, b, clock } = await pair()
    const trial = await a.ask()
    const run = b.optimize(() => 1, { trials: 2 })
    for (let i = 0; i < 20; i++) await clock.advance(minute)
    expect(b.trial(0)).toMatchObject({ state: 'running', epoch: 0, worker: 'a' })
    await a.tell(trial, 1)
    await clock.advance(1000)
    expect(await run).toEqual({ reason: 'trials', ran: 1 })
  })

  it('hands its trials over when it closes', async () => {
    const journal = memoryJournal()
    const shared = { ...journal, async [Symbol.asyncDispose]() {} }
    const clock = simulatedClock({ auto: true })
    const a = await createStudy({ space: line, journal: shared, clock, worker: 'a' })
    const b = await createStudy({ space: line, journal: shared, clock, worker: 'b' })
    await a.ask()
    await a.close()
    expect(await b.optimize(() => 1, { trials: 1 })).toEqual({ reason: 'trials', ran: 1 })
    expect(b.trial(0)).toMatchObject({ epoch: 1, worker: 'b' })
    expect((await journal.leases.all()).has('a')).toBe(false)
  })

  it('does not run a trial that was taken over while it was still proposing', async () => {
    const journal = memoryJournal()
    const base = random()
    let answer = (): void => undefined
    const slow = {
      ...base,
      propose: async (...args: Parameters<typeof base.propose>) => {
        await new Promise<void>((resolve) => (answer = resolve))
        return base.propose(...args)
      },
    }
    const stopped = simulatedClock()
    const a = await createStudy({
      space: line,
      journal,
      clock: stopped,
      worker: 'a',
      sampler: slow,
    })
    const asking = a.ask()
    while (a.trials().length === 0) await new Promise((resolve) => setImmediate(resolve))
    const clock = simulatedClock({ start: 2 * minute })
    const b = await createStudy({ space: line, journal, clock, worker: 'b', sampler: base })
    const taken = await b.ask()
    expect([taken.number, taken.epoch]).toEqual([0, 1])
    answer()
    while (a.trials().length === 1) await new Promise((resolve) => setImmediate(resolve))
    answer()
    expect((await asking).number).toBe(1)
    await b.refresh()
    expect(b.trial(0)).toMatchObject({ worker: 'b', epoch: 1, params: taken.params })
  })

  it('is believed dead or alive as its prober says', async () => {
    for (const state of ['dead', 'alive'] as const) {
      const journal = memoryJournal()
      const clock = simulatedClock()
      const a = await createStudy({ space: line, journal, clock, worker: 'a' })
      await a.ask()
      await clock.advance(state === 'alive' ? 10 * minute : 0)
      await journal.leases.hold('a', 0)
      const b = await createStudy({
        space: line,
        journal,
        clock,
        worker: 'b',
        probeWorker: () => state,
      })
      expect(b.trial(0).state).toBe(state === 'dead' ? 'waiting' : 'running')
    }
  })

  it('finds its own trials waiting when it comes back under its name', async () => {
    const journal = memoryJournal()
    const clock = simulatedClock()
    const before = await createStudy({ space: line, journal, clock, worker: 'w' })
    await before.ask()
    const after = await createStudy({ space: line, journal, clock, worker: 'w' })
    expect(after.trial(0)).toMatchObject({ state: 'waiting', epoch: 1 })
    expect(await after.optimize(() => 1, { trials: 1 })).toEqual({ reason: 'trials', ran: 1 })
  })

  it('has another name than every other worker, if it was given none', async () => {
    const journal = memoryJournal()
    const names = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const study = await createStudy({ space: line, journal })
      const trial = await study.ask()
      names.add(study.trial(trial.number).worker ?? '')
    }
    expect(names.size).toBe(3)
  })
})

describe('a journal that fails now and then', () => {
  it.each([
    ['before it has written', false],
    ['after it has written', true],
  ])('%s ends a run with its error; the next run finds every trial again', async (_, written) => {
    const log = memoryJournal()
    const clock = simulatedClock({ auto: true })
    let appends = 0
    const journal: Journal = {
      ...log,
      async append(events, options) {
        const fails = ++appends % 11 === 0
        const result = fails && !written ? undefined : await log.append(events, options)
        if (fails || result === undefined) throw new AttuneError('journal/busy', 'Try again later.')
        return result
      },
    }
    const study = await createStudy({ space: line, journal, clock, sampler: random() })
    let failures = 0
    for (let i = 0; i < 100; i++) {
      try {
        await study.optimize(
          async (trial) => {
            await clock.sleep(10 + (trial.number % 3))
            await trial.report(trial.params.x)
            return trial.params.x
          },
          { trials: 20, workers: 2 },
        )
        break
      } catch (error) {
        expect(error).toMatchObject({ code: 'journal/busy' })
        failures++
      }
    }
    expect(failures).toBeGreaterThan(3)
    expectWhole(await eventsOf(log), 20)
    expect(study.trials({ state: 'failed' })).toEqual([])
  })
})

describe('a study that is killed after any event and goes on', () => {
  it('keeps every finished trial and has exactly the trials asked for', async () => {
    const clock = simulatedClock({ auto: true })
    const journal = memoryJournal()
    const options = { space: line, clock, sampler: tpe({ startupTrials: 4 }), scheduler: asha() }
    const objective = async (trial: {
      number: number
      params: { x: number }
      report: (x: number) => Promise<unknown>
    }): Promise<number> => {
      await clock.sleep((trial.number * 31) % 11)
      await trial.report(trial.params.x)
      await clock.sleep((trial.number * 17) % 5)
      if (trial.number % 6 === 5) throw new TypeError('broken')
      return trial.params.x
    }
    const whole = await createStudy({ ...options, journal })
    await whole.optimize(objective, { trials: 20, workers: 3 })
    const events = await eventsOf(journal)
    for (let k = 1; k <= events.length; k++) {
      const prefix = memoryJournal(events.slice(0, k))
      const again = await createStudy({ ...options, journal: prefix })
      const kept = again.trials().filter((t) => t.finishedAt !== undefined)
      await again.optimize(objective, { trials: 20, workers: 2 })
      for (const trial of kept) expect(again.trial(trial.number)).toEqual(trial)
      expectWhole(await eventsOf(prefix), 20)
      expect(again.trials({ state: 'running' })).toEqual([])
    }
  })
})
