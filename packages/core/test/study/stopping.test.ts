import { describe, expect, it } from 'vitest'
import {
  createStudy,
  estimateRegret,
  float,
  memoryJournal,
  random,
  simulated,
  simulatedClock,
  space,
} from '../../src/index.ts'
import type {
  Executor,
  FailureReason,
  ObjectivesOption,
  OptimizeLimits,
  Scheduler,
  SimulatedClock,
  SimulatedRun,
  Study,
  StudyOptions,
} from '../../src/index.ts'
import { errorOf } from './support.ts'

const line = space({ x: float(-5, 5) })
type Line = { x: number }
type Options = StudyOptions<Line, ObjectivesOption>

const open = async (options: Options = {}): Promise<Study<Line, unknown>> =>
  (await createStudy({ space: line, sampler: random(), ...options })) as never

/** An objective that gives trial `n` the entry `n` of a list. */
const inTurn =
  (results: readonly unknown[]) =>
  ({ number }: { readonly number: number }): unknown => {
    const result = results[number]
    if (result instanceof Error) throw result
    return result
  }

const alwaysPrune: Scheduler = {
  name: 'always',
  rungs: { first: 1, every: 1 },
  supports: { objectives: 'one' },
  onReport: () => ({ kind: 'stop', reason: 'no reason' }),
}

describe('patience ends a run', () => {
  it.each([
    ['so many trials after the best', 3, [5, 3, 4, 4, 6, 1], 5],
    ['counting anew from every new best', 3, [5, 4, 9, 3, 9, 9, 2, 9, 9, 9, 1], 10],
    ['taking an equal trial for no new best', 2, [3, 3, 3, 1], 3],
    ['counting failed trials, before there is a best too', 2, [Error(), Error(), 1], 2],
    ['counting failed trials after the best', 2, [5, Error(), Error(), 1], 3],
  ])('%s', async (_, patience, results, ran) => {
    for (const sign of [1, -1]) {
      const study = await open({ objective: sign === 1 ? 'minimize' : 'maximize' })
      const signed = results.map((x) => (typeof x === 'number' ? sign * x : x))
      const summary = await study.optimize(inTurn(signed) as never, { patience, trials: 11 })
      expect(summary).toEqual({ reason: 'patience', ran })
    }
  })

  it('counting pruned trials, and infeasible ones whatever their result', async () => {
    const pruning = await open({ scheduler: alwaysPrune })
    const summary = await pruning.optimize(
      async (trial) => {
        if (trial.number > 0) await trial.report(-trial.number)
        return 1
      },
      { patience: 4, trials: 9 },
    )
    expect(summary).toEqual({ reason: 'patience', ran: 5 })
    expect(pruning.trials({ state: 'pruned' })).toHaveLength(4)

    const constrained = await open({ constraints: ['cost < 1'] })
    const results = [
      { value: 1, cost: 2 },
      { value: 5, cost: 0 },
      { value: 0, cost: 2 },
      { value: 4, cost: 0 },
      { value: 3, cost: 1 },
      { value: 2, cost: 1 },
    ]
    expect(
      await constrained.optimize(inTurn(results) as never, { patience: 2, trials: 8 }),
    ).toEqual({
      reason: 'patience',
      ran: 6,
    })
  })

  it('going on with its count in a resumed study', async () => {
    const results = inTurn([5, 3, 4, 4, 4, 4, 1, 9, 9, 9]) as never
    const journal = memoryJournal()
    const first = await open({ journal })
    expect(await first.optimize(results, { trials: 4 })).toEqual({ reason: 'trials', ran: 4 })
    const second = await open({ journal })
    expect(await second.optimize(results, { patience: 3, trials: 10 })).toEqual({
      reason: 'patience',
      ran: 1,
    })
    expect(await second.optimize(results, { patience: 3, trials: 10 })).toEqual({
      reason: 'patience',
      ran: 0,
    })
    const third = await open({ journal })
    expect(await third.optimize(results, { patience: 2, trials: 10 })).toEqual({
      reason: 'patience',
      ran: 0,
    })
    expect(await third.optimize(results, { patience: 5, trials: 9 })).toEqual({
      reason: 'trials',
      ran: 4,
    })
  })

  it('of several objectives when the Pareto front stays as it is', async () => {
    const study = await open({ objective: [{ minimize: 'a' }, { maximize: 'b' }] })
    const results = [
      [5, 5],
      [6, 6], // widens the front
      [7, 7], // too
      [5, 4], // dominated by the first
      [4, 5], // drives out the first
      [5, 5], // dominated now
      [6, 6], // there already
      [1, 0], // would widen it
    ]
    expect(await study.optimize(inTurn(results) as never, { patience: 2, trials: 8 })).toEqual({
      reason: 'patience',
      ran: 7,
    })
  })

  it('by the numbers of trials in deterministic mode, however quick each of them was', async () => {
    const losses = [9, 8, 8, 8, 8, 1, 9, 9, 9, 9, 0, 0, 0]
    const run = async (
      deterministic: boolean,
      workers: number,
    ): Promise<{ values: unknown[]; complete: number[] }> => {
      const clock = simulatedClock({ auto: true })
      const study = await open({ clock, deterministic, lag: 4, seed: 1 })
      const summary = await study.optimize(
        simulated(
          ({ number }) => ({
            seconds: number === 5 ? 7 : 2 + number / 100,
            result: losses[number],
          }),
          { objectives: study.config.objectives, clock, slots: workers },
        ) as never,
        { patience: 4, trials: 13 },
      )
      expect(summary.reason).toBe('patience')
      return {
        values: study.trials().map((t) => t.values),
        complete: study.trials({ state: 'complete' }).map((t) => t.number),
      }
    }
    const alone = await run(true, 1)
    expect(alone.complete).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const crowd = await run(true, 4)
    expect(crowd.complete.slice(0, 10)).toEqual(alone.complete)
    expect(crowd.values.slice(0, 10)).toEqual(alone.values)
    // Elsewhere the order of finishing counts, in which trial 5 comes too late.
    expect((await run(false, 4)).complete).not.toContain(5)
  })
})

/** A study on a clock that jumps. */
async function timed(options: Options = {}): Promise<{
  study: Study<Line, unknown>
  clock: SimulatedClock
  play(runOf: (number: number) => SimulatedRun, slots?: number): Executor<Line>
}> {
  const clock = simulatedClock({ auto: true })
  const study = await open({ clock, ...options })
  const { objectives } = study.config
  return {
    study,
    clock,
    play: (runOf, slots = 1) =>
      simulated(({ number }) => runOf(number), { objectives, clock, slots }),
  }
}

describe('a cost limit ends a run', () => {
  it('when the seconds of complete, failed and pruned trials have cost as much', async () => {
    const { study, play } = await timed({ scheduler: alwaysPrune })
    const executor = play((number) => {
      if (number === 1) return { seconds: 10, result: 'no number' }
      if (number === 2) {
        return { reports: [{ seconds: 10, step: 1, values: { value: 1 } }], result: 1 }
      }
      return { seconds: 10, result: 1 }
    })
    const cost = { limit: 20, perSecond: 0.5 }
    expect(await study.optimize(executor, { cost, trials: 9 })).toEqual({ reason: 'cost', ran: 4 })
    expect(study.trials().map((t) => t.state)).toEqual(['complete', 'failed', 'pruned', 'complete'])
  })

  it('counting earlier runs, and putting back what still runs', async () => {
    const { study, play } = await timed()
    const executor = play((number) => ({ seconds: number % 2 === 0 ? 10 : 16, result: 1 }), 2)
    await study.optimize(executor, { trials: 2 })
    const cost = { limit: 36, perSecond: 1 }
    expect(await study.optimize(executor, { cost, trials: 9 })).toEqual({ reason: 'cost', ran: 1 })
    expect(study.trials().map((t) => t.state)).toEqual([
      'complete',
      'complete',
      'complete',
      'waiting',
    ])
    expect(await study.optimize(executor, { cost, trials: 9 })).toEqual({ reason: 'cost', ran: 0 })
  })

  it('when a metric adds up to it, by the last report of trials without a result', async () => {
    const study = await open({ scheduler: alwaysPrune })
    const summary = await study.optimize(
      async (trial) => {
        if (trial.number === 1) await trial.report({ value: 1, dollars: 3 })
        if (trial.number === 2) throw new TypeError('free of charge')
        return { value: 1, dollars: 2 }
      },
      { cost: { limit: 7, metric: 'dollars' }, trials: 20 },
    )
    expect(summary).toEqual({ reason: 'cost', ran: 4 })
  })

  it('with an error where no trial tells its cost, once one of this run is complete', async () => {
    const study = await open({ name: 's' })
    const silent = ({ number }: { number: number }): unknown => {
      if (number === 3) throw new TypeError('broken')
      return { value: 1, dollars: 2 }
    }
    await study.optimize(silent as never, { trials: 3 })
    const cost = { limit: 7, metric: 'dolars' }
    const error = await errorOf(study.optimize(silent as never, { cost, trials: 9 }))
    expect([error.code, error.message]).toEqual([
      'study/config',
      'The cost is counted by metric "dolars", but trial 4 is complete without it. It gave value, dollars. Did you mean "dollars"?',
    ])
    expect(study.trials()).toHaveLength(5)
    // Earlier trials may be from before the program told its cost.
    const telling = (): unknown => ({ value: 1, dolars: 4 })
    expect(await study.optimize(telling as never, { cost, trials: 9 })).toEqual({
      reason: 'cost',
      ran: 2,
    })
  })
})

describe('a limit of the regret ends a run', () => {
  const bowl = ({ params }: { params: Line }): number => (params.x - 1) ** 2 + params.x

  it('as soon as the bound is as low, looked at when complete trials grew by a tenth', async () => {
    const counts = [10, 11, 13, 15, 17, 19]
    const slow = await open({ seed: 3 })
    const bounds = new Map<number, number>()
    for (let trials = 10; trials <= 19; trials++) {
      await slow.optimize(bowl as never, { trials })
      bounds.set(trials, estimateRegret(slow.space as never, slow.history).bound)
    }
    const between = [...bounds.keys()].filter((trials) => !counts.includes(trials))
    let passed = 0
    for (const trials of bounds.keys()) {
      const regret = bounds.get(trials) as number
      const ran = counts.find((count) => (bounds.get(count) as number) <= regret)
      if (ran === undefined) continue
      if (between.some((count) => count < ran && (bounds.get(count) as number) <= regret)) passed++
      const study = await open({ seed: 3 })
      expect(await study.optimize(bowl as never, { regret, trials: 30 })).toEqual({
        reason: 'regret',
        ran,
      })
      expect(study.trials().map((t) => t.values)).toEqual(
        slow
          .trials()
          .slice(0, ran)
          .map((t) => t.values),
      )
    }
    // There were bounds that it did not look at.
    expect(passed).toBeGreaterThan(0)
  })

  it('before its first trial in a study that has come as far', async () => {
    const study = await open({ seed: 3 })
    await study.optimize(bowl as never, { trials: 12 })
    const { bound } = estimateRegret(study.space as never, study.history)
    expect(await study.optimize(bowl as never, { regret: bound, trials: 15 })).toEqual({
      reason: 'regret',
      ran: 0,
    })
  })

  it('never where it cannot be told: equal, failed, infeasible and few results', async () => {
    const regret = 1e300
    const limits = { regret, trials: 14 }
    const equal = await open()
    expect((await equal.optimize(() => 1, limits)).reason).toBe('trials')
    const failing = await open()
    expect((await failing.optimize(() => Promise.reject(Error()), limits)).reason).toBe('trials')
    const infeasible = await open({ constraints: ['value < -99'] })
    expect((await infeasible.optimize(bowl as never, limits)).reason).toBe('trials')
    const few = await open()
    expect(await few.optimize(bowl as never, { regret, trials: 9 })).toEqual({
      reason: 'trials',
      ran: 9,
    })
  })
})

describe('failures in a row end a run', () => {
  const fail = (reason: FailureReason) =>
    ({ state: 'failed', failure: { reason, message: '' } }) as const
  /** Trials that fail for the given reasons in turn, `ok` for one that completes. */
  const program = (reasons: readonly (FailureReason | 'ok')[]): Executor<Line> => ({
    name: 'in turn',
    slots: 1,
    async run({ number }) {
      const reason = reasons[number] ?? 'ok'
      return reason === 'ok' ? { state: 'complete', metrics: { value: 1 } } : fail(reason)
    },
    async [Symbol.asyncDispose]() {},
  })
  const many = <T>(count: number, x: T): T[] => Array.from({ length: count }, () => x)
  const run = async (
    reasons: readonly (FailureReason | 'ok')[],
    failures: number,
  ): Promise<unknown> => (await open()).optimize(program(reasons), { failures, trials: 60 })

  it.each<[string, number, (FailureReason | 'ok')[], number | undefined]>([
    ['so many for one reason', 4, ['ok', ...many(4, 'error' as const)], 5],
    ['not fewer', 4, ['ok', ...many(3, 'error' as const)], undefined],
    [
      'counting anew after a success',
      3,
      ['ok', 'error', 'error', 'ok', 'error', 'error'],
      undefined,
    ],
    [
      'and after another reason',
      3,
      ['ok', 'error', 'error', 'timeout', 'error', 'error', 'error'],
      7,
    ],
    ['a third as many while none is complete', 36, many(40, 'error' as const), 12],
    ['ten of them at least', 15, many(40, 'error' as const), 10],
    ['but never more than the limit', 3, many(40, 'error' as const), 3],
    ['all of them after a success', 15, ['ok', ...many(40, 'killed' as const)], 16],
  ])('%s', async (_, limit, reasons, ran) => {
    const summary = await run(reasons, limit)
    expect(summary).toEqual(
      ran === undefined ? { reason: 'trials', ran: 60 } : { reason: 'failures', ran },
    )
  })

  it('only of the same run, so that the same command goes on', async () => {
    const study = await open()
    const limits = { failures: 3, trials: 9 }
    const broken = program(many(9, 'error' as const))
    expect(await study.optimize(broken, limits)).toEqual({ reason: 'failures', ran: 3 })
    expect(await study.optimize(broken, limits)).toEqual({ reason: 'failures', ran: 3 })
    expect(await study.optimize(() => 1, limits)).toEqual({ reason: 'trials', ran: 3 })
  })

  it('never without such a limit', async () => {
    const summary = await (
      await open()
    ).optimize(program(many(60, 'error' as const)), { trials: 60 })
    expect(summary).toEqual({ reason: 'trials', ran: 60 })
  })
})

describe('CPU time ends a run', () => {
  it('when all trials together have used it, failed ones and those of earlier runs included', async () => {
    const using = (cpuSeconds: number | undefined): Executor<Line> => ({
      name: 'busy',
      slots: 1,
      async run({ number }) {
        const resources = cpuSeconds === undefined ? {} : { resources: { cpuSeconds } }
        return number % 2 === 1
          ? { state: 'failed', failure: { reason: 'error', message: '' }, ...resources }
          : { state: 'complete', metrics: { value: 1 }, ...resources }
      },
      async [Symbol.asyncDispose]() {},
    })
    const study = await open()
    const limits = { trials: 40 }
    expect(await study.optimize(using(undefined), { ...limits, cpuSeconds: 1, trials: 3 })).toEqual(
      {
        reason: 'trials',
        ran: 3,
      },
    )
    expect(await study.optimize(using(2), { ...limits, cpuSeconds: 7 })).toEqual({
      reason: 'cpuSeconds',
      ran: 4,
    })
    expect(await study.optimize(using(2), { ...limits, cpuSeconds: 7 })).toEqual({
      reason: 'cpuSeconds',
      ran: 0,
    })
    expect(await study.optimize(using(2), { ...limits, cpuSeconds: 8.5 })).toEqual({
      reason: 'cpuSeconds',
      ran: 1,
    })
  })
})

describe('conditions', () => {
  it('end a run with the first that holds', async () => {
    const results = inTurn([5, 4, 4, 4, 0]) as never
    const run = async (limits: OptimizeLimits): Promise<unknown> =>
      (await open()).optimize(results, { ...limits, trials: 5 })
    expect(await run({ patience: 2, target: 4 })).toEqual({ reason: 'target', ran: 2 })
    expect(await run({ patience: 2, target: 0 })).toEqual({ reason: 'patience', ran: 4 })
    expect(await run({ patience: 9 })).toEqual({ reason: 'trials', ran: 5 })
  })

  it('judge all trials again after the study was changed', async () => {
    const journal = memoryJournal()
    const study = await open({ journal, constraints: ['cost < 1'] })
    const summary = await study.optimize(
      async ({ number }) => {
        if (number === 2) await open({ journal, constraints: ['cost < 9'], acceptChanges: true })
        return { value: number, cost: 2 }
      },
      { target: 0, trials: 9 },
    )
    expect(summary).toEqual({ reason: 'target', ran: 3 })
  })

  it.each<[string, object, string]>([
    ['half a trial', { patience: 1.5 }, 'patience is a whole number >= 1, got 1.5.'],
    ['no trial', { patience: 0 }, 'patience is a whole number >= 1, got 0.'],
    ['patience that is no number', { patience: NaN }, 'patience is a whole number >= 1, got NaN.'],
    ['a negative regret', { regret: -1 }, 'regret is a number >= 0, got -1.'],
    ['regret that is no number', { regret: NaN }, 'regret is a number >= 0, got NaN.'],
    ['no CPU time', { cpuSeconds: 0 }, 'cpuSeconds is a number > 0, got 0.'],
    ['no failures', { failures: 0 }, 'failures is a whole number >= 1, got 0.'],
    ['half a failure', { failures: 1.5 }, 'failures is a whole number >= 1, got 1.5.'],
    ['no cost', { cost: { limit: 0, perSecond: 1 } }, 'cost.limit is a number > 0, got 0.'],
    [
      'a price of 0',
      { cost: { limit: 1, perSecond: 0 } },
      'cost.perSecond is a number > 0, got 0.',
    ],
    [
      'a cost that nothing counts',
      { cost: { limit: 1 } },
      'cost has either perSecond or metric beside its limit. Give one of them.',
    ],
    [
      'a cost that two things count',
      { cost: { limit: 1, perSecond: 1, metric: 'dollars' } },
      'cost has either perSecond or metric beside its limit. Give one of them.',
    ],
  ])('refuse %s', async (_, limits, message) => {
    const error = await errorOf((await open()).optimize(() => 1, { ...limits, trials: 1 }))
    expect([error.code, error.message]).toEqual(['study/config', message])
  })

  it('of one objective refuse several', async () => {
    const study = await open({ name: 's', objective: [{ minimize: 'a' }, { minimize: 'b' }] })
    expect((await errorOf(study.optimize(() => [1, 2], { regret: 1 }))).message).toBe(
      'A limit of the regret needs one objective, but study "s" has 2.',
    )
  })
})
