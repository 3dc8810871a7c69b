import { describe, expect, it } from 'vitest'
import type { History, Journal, SimulatedClock, Study, StudyEvent } from '../../src/index.ts'
import {
  choice,
  countStates,
  createStudy,
  float,
  historyFromSnapshot,
  int,
  memoryJournal,
  random,
  replay,
  simulatedClock,
  snapshotBytes,
  space,
  variant,
} from '../../src/index.ts'
import { errorOf, essence, eventsOf } from './support.ts'

const plane = space({ x: float(0, 1), n: int(1, 9), act: choice(['relu', 'tanh']) })
type Plane = { x: number; n: number; act: string }

interface Stage {
  readonly clock: SimulatedClock
  readonly journal: Journal
  open(worker?: string): Promise<Study<Plane, number>>
}

function stage(more: { readonly deterministic?: boolean } = {}): Stage {
  const clock = simulatedClock()
  const journal = memoryJournal()
  return {
    clock,
    journal,
    open: (worker = 'here') =>
      createStudy({
        space: plane,
        objective: 'minimize',
        sampler: random(),
        seed: 3,
        clock,
        journal,
        worker,
        probeWorker: () => 'alive',
        ...more,
      }) as Promise<Study<Plane, number>>,
  }
}

/** Trials that end when they are told to. */
function gates(): {
  readonly started: number[]
  readonly objective: (trial: { readonly number: number }) => Promise<number>
  open(trial: number): void
} {
  const waiting = new Map<number, (loss: number) => void>()
  const started: number[] = []
  return {
    started,
    objective: ({ number }) => {
      started.push(number)
      return new Promise((resolve) => waiting.set(number, resolve))
    },
    open: (trial) => waiting.get(trial)?.(trial),
  }
}

const ofType = (events: readonly StudyEvent[], type: StudyEvent['type']): StudyEvent[] =>
  events.filter((event) => event.type === type)

/** What is said of a study apart from its trials. */
const said = ({ steering, adjusted, skipped, enqueued, taken }: History): unknown => ({
  steering,
  adjusted: [...adjusted],
  skipped: [...skipped],
  enqueued,
  taken,
})

describe('pause and resume', () => {
  it('open no further trial, let run what runs, and go on, told by another process', async () => {
    const { clock, journal, open } = stage()
    const { started, objective, open: end } = gates()
    const study = await open()
    const run = study.optimize(objective, { trials: 4, workers: 2 })
    await clock.advance(1)
    expect(started).toEqual([0, 1])
    const other = await open('elsewhere')
    await other.steer('pause', 'lunch')
    await clock.advance(500)
    end(0)
    end(1)
    await clock.advance(2000)
    expect(started).toEqual([0, 1])
    expect(countStates(study.history).complete).toBe(2)
    await other.steer('resume')
    await clock.advance(500)
    expect(started).toEqual([0, 1, 2, 3])
    end(2)
    end(3)
    await clock.advance(100)
    expect(await run).toEqual({ reason: 'trials', ran: 4 })
    expect(ofType(await eventsOf(journal), 'study-steered')).toEqual([
      { type: 'study-steered', at: 1, command: 'pause', why: 'lunch' },
      { type: 'study-steered', at: 2501, command: 'resume' },
    ])
  })

  it('outlast a restart, and a study that has all its trials is done all the same', async () => {
    const { clock, open } = stage()
    const first = await open()
    await first.optimize(() => 1, { trials: 2 })
    await first.steer('pause')
    const study = await open()
    expect(await study.optimize(() => 1, { trials: 2 })).toEqual({ reason: 'trials', ran: 0 })
    const run = study.optimize(() => 1, { trials: 3 })
    await clock.advance(5000)
    expect(study.history.length).toBe(2)
    await study.steer('resume')
    await clock.advance(500)
    expect(await run).toEqual({ reason: 'trials', ran: 1 })
  })

  it('keep who asks waiting, and say so where that could not end', async () => {
    const { open } = stage()
    const study = await open()
    await study.ask()
    await study.steer('pause')
    const error = await errorOf(study.ask())
    expect([error.code, error.message]).toEqual([
      'study/no-trial',
      `Study "study" is paused, and trials that were asked for are still running. Tell them, or resume it: study.steer('resume').`,
    ])
  })
})

describe('stop', () => {
  it('ends the run of another process, puts back what runs, and holds for that run alone', async () => {
    const { clock, open } = stage()
    const study = await open()
    const { objective } = gates()
    const run = study.optimize(objective, { trials: 9, workers: 2 })
    await clock.advance(1)
    await (await open('elsewhere')).steer('stop')
    await clock.advance(500)
    expect(await run).toEqual({ reason: 'stopped', ran: 0 })
    expect(study.trials().map((t) => [t.state, t.epoch])).toEqual([
      ['waiting', 1],
      ['waiting', 1],
    ])
    const skipping = async ({ number }: { number: number }): Promise<number> => {
      if (number === 0) await study.skip(1)
      return number
    }
    expect(await study.optimize(skipping, { trials: 3 })).toEqual({ reason: 'trials', ran: 2 })
    expect(study.trials().map((t) => t.state)).toEqual(['complete', 'pruned', 'complete'])
  })
})

describe('skip', () => {
  it('ends a trial that runs elsewhere, which takes the next', async () => {
    const { clock, journal, open } = stage()
    const study = await open()
    const { started, objective, open: end } = gates()
    const run = study.optimize(objective, { trials: 2 })
    await clock.advance(1)
    const other = await open('elsewhere')
    await other.skip(0, 'too slow')
    expect(other.trial(0).state).toBe('running')
    await clock.advance(500)
    await clock.advance(1)
    expect(study.trial(0)).toMatchObject({ state: 'pruned', stopped: 'skipped: too slow' })
    expect(started).toEqual([0, 1])
    end(1)
    await clock.advance(1)
    expect(await run).toEqual({ reason: 'trials', ran: 2 })
    expect(ofType(await eventsOf(journal), 'trial-skipped')).toMatchObject([
      { trial: 0, why: 'too slow' },
    ])
    const error = await errorOf(other.skip(0))
    expect([error.code, error.message]).toEqual([
      'trial/state',
      'Trial 0 is pruned; only trials that wait, run or have paused can be skipped.',
    ])
    expect((await errorOf(other.skip(2))).message).toBe('Study "study" has trials 0 to 1, got 2.')
  })

  it('ends a trial that waits at once, without running it', async () => {
    const { clock, open } = stage()
    const study = await open()
    const abort = new AbortController()
    const run = study.optimize(gates().objective, { trials: 1, signal: abort.signal })
    await clock.advance(1)
    abort.abort()
    await run
    expect(study.trial(0).state).toBe('waiting')
    await study.skip(0)
    expect(study.trial(0)).toMatchObject({ state: 'pruned', stopped: 'skipped' })
    const { started, objective } = gates()
    expect(await study.optimize(objective, { trials: 1 })).toEqual({ reason: 'trials', ran: 0 })
    expect(started).toEqual([])
  })
})

describe('narrow', () => {
  it('holds from the next suggestion on, in every process, and leaves old trials as they are', async () => {
    const { journal, open } = stage()
    const study = await open()
    const other = await open('elsewhere')
    await study.optimize(() => 1, { trials: 5 })
    const before = essence(study as never)
    await other.narrow({
      x: { low: 0.25, high: 0.5 },
      n: { low: 3, high: 12 },
      act: { choices: ['gelu', 'tanh'] },
    })
    await study.optimize(() => 1, { trials: 25 })
    expect((essence(study as never) as unknown[]).slice(0, 5)).toEqual(before)
    const later = study.trials().slice(5)
    for (const { params } of later) {
      expect(params.x).toBeGreaterThanOrEqual(0.25)
      expect(params.x).toBeLessThanOrEqual(0.5)
      expect(params.n).toBeGreaterThanOrEqual(3)
    }
    expect(new Set(later.map((t) => t.params.act))).toEqual(new Set(['tanh', 'gelu']))
    expect(Math.max(...later.map((t) => t.params.n))).toBeGreaterThan(9)
    expect(ofType(await eventsOf(journal), 'space-adjusted')).toMatchObject([
      {
        params: {
          x: { kind: 'float', low: 0.25, high: 0.5 },
          n: { kind: 'int', low: 3, high: 12 },
          act: { kind: 'choice', choices: ['tanh', 'gelu'] },
        },
      },
    ])
  })

  it('gives a parameter back what the space declares', async () => {
    const { open } = stage()
    const study = await open()
    await study.narrow({ x: { low: 0.5, high: 0.5 }, n: { low: 2, high: 2 } })
    await study.narrow({ x: null })
    expect([...study.history.adjusted.keys()]).toEqual(['n'])
    await study.optimize(() => 1, { trials: 9 })
    const params = study.trials().map((t) => t.params)
    expect(new Set(params.map((p) => p.x)).size).toBe(9)
    expect(new Set(params.map((p) => p.n))).toEqual(new Set([2]))
  })

  it('ends when the study declares another space', async () => {
    const { journal, open } = stage()
    await (await open()).narrow({ x: { low: 0.5, high: 0.6 } })
    const wider = space({ x: float(0, 2), n: int(1, 9), act: choice(['relu', 'tanh']) })
    const study = await createStudy({ space: wider, journal, acceptChanges: true })
    expect(study.history.adjusted.size).toBe(0)
  })

  it.each<[string, Parameters<Study['narrow']>[0], RegExp]>([
    [
      'unknown',
      { actt: null },
      /actt: the space declares no such parameter\. Did you mean "act"\?/,
    ],
    ['turned round', { x: { low: 1, high: 0 } }, /x: a range has finite ends, the lower one first/],
    ['endless', { x: { low: 0, high: Infinity } }, /x: a range has finite ends/],
    ['labels of a number', { x: { choices: [1] } }, /x: a number takes a range/],
    ['a range of labels', { act: { low: 0, high: 1 } }, /act: a choice takes a list of its labels/],
    ['nothing', { act: { choices: [] } }, /act: at least one label must be left/],
    ['off the grid', { n: { low: 2.2, high: 2.8 } }, /n: no value of step 1 lies in 2\.2\.\.2\.8/],
  ])('refuses a range that is %s', async (_, ranges, message) => {
    const { journal, open } = stage()
    const error = await errorOf((await open()).narrow(ranges))
    expect([error.code, error.message]).toEqual(['space/values', expect.stringMatching(message)])
    expect(ofType(await eventsOf(journal), 'space-adjusted')).toEqual([])
  })

  it('refuses labels that others depend on, and ranges that leave nothing feasible', async () => {
    const study = await createStudy({
      space: space(
        {
          kind: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
          a: float(0, 1),
          b: float(0, 1),
        },
        { require: ['a < b'] },
      ),
    })
    expect((await errorOf(study.narrow({ kind: { choices: ['lion'] } }))).message).toMatch(
      /kind: other parameters depend on its labels, so it cannot get "lion"/,
    )
    const ranges = { a: { low: 0.8, high: 1 }, b: { low: 0, high: 0.7 } }
    expect((await errorOf(study.narrow(ranges))).code).toBe('space/infeasible')
    await study.narrow({ kind: { choices: ['adam'] } })
    await study.optimize(() => 1, { trials: 5 })
    expect(new Set(study.trials().map((t) => t.values['kind']))).toEqual(new Set(['adam']))
  })
})

describe('enqueue from another process', () => {
  it('is tried next, completed by the sampler, in a narrowed range or outside of it', async () => {
    const { open } = stage()
    const study = await open()
    const other = await open('elsewhere')
    await study.optimize(() => 1, { trials: 2 })
    await other.narrow({ x: { low: 0, high: 0.25 }, act: { choices: ['tanh', 'gelu'] } })
    await other.enqueueValues({ x: 0.75, act: 'relu' })
    await other.enqueueValues({ act: 'gelu' }, { from: 1 })
    await study.optimize(() => 1, { trials: 4 })
    expect(study.trial(2).params).toMatchObject({ x: 0.75, act: 'relu', n: expect.any(Number) })
    expect(study.trial(3).params.act).toBe('gelu')
    expect(study.trial(3).params.x).toBeLessThanOrEqual(0.25)
    expect([study.trial(2).startedFrom, study.trial(3).startedFrom]).toEqual([undefined, 1])
    expect((await errorOf(other.enqueueValues({ x: 0.1 }, { from: 9 }))).message).toBe(
      'Study "study" has trials 0 to 3, got 9.',
    )
  })
})

describe('a study that was steered', () => {
  const steered = async (deterministic: boolean): Promise<[Study<Plane, number>, Journal]> => {
    const { journal, open } = stage({ deterministic })
    const study = await open()
    await study.optimize(() => 1, { trials: 3 })
    await study.narrow({ x: { low: 0.25, high: 0.5 } })
    await study.enqueueValues({ x: 0.75 })
    await study.optimize(({ params }) => params.x, { trials: 6, workers: 2 })
    await study.narrow({ n: { low: 4, high: 5 } })
    const trial = await study.ask()
    await study.skip(trial.number, 'no')
    await study.enqueueValues({ n: 1 })
    await study.steer('pause', 'why not')
    return [study, journal]
  }

  it.each([false, true])('is the same when it is read again (deterministic: %s)', async (mode) => {
    const [study, journal] = await steered(mode)
    const again = await replay(journal)
    const saved = historyFromSnapshot(snapshotBytes(study.history))
    expect(again.skipped).toEqual(new Set([6]))
    for (const history of [again, saved]) {
      expect(said(history as History)).toEqual(said(study.history))
      expect(history?.steering).toMatchObject({ command: 'pause', why: 'why not' })
    }
    const [twin] = await steered(mode)
    expect(essence(twin as never)).toEqual(essence(study as never))
  })
})
