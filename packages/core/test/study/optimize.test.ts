import { describe, expect, it } from 'vitest'
import {
  AttuneError,
  createStudy,
  flag,
  float,
  grid,
  int,
  random,
  simulatedClock,
  space,
} from '../../src/index.ts'
import type { Executor, Scheduler, SimulatedClock, Study } from '../../src/index.ts'
import { errorOf } from './support.ts'

const line = space({ x: float(-5, 5) })
const square = ({ params }: { params: { x: number } }): number => params.x ** 2

/** A study on a clock that jumps, with an objective that takes so many seconds. */
async function timed(
  options: Partial<Parameters<typeof createStudy<{ x: number }>>[0]> = {},
): Promise<{ study: Study<{ x: number }, number>; clock: SimulatedClock }> {
  const clock = simulatedClock({ auto: true })
  const study = await createStudy({ space: line, sampler: random(), clock, ...options })
  return { study: study as never, clock }
}

describe('optimize counts', () => {
  it('the trials asked for, earlier ones included', async () => {
    const study = await createStudy({ space: line })
    expect(await study.optimize(square, { trials: 7 })).toEqual({ reason: 'trials', ran: 7 })
    expect(await study.optimize(square, { trials: 10 })).toEqual({ reason: 'trials', ran: 3 })
    expect(await study.optimize(square, { trials: 10 })).toEqual({ reason: 'trials', ran: 0 })
    expect(await study.optimize(square, { trials: 4 })).toEqual({ reason: 'trials', ran: 0 })
    expect(await study.optimize(square, { trials: 0 })).toEqual({ reason: 'trials', ran: 0 })
    expect(study.trials({ state: 'complete' })).toHaveLength(10)
  })

  it('failed trials too, and goes on after them', async () => {
    const study = await createStudy({ space: line })
    const { ran } = await study.optimize(
      ({ number }) => {
        if (number % 2 === 0) throw new TypeError(`broken ${number}`)
        return number
      },
      { trials: 9 },
    )
    expect(ran).toBe(9)
    expect(study.trials({ state: 'failed' }).map((t) => t.number)).toEqual([0, 2, 4, 6, 8])
    expect(study.trial(4).failure).toMatchObject({
      reason: 'error',
      message: 'broken 4',
      help: 'The objective threw; the study goes on.',
    })
    expect(study.trial(4).failure?.output?.[0]).toBe('TypeError: broken 4')
    expect(study.best()?.number).toBe(1)
  })

  it('no trial twice, however many workers there are', async () => {
    for (const workers of [1, 2, 5, 16]) {
      const { study, clock } = await timed({ seed: workers })
      let running = 0
      let most = 0
      await study.optimize(
        async ({ number }) => {
          most = Math.max(most, ++running)
          await clock.sleep(100 + ((number * 37) % 50))
          running--
          return number
        },
        { trials: 23, workers },
      )
      expect(most).toBe(Math.min(workers, 23))
      expect(study.trials().map((t) => t.objectives[0])).toEqual([...Array(23).keys()])
    }
  })

  it('pruned trials of an objective that returns or throws after it was told to stop', async () => {
    const always: Scheduler = {
      name: 'always',
      rungs: { first: 1, every: 1 },
      supports: { objectives: 'one' },
      onReport: () => ({ kind: 'stop', reason: 'no reason' }),
    }
    const study = await createStudy({ space: line, scheduler: always })
    await study.optimize(
      async (trial) => {
        const decision = await trial.report(1)
        if (trial.number === 1 && decision.kind === 'stop') throw new TypeError(decision.reason)
        return 3
      },
      { trials: 2 },
    )
    expect(study.trials().map((t) => [t.state, t.stopped])).toEqual([
      ['pruned', 'no reason'],
      ['pruned', 'no reason'],
    ])
  })

  it('no more than is missing when earlier trials wait to be run again', async () => {
    const { study, clock } = await timed()
    const slow = async ({ number }: { number: number }): Promise<number> => {
      await clock.sleep(number < 6 ? 1000 : 10_000)
      return 1
    }
    await study.optimize(slow, { seconds: 10, workers: 2 })
    expect(
      study
        .trials()
        .map((t) => t.state)
        .slice(5),
    ).toEqual(['complete', 'waiting', 'waiting'])
    expect(await study.optimize(slow, { trials: 6 })).toEqual({ reason: 'trials', ran: 0 })
    expect(await study.optimize(slow, { trials: 7, workers: 2 })).toEqual({
      reason: 'trials',
      ran: 1,
    })
    expect(study.trials({ state: 'waiting' }).map((t) => t.number)).toEqual([7])
  })

  it('trials that were asked for and never told, without waiting for them', async () => {
    const study = await createStudy({ space: line })
    const asked = await study.ask()
    expect(await study.optimize(square, { trials: 5 })).toEqual({ reason: 'trials', ran: 4 })
    await study.tell(asked, 3)
    expect(study.trials({ state: 'complete' })).toHaveLength(5)
  })
})

describe('optimize ends', () => {
  it('when its time is over, and re-queues what still runs', async () => {
    const { study, clock } = await timed()
    const slow = async (): Promise<number> => {
      await clock.sleep(10_000)
      return 1
    }
    expect(await study.optimize(slow, { seconds: 35, workers: 2 })).toEqual({
      reason: 'time',
      ran: 6,
    })
    expect(study.trials({ state: 'waiting' }).map((t) => [t.number, t.epoch])).toEqual([
      [6, 1],
      [7, 1],
    ])
    expect(await study.optimize(slow, { trials: 9 })).toEqual({ reason: 'trials', ran: 3 })
    expect(study.trials({ state: 'complete' })).toHaveLength(9)
    expect(study.trial(6)).toMatchObject({ epoch: 1, state: 'complete' })
  })

  it('when a feasible trial is as good as the target, for both directions', async () => {
    for (const objective of ['minimize', 'maximize'] as const) {
      const sign = objective === 'minimize' ? 1 : -1
      const study = await createStudy({ space: line, objective, constraints: ['cost < 1'] })
      const run = async (): Promise<unknown> =>
        study.optimize(
          ({ number }) => ({ value: sign * (10 - number), cost: number < 8 ? 1 : 0 }),
          { target: sign * 5, trials: 20 },
        )
      expect(await run()).toEqual({ reason: 'target', ran: 9 })
      expect(study.best()?.objectives).toEqual([sign * 2])
      expect(await run()).toEqual({ reason: 'target', ran: 0 })
    }
  })

  it('when its signal aborts: before, while a trial runs and between trials', async () => {
    const { study, clock } = await timed()
    const before = AbortSignal.abort()
    expect(await study.optimize(square, { signal: before })).toEqual({ reason: 'signal', ran: 0 })
    expect(study.trials()).toHaveLength(0)

    const ending = new AbortController()
    const seen: unknown[] = []
    const run = study.optimize(
      async (trial) => {
        trial.signal.addEventListener('abort', () => seen.push(trial.number))
        if (trial.number === 3) ending.abort()
        await clock.sleep(1000, trial.signal)
        return 1
      },
      { signal: ending.signal, workers: 2 },
    )
    expect(await run).toEqual({ reason: 'signal', ran: 2 })
    expect(seen).toEqual([2, 3])
    expect(study.trials().map((t) => t.state)).toEqual([
      'complete',
      'complete',
      'waiting',
      'waiting',
    ])
  })

  it('and does not take the result of an objective that goes on after it was ended', async () => {
    const { study, clock } = await timed()
    const late: unknown[] = []
    await study.optimize(
      async (trial) => {
        await clock.sleep(60_000)
        late.push(await trial.report(1))
        return 5
      },
      { seconds: 10 },
    )
    await clock.sleep(100_000)
    expect(late).toEqual([{ kind: 'stop', reason: expect.stringContaining('another worker') }])
    expect(study.trial(0)).toMatchObject({ state: 'waiting', reports: 0 })
  })

  it('when the sampler has come to its end', async () => {
    const study = await createStudy({ space: space({ a: flag(), b: int(1, 3) }), sampler: grid() })
    expect(await study.optimize(() => 1, { trials: 4 })).toEqual({ reason: 'trials', ran: 4 })
    expect(await study.optimize(() => 1, { workers: 3 })).toEqual({ reason: 'exhausted', ran: 2 })
    expect(await study.optimize(() => 1)).toEqual({ reason: 'exhausted', ran: 0 })
    const error = await errorOf(study.ask())
    expect([error.code, error.message]).toEqual([
      'study/no-trial',
      'Sampler "grid" has proposed every configuration there is.',
    ])
    await study.enqueue({ a: true })
    expect(await study.optimize(() => 1)).toEqual({ reason: 'exhausted', ran: 1 })
  })

  it('with the error of an executor that cannot run, after re-queueing its trials', async () => {
    const study = await createStudy({ space: line })
    const executor: Executor<{ x: number }> = {
      name: 'broken',
      slots: 2,
      run: async (trial) => {
        if (trial.number === 3)
          throw new AttuneError('command/not-found', 'There is no such program.')
        return { state: 'complete', metrics: { value: 1 } }
      },
      async [Symbol.asyncDispose]() {},
    }
    const error = await errorOf(study.optimize(executor, { trials: 9 }))
    expect(error.code).toBe('command/not-found')
    expect(study.trial(3).state).toBe('waiting')
    expect(study.trials({ state: 'running' })).toHaveLength(0)
  })

  it('with the error of a sampler, leaving the trial to be run again', async () => {
    const base = random()
    let broken = true
    const study = await createStudy({
      space: line,
      sampler: {
        ...base,
        propose(s, draw) {
          if (draw.trial === 2 && broken) throw new AttuneError('sampler/options', 'No idea.')
          return base.propose(s, draw)
        },
      },
    })
    expect((await errorOf(study.optimize(square, { trials: 5 }))).message).toBe('No idea.')
    expect(study.trial(2)).toMatchObject({ state: 'waiting', values: {} })
    broken = false
    expect(await study.optimize(square, { trials: 5 })).toEqual({ reason: 'trials', ran: 3 })
  })
})

describe('optimize refuses', () => {
  it.each<[string, object, string]>([
    ['no workers', { workers: 0 }, 'A run needs at least one worker, got 0.'],
    ['half a worker', { workers: 1.5 }, 'A run needs a whole number of workers, got 1.5.'],
    [
      'trials that are no number',
      { trials: Number.NaN },
      'trials is a whole number >= 0, got NaN.',
    ],
    ['trials below zero', { trials: -1 }, 'trials is a whole number >= 0, got -1.'],
    ['time that is no number', { seconds: Number.NaN }, 'seconds is a number >= 0, got NaN.'],
    ['a target that is no number', { target: Number.NaN }, 'target is a number, got NaN.'],
  ])('%s', async (_, limits, message) => {
    const study = await createStudy({ space: line })
    const error = await errorOf(study.optimize(square, limits))
    expect([error.code, error.message]).toEqual(['study/config', message])
  })

  it('a target for several objectives, and more workers than the lag', async () => {
    const two = await createStudy({ objective: [{ minimize: 'a' }, { minimize: 'b' }], name: 's' })
    expect((await errorOf(two.optimize(() => [1, 2], { target: 1 }))).message).toBe(
      'A target needs one objective, but study "s" has 2.',
    )
    const study = await createStudy({ space: line, deterministic: true, lag: 2 })
    expect((await errorOf(study.optimize(square, { workers: 3 }))).message).toBe(
      'Deterministic mode runs at most lag = 2 trials at once, got 3 workers. Use fewer, or a new study with a larger lag.',
    )
  })
})
