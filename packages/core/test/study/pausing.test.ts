import { describe, expect, it } from 'vitest'
import type { Executor, Journal, Scheduler, SimulatedClock, Study, Trial } from '../../src/index.ts'
import {
  asha,
  auto,
  cmaEs,
  createScheduler,
  createStudy,
  differentialEvolution,
  float,
  forest,
  gamma,
  genetic,
  gp,
  hyperband,
  memoryJournal,
  nsga2,
  random,
  simulated,
  simulatedClock,
  space,
  tpe,
} from '../../src/index.ts'
import { liveView } from '../../src/journal/view.ts'
import { verifyStudy } from '../../src/study/verify.ts'
import { errorOf, essence, eventsOf } from './support.ts'

const line = space({ x: float(0, 1) })
type Line = { x: number }
type LineStudy = Study<Line, number>
const whole = 27

/** A journal in memory that outlives the studies opened on it. */
const lastingJournal = (): Journal => ({ ...memoryJournal(), async [Symbol.asyncDispose]() {} })

/** The steps that a simulated program made, as `trial@step`. */
interface Spent {
  readonly steps: string[]
}

/**
 * A program of `whole` steps, a second each, whose results come closer to `level`. With checkpoints it
 * goes on where it was, else it starts again.
 */
function program(
  study: LineStudy,
  clock: SimulatedClock,
  options: {
    level?: (trial: Trial<Line>) => number
    checkpoints?: boolean
    slots?: number
  } = {},
): Executor<Line> & Spent {
  const { level = ({ params }) => params.x, checkpoints = true, slots = 1 } = options
  const steps: string[] = []
  const executor = simulated<Line>(
    (trial) => {
      const done = checkpoints ? (trial.resume?.step ?? 0) : 0
      return {
        reports: Array.from({ length: whole - done }, (_, i) => ({
          seconds: 1,
          step: done + i + 1,
          get values() {
            steps.push(`${trial.number}@${done + i + 1}`)
            return { value: level(trial) + 1 / (done + i + 1) }
          },
        })),
        result: level(trial),
      }
    },
    { objectives: study.config.objectives, clock, slots },
  )
  return { ...executor, steps }
}

interface Setting {
  readonly scheduler: Scheduler
  readonly clock: SimulatedClock
  readonly journal?: Journal
  readonly worker?: string
  readonly seed?: number
}
const open = async (setting: Setting): Promise<LineStudy> =>
  (await createStudy({ space: line, sampler: random(), ...setting })) as never

/** How many trials stand so: `paused@3`. */
function standing(study: LineStudy): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state, step } of study.trials()) {
    const key = `${state}@${step}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

describe('a study whose scheduler pauses', () => {
  it.each([
    // Of 27 trials 9 go on at step 1, 3 at step 3 and 1 at step 9: 27·1 + 9·2 + 3·6 + 1·18.
    [
      asha({ promote: true, maxSteps: 27 }),
      27,
      81,
      { 'paused@1': 18, 'paused@3': 6, 'paused@9': 2, 'complete@27': 1 },
    ],
    // Brackets of 9, 5 and 3 trials: 9·1 + 3·2 + 1·24, 5·3 + 1·24 and 3·27.
    [
      hyperband({ promote: true, maxSteps: 9 }),
      17,
      9 + 6 + 24 + 15 + 24 + 81,
      { 'paused@1': 6, 'paused@3': 6, 'complete@27': 5 },
    ],
  ])('spends the steps of successive halving when trials come best first', async (...given) => {
    const [scheduler, trials, steps, counts] = given
    const clock = simulatedClock({ auto: true })
    const study = await open({ scheduler, clock })
    const executor = program(study, clock, { level: (trial) => trial.number })
    expect(await study.optimize(executor, { trials })).toMatchObject({ reason: 'trials' })
    expect(executor.steps).toHaveLength(steps)
    expect(new Set(executor.steps).size).toBe(steps)
    expect(standing(study)).toEqual(counts)
    expect(study.history.open.size).toBe(0)
    expect(study.best()?.number).toBe(0)
    // Time is spent over all runs of a trial.
    expect(study.trial(0).seconds).toBeCloseTo(27, 6)
    const seconds = study.trials().reduce((sum, t) => sum + (t.seconds ?? 0), 0)
    expect(seconds).toBeCloseTo(steps, 6)
  })

  it.each([1, 4])('comes to the same with checkpoints and without, by %i slots', async (slots) => {
    const run = async (checkpoints: boolean): Promise<[LineStudy, readonly string[]]> => {
      const clock = simulatedClock({ auto: true })
      const study = await open({ scheduler: asha({ promote: true, maxSteps: 9 }), clock })
      const executor = program(study, clock, { checkpoints, slots })
      await study.optimize(executor, { trials: 30 })
      return [study, executor.steps]
    }
    const [resumed, spent] = await run(true)
    const [repeated, more] = await run(false)
    expect(new Set(spent).size).toBe(spent.length)
    expect(new Set(more).size).toBeLessThan(more.length)
    for (const study of [resumed, repeated]) {
      expect(study.trials({ state: 'complete' }).length).toBeGreaterThan(2)
      const { history } = study
      expect(asha({ promote: true, maxSteps: 9 }).next?.(liveView(history, -1))).toBeUndefined()
      expect([history.finished, history.open.size]).toEqual([30, 0])
    }
    // One after the other even the same trials are promoted at the same moments.
    if (slots > 1) return
    const results = (study: LineStudy): unknown =>
      study.trials().map(({ state, values, metrics, step, lastReport }) => ({
        ...{ state, values, metrics, step, lastReport },
      }))
    expect(results(repeated)).toEqual(results(resumed))
  })

  it('tells a promoted trial where it goes on, and no other', async () => {
    const clock = simulatedClock({ auto: true })
    const study = await open({ scheduler: asha({ promote: true, factor: 2 }), clock })
    const seen: unknown[] = []
    const objective = async (trial: Trial<Line>): Promise<number> => {
      seen.push([trial.number, trial.attempt, trial.resume])
      for (let step = Math.floor(trial.resume?.step ?? 0) + 1; step <= 3; step++) {
        const decision = await trial.report(trial.number, { step })
        if (decision.kind === 'stop') {
          // Who goes on reporting is told the same again.
          expect(await trial.report(trial.number, { step: step + 0.5 })).toEqual(decision)
          return 0
        }
      }
      return trial.number
    }
    await study.optimize(objective, { trials: 4 })
    expect(seen).toEqual([
      [0, 1, undefined],
      [1, 1, undefined],
      [0, 2, { from: 0, step: 1.5 }],
      [2, 1, undefined],
      [3, 1, undefined],
      [1, 2, { from: 1, step: 1.5 }],
      [0, 3, { from: 0, step: 2.5 }],
    ])
    expect(standing(study)).toEqual({ 'complete@3': 1, 'paused@2.5': 1, 'paused@1.5': 2 })
    expect(study.trial(2).stopped).toBe(
      'asha: paused with value 2 at step 1, until that is among the best 1/2 there',
    )
    expect(study.trial(0).stopped).toBeUndefined()
  })

  it('counts as run what has ended, and not what has only paused', async () => {
    const study = await createStudy({
      space: space({ x: float(0, 1) }),
      scheduler: asha({ promote: true, maxSteps: 9 }),
    })
    const objective = async (trial: Trial<{ x: number }>): Promise<number> => {
      for (let step = (trial.resume?.step ?? 0) + 1; step <= 9; step++) {
        if ((await trial.report(trial.params.x, { step })).kind === 'stop') break
      }
      return trial.params.x
    }
    const { ran } = await study.optimize(objective, { trials: 20 })
    expect(ran).toBe(study.trials({ state: 'complete' }).length)
    expect(study.trials({ state: 'paused' }).length).toBe(20 - ran)
  })

  it('promotes what an earlier run left paused, once a later one has more trials', async () => {
    const clock = simulatedClock({ auto: true })
    const journal = lastingJournal()
    const scheduler = (): Scheduler => createScheduler({ name: 'asha', options: { promote: true } })
    const first = await open({ scheduler: scheduler(), clock, journal })
    await first.optimize(program(first, clock, { level: (t) => t.number }), { trials: 2 })
    expect(standing(first)).toEqual({ 'paused@1': 2 })
    const again = await first.optimize(program(first, clock), { trials: 2 })
    expect(again).toMatchObject({ reason: 'trials', ran: 0 })
    await first.close()
    const later = await open({ scheduler: scheduler(), clock, journal })
    await later.optimize(program(later, clock, { level: (t) => t.number }), { trials: 3 })
    expect(standing(later)).toEqual({ 'paused@1': 2, 'paused@3': 1 })
  })

  it('leaves trials paused that no scheduler promotes any more', async () => {
    const clock = simulatedClock({ auto: true })
    const journal = lastingJournal()
    const first = await open({ scheduler: asha({ promote: true }), clock, journal })
    await first.optimize(program(first, clock), { trials: 2 })
    const other = await open({ scheduler: asha({ minSteps: 9, promote: true }), clock, journal })
    await other.optimize(program(other, clock), { trials: 4 })
    expect(standing(other)).toEqual({ 'paused@1': 2, 'paused@9': 2 })
  })

  it('gives an enqueued trial the checkpoint of another one', async () => {
    const clock = simulatedClock({ auto: true })
    const study = await open({ scheduler: asha({ promote: true, maxSteps: 3 }), clock })
    await study.optimize(program(study, clock), { trials: 1 })
    await study.enqueueValues({ x: 0.5 }, { from: 0 })
    const trial = await study.ask()
    expect([trial.number, trial.resume]).toEqual([1, { from: 0, step: 1 }])
    await study.tell(trial, 1)
    expect(study.trial(1).startedFrom).toBe(0)
  })
})

describe('a trial that goes on', () => {
  /** A study with a trial that was promoted and has reported step 2, held by a worker. */
  async function amid(): Promise<{
    study: LineStudy
    trial: Trial<Line>
    journal: Journal
    clock: SimulatedClock
  }> {
    const clock = simulatedClock()
    const journal = lastingJournal()
    const scheduler = asha({ promote: true, maxSteps: 9 })
    const study = await open({ scheduler, clock, journal, worker: 'a' })
    for (const value of [3, 1, 2]) {
      const one = await study.ask()
      expect(await one.report(value)).toMatchObject({ kind: 'stop', pause: true })
      await study.tell(one, 'pruned')
    }
    const trial = await study.ask()
    expect([trial.number, trial.resume]).toEqual([1, { from: 1, step: 1 }])
    await trial.report(0.5, { step: 2 })
    return { study, trial, journal, clock }
  }
  const goesOn = async (study: LineStudy, attempt: number): Promise<void> => {
    expect(study.trial(1)).toMatchObject({ state: 'waiting', step: 1, reports: 1 })
    expect(study.trial(1).lastReport).toEqual({ value: 1 })
    const again = await study.ask()
    expect([again.number, again.attempt]).toEqual([1, attempt])
    expect(again.resume).toEqual({ from: 1, step: 1 })
    expect(await again.report(0.7, { step: 2 })).toEqual({ kind: 'continue' })
    expect(await again.report(0.6, { step: 3 })).toMatchObject({ kind: 'stop', pause: true })
    await study.tell(again, 'pruned')
    expect(study.trial(1)).toMatchObject({ state: 'paused', step: 3, reports: 3 })
  }

  it('goes on from where it paused after an interrupt', async () => {
    const { study, journal, clock } = await amid()
    await study.close()
    const scheduler = asha({ promote: true, maxSteps: 9 })
    await goesOn(await open({ scheduler, clock, journal, worker: 'b' }), 3)
  })

  it('goes on elsewhere when its worker is lost, whose late reports and results count nothing', async () => {
    const { study, trial, journal, clock } = await amid()
    await journal.leases.release('a')
    const scheduler = asha({ promote: true, maxSteps: 9 })
    const other = await open({ scheduler, clock, journal, worker: 'b' })
    expect(await trial.report(-5, { step: 3 })).toMatchObject({ kind: 'stop' })
    expect(trial.signal.aborted).toBe(true)
    await study.tell(trial, -5)
    await other.refresh()
    expect(other.history.stale).toBe(1)
    await goesOn(other, 3)
  })

  it('can be skipped, running or paused, and is not promoted again', async () => {
    const { study, trial } = await amid()
    await study.skip(1)
    await study.tell(trial, 'pruned')
    await study.skip(2)
    const next = await study.ask()
    expect(next.number).toBe(3)
    expect([1, 2].map((t) => study.trial(t).state)).toEqual(['pruned', 'pruned'])
  })

  it('that fails is neither paused nor promoted again', async () => {
    const { study, trial } = await amid()
    await study.tell(trial, new TypeError('broken'))
    expect(study.trial(1).state).toBe('failed')
    expect((await study.ask()).number).toBe(3)
  })
})

describe('several workers of a study that pauses', () => {
  it.each([2, 3])('%i share its promotions, each claimed once', async (count) => {
    const clock = simulatedClock({ auto: true })
    const journal = lastingJournal()
    const scheduler = (): Scheduler => asha({ promote: true, maxSteps: 9 })
    const steps: string[] = []
    const work = async (worker: string): Promise<void> => {
      const study = await open({ scheduler: scheduler(), clock, journal, worker })
      const executor = program(study, clock, { slots: 2 })
      await study.optimize(executor, { trials: 40 })
      steps.push(...executor.steps)
    }
    await Promise.all(Array.from({ length: count }, (_, i) => work(`w${i}`)))
    const events = await eventsOf(journal)
    const study = await open({ scheduler: scheduler(), clock, journal })
    expect([study.history.finished, study.history.open.size]).toEqual([40, 0])
    expect(new Set(steps).size).toBe(steps.length)
    const promotions = events.flatMap((e) =>
      e.type === 'trial-promoted' ? [`${e.trial}/${e.epoch}`] : [],
    )
    const claims = events.flatMap((e) =>
      e.type === 'trial-claimed' ? [`${e.trial}/${e.epoch}`] : [],
    )
    expect(new Set(promotions).size).toBe(promotions.length)
    expect(new Set(claims).size).toBe(claims.length)
    expect(claims).toHaveLength(40 + promotions.length)
    expect(promotions.length).toBeGreaterThan(12)
    expect(scheduler().next?.(liveView(study.history, -1))).toBeUndefined()
  })
})

describe('samplers in a study that pauses', () => {
  const samplers = {
    tpe: () => tpe({ startupTrials: 5 }),
    gp: () => gp({ startupTrials: 5 }),
    forest: () => forest({ startupTrials: 5 }),
    cmaEs: () => cmaEs({ population: 5 }),
    gamma: () => gamma({ startupTrials: 5 }),
    genetic: () => genetic({ populationSize: 6 }),
    differentialEvolution: () => differentialEvolution({ populationSize: 6 }),
    nsga2: () => nsga2({ populationSize: 6, startupTrials: 6 }),
    auto: () => auto(),
  }
  it.each(Object.entries(samplers))(
    '%s proposes the same with what it has kept as anew',
    async (_, sampler) => {
      const clock = simulatedClock({ auto: true })
      const journal = lastingJournal()
      const study = (await createStudy({
        space: space({ x: float(0, 1), y: float(0, 1) }),
        sampler: sampler(),
        scheduler: hyperband({ promote: true, maxSteps: 9 }),
        clock,
        journal,
      })) as never as LineStudy
      // Discovers a parameter before its first pause and, now and then, another one after it.
      const objective = async (trial: Trial<Line>): Promise<number> => {
        const z = trial.suggestFloat('z', 0, 1)
        const done = trial.resume?.step ?? 0
        if (done > 0 && trial.number % 2 === 0) trial.suggestFloat('late', 0, 1)
        for (let step = done + 1; step <= 9; step++) {
          await clock.sleep(1000 + (trial.number % 3))
          const loss = trial.params.x + z + 1 / step
          if ((await trial.report(loss, { step })).kind === 'stop') break
        }
        return trial.params.x + z
      }
      for (const seconds of [7.5, 11.5, 15.5]) {
        await study.optimize(objective, { trials: 24, workers: 3, seconds })
      }
      await study.optimize(objective, { trials: 24, workers: 3 })
      for (const fresh of [true, false]) {
        const { differences, checked, skipped } = await verifyStudy(journal, { fresh })
        expect(differences).toEqual([])
        expect(skipped).toEqual([])
        expect(checked.suggestion).toBe(24)
        expect(checked.decision).toBeGreaterThan(24)
        expect(checked.promotion).toBeGreaterThan(24)
        expect(checked.discovery).toBeGreaterThan(24)
      }
    },
  )
})

describe('a deterministic study that pauses', () => {
  const options = { space: line, deterministic: true } as const
  const scheduler = (): Scheduler => asha({ promote: true, maxSteps: 9 })

  it('is refused with more than one trial at a time', async () => {
    for (const lag of [{}, { lag: 2 }]) {
      const made = createStudy({ ...options, ...lag, scheduler: scheduler() })
      const { code, message } = await errorOf(made)
      expect(code).toBe('study/capability')
      expect(message).toMatch(/^Scheduler "asha" pauses trials .* got lag (8|2)\. Set lag to 1/)
    }
    await createStudy({ ...options, scheduler: asha() })
  })

  it('promotes nothing while a trial is open, whose reports may decide what is due', async () => {
    const journal = lastingJournal()
    const start = (worker: string): Promise<LineStudy> =>
      createStudy({ ...options, lag: 1, scheduler: scheduler(), journal, worker }) as never
    const study = await start('a')
    for (const value of [1, 2]) {
      const trial = await study.ask()
      await trial.report(value)
      await study.tell(trial, 'pruned')
    }
    const third = await study.ask()
    await third.report(3)
    const other = await start('b')
    expect((await errorOf(other.ask())).code).toBe('study/no-trial')
    await study.tell(third, 'pruned')
    expect((await other.ask()).number).toBe(0)
  })

  it('is the same interrupted anywhere, and by several workers', async () => {
    const seeds = [1, 2, 3, 4]
    const start = async (clock: SimulatedClock, journal: Journal): Promise<LineStudy> =>
      (await createStudy({
        ...options,
        lag: 1,
        sampler: tpe({ startupTrials: 4 }),
        scheduler: scheduler(),
        clock,
        journal,
      })) as never
    const clock = simulatedClock({ auto: true })
    const calm = await start(clock, memoryJournal())
    await calm.optimize(program(calm, clock), { trials: 15 })
    expect(calm.trials({ state: 'complete' })).not.toEqual([])
    for (const seed of seeds) {
      const time = simulatedClock({ auto: true })
      const journal = lastingJournal()
      const work = async (worker: number): Promise<void> => {
        for (let life = 0; ; life++) {
          const study = await start(time, journal)
          const seconds = life > 5 ? 1e6 : 3.7 * ((seed * (worker + 2) + life) % 5)
          const { reason } = await study.optimize(program(study, time), { trials: 15, seconds })
          await study.close()
          if (reason === 'trials') return
        }
      }
      await Promise.all(Array.from({ length: 1 + (seed % 2) }, (_, i) => work(i)))
      const study = await start(time, journal)
      expect(essence(study as never)).toEqual(essence(calm as never))
    }
  })
})
