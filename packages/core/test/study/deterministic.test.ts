import { describe, expect, it } from 'vitest'
import type { Sampler, Scheduler, StudyEvent, Trial } from '../../src/index.ts'
import {
  asha,
  createRng,
  createStudy,
  grid,
  int,
  median,
  memoryJournal,
  none,
  random,
  simulatedClock,
  sobol,
  space,
  tpe,
} from '../../src/index.ts'
import { mixedConditional } from '../../src/testing/problems.ts'
import { errorOf, essence, eventsOf } from './support.ts'

type Params = (typeof mixedConditional.space)['~params'] & object

const samplers: Record<string, () => Sampler> = {
  random,
  sobol,
  tpe: () => tpe({ startupTrials: 6 }),
  grid: () => grid({ levels: 2, levelsOf: { units: 2, layers: 2 } }),
}
const schedulers: Record<string, () => Scheduler> = {
  none,
  asha: () => asha({ factor: 2 }),
  median: () => median({ startupTrials: 3 }),
}

interface Run {
  readonly workers: number
  readonly events: StudyEvent[]
  readonly essence: unknown
}

/** A deterministic study whose trials take random times, different for every `delays`. */
async function run(options: {
  readonly workers: number
  readonly delays: number
  readonly trials: number
  readonly sampler: Sampler
  readonly scheduler: Scheduler
  readonly events?: readonly StudyEvent[]
}): Promise<Run> {
  const clock = simulatedClock({ auto: true })
  const journal = memoryJournal(options.events ?? [])
  const study = await createStudy({
    space: mixedConditional.space,
    journal,
    clock,
    sampler: options.sampler,
    scheduler: options.scheduler,
    seed: 11,
    deterministic: true,
  })
  const objective = async (trial: Trial<Params>): Promise<number> => {
    const rng = createRng(options.delays, trial.number)
    const [loss = 0] = mixedConditional.evaluate(trial.params)
    for (let step = 1; step <= 8; step++) {
      await clock.sleep(1000 * rng.next() ** 3)
      const decision = await trial.report(loss * (1 + 1 / step), { step })
      if (decision.kind === 'stop') return loss
    }
    await clock.sleep(5000 * rng.next())
    if (trial.number % 7 === 3) throw new TypeError('unlucky')
    return loss
  }
  await study.optimize(objective, { trials: options.trials, workers: options.workers })
  return {
    workers: options.workers,
    events: await eventsOf(journal),
    essence: essence(study as never),
  }
}

const decisions = (events: readonly StudyEvent[]): unknown[] =>
  events
    .filter((e) => e.type === 'trial-decided')
    .map(({ trial, step, decision, reason }) => [trial, step, decision, reason])
    .toSorted((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]))

describe('deterministic mode', () => {
  const pairs = Object.entries(samplers).flatMap(([sampler, make]) =>
    Object.entries(schedulers).map(([scheduler, decide]) => ({ sampler, scheduler, make, decide })),
  )
  it.each(pairs)(
    'gives the same values, decisions and results for 1, 2, 4 and 8 workers: $sampler, $scheduler',
    async ({ make, decide }) => {
      const runs: Run[] = []
      for (const workers of [1, 2, 4, 8]) {
        const parts = { sampler: make(), scheduler: decide() }
        runs.push(await run({ workers, delays: workers, trials: 30, ...parts }))
      }
      const [first, ...others] = runs as [Run, ...Run[]]
      for (const other of others) {
        expect(other.essence).toEqual(first.essence)
        expect(decisions(other.events)).toEqual(decisions(first.events))
      }
    },
  )

  it('stops trials at all, and orders suggestions by number', async () => {
    const { events } = await run({
      workers: 8,
      delays: 5,
      trials: 40,
      sampler: tpe(),
      scheduler: asha({ factor: 2 }),
    })
    const stops = events.filter((e) => e.type === 'trial-decided' && e.decision === 'stop')
    expect(stops.length).toBeGreaterThan(5)
    const suggested = events.filter((e) => e.type === 'trial-suggested').map((e) => e.trial)
    expect(suggested).toEqual([...Array(40).keys()])
    // More than one trial ran at a time, or nothing above was tested.
    const open = new Set<number>()
    let most = 0
    for (const event of events) {
      if (event.type === 'trial-opened') open.add(event.trial)
      if (event.type === 'trial-finished') open.delete(event.trial)
      most = Math.max(most, open.size)
    }
    expect(most).toBe(8)
  })

  it('never runs further ahead than its lag', async () => {
    const clock = simulatedClock({ auto: true })
    const study = await createStudy({ clock, deterministic: true, lag: 3 })
    let furthest = 0
    let lowest = 0
    const done = new Set<number>()
    await study.optimize(
      async ({ number }) => {
        furthest = Math.max(furthest, number - lowest)
        await clock.sleep(number % 4 === 0 ? 100_000 : 10)
        done.add(number)
        while (done.has(lowest)) lowest++
        return number
      },
      { trials: 20, workers: 3 },
    )
    expect(furthest).toBe(2)
  })

  it('looks for duplicates by what it may know of parameters met while running', async () => {
    const runWith = async (workers: number): Promise<unknown> => {
      const clock = simulatedClock({ auto: true })
      const study = await createStudy({
        space: space({ a: int(1, 20) }),
        sampler: random(),
        duplicates: 'resample',
        deterministic: true,
        seed: 3,
        clock,
      })
      const objective = async (trial: Trial<{ a: number }>): Promise<number> => {
        const rng = createRng(workers, trial.number)
        await clock.sleep(1000 * rng.next())
        return trial.number === 6 ? trial.suggestFloat('x', 0, 1) : trial.params.a
      }
      await study.optimize(objective, { trials: 24, workers })
      return essence(study as never)
    }
    const alone = await runWith(1)
    expect(await runWith(2)).toEqual(alone)
    expect(await runWith(8)).toEqual(alone)
  })

  it('tells those who ask that earlier trials must be told first', async () => {
    const study = await createStudy({ deterministic: true, lag: 2 })
    const [a] = [await study.ask(), await study.ask()]
    expect((await errorOf(study.ask())).message).toBe(
      'Trials that must finish first are still running (deterministic mode, lag 2). Tell them before asking again.',
    )
    expect((await errorOf(study.optimize(() => 1, { trials: 5 }))).message).toBe(
      'Trials that were asked for must be told before trial 2 can be opened (deterministic mode, lag 2). Tell them.',
    )
    await study.tell(a as Trial<never>, 1)
    expect((await study.ask()).number).toBe(2)
  })

  it('gives two handles on one journal the same trials as one', async () => {
    const one = await run({
      workers: 1,
      delays: 1,
      trials: 24,
      sampler: tpe({ startupTrials: 6 }),
      scheduler: asha({ factor: 2 }),
    })
    const clock = simulatedClock({ auto: true })
    const journal = memoryJournal()
    const handle = async (worker: string): ReturnType<typeof open> => open(worker)
    const open = async (worker: string) =>
      createStudy({
        space: mixedConditional.space,
        journal,
        clock,
        worker,
        sampler: tpe({ startupTrials: 6 }),
        scheduler: asha({ factor: 2 }),
        seed: 11,
        deterministic: true,
      })
    const handles = [await handle('a'), await handle('b')]
    await Promise.all(
      handles.map((study, i) =>
        study.optimize(
          async (trial) => {
            const rng = createRng(i, trial.number)
            const [loss = 0] = mixedConditional.evaluate(trial.params)
            for (let step = 1; step <= 8; step++) {
              await clock.sleep(1000 * rng.next() ** 3)
              const decision = await trial.report(loss * (1 + 1 / step), { step })
              if (decision.kind === 'stop') return loss
            }
            if (trial.number % 7 === 3) throw new TypeError('unlucky')
            return loss
          },
          { trials: 24, workers: 2 },
        ),
      ),
    )
    await handles[0]?.refresh()
    expect(essence(handles[0] as never)).toEqual(one.essence)
  })
})

describe('a deterministic study that is killed after any event and goes on', () => {
  it('has the same trials, decisions and results as one that was not', async () => {
    const parts = (): { sampler: Sampler; scheduler: Scheduler } => ({
      sampler: tpe({ startupTrials: 5 }),
      scheduler: asha({ factor: 2 }),
    })
    const whole = await run({ workers: 4, delays: 4, trials: 20, ...parts() })
    expect(whole.events.length).toBeGreaterThan(150)
    for (let k = 1; k < whole.events.length; k++) {
      const events = whole.events.slice(0, k)
      const again = await run({ workers: 1 + (k % 5), delays: k, trials: 20, ...parts(), events })
      expect(again.events.slice(0, k)).toEqual(events)
      expect(again.essence, `killed after event ${k}`).toEqual(whole.essence)
    }
  })
})
