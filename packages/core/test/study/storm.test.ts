import { expect, it } from 'vitest'
import type { Journal, Rng, Sampler, Scheduler, SimulatedClock, Trial } from '../../src/index.ts'
import {
  AttuneError,
  asha,
  createRng,
  createStudy,
  flag,
  float,
  grid,
  hyperband,
  int,
  median,
  memoryJournal,
  none,
  random,
  simulatedClock,
  sobol,
  space,
  tpe,
  variant,
} from '../../src/index.ts'
import { liveView } from '../../src/journal/view.ts'
import { essence, eventsOf } from './support.ts'

const mixed = space(
  { x: float(-5, 5), v: variant({ a: { y: int(1, 9) }, b: { f: flag() } }) },
  { require: ['x < 4'] },
)
type Mixed = (typeof mixed)['~params'] & object
const trials = 25
const samplers: readonly (() => Sampler)[] = [
  () => tpe({ startupTrials: 4 }),
  random,
  sobol,
  () => grid({ levels: 3 }),
]
const schedulers: readonly (() => Scheduler)[] = [
  none,
  () => asha({ factor: 2 }),
  () => median({ startupTrials: 2 }),
  () => asha({ factor: 2, promote: true }),
  () => hyperband({ factor: 2, maxSteps: 3, promote: true }),
]

/** The journal as one worker has it: slow, failing now and then, silent once the worker is dead. */
function stormy(log: Journal, rng: Rng, failures: number, dead: () => boolean): Journal {
  const pause = async (): Promise<void> => {
    for (let i = rng.int(3); i > 0; i--) await new Promise((resolve) => setImmediate(resolve))
    if (dead()) await new Promise(() => undefined)
  }
  const busy = (): AttuneError => new AttuneError('journal/busy', 'Try again later.')
  return {
    ...log,
    async append(events, options) {
      await pause()
      const luck = rng.next()
      if (luck < failures / 2) throw busy()
      const result = await log.append(events, options)
      if (luck < failures) throw busy()
      await pause()
      return result
    },
    async *read(after) {
      await pause()
      yield* log.read(after)
    },
    leases: {
      ...log.leases,
      hold: async (worker, until) => {
        if (!dead()) await log.leases.hold(worker, until)
      },
    },
    async [Symbol.asyncDispose]() {},
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof AttuneError && error.code === 'journal/busy'

/** A study under one seed: so many workers, each of which dies and fails as it comes. */
async function storm(seed: number): Promise<void> {
  const rng = createRng('storm', seed)
  const clock = simulatedClock({ auto: true })
  const log = memoryJournal()
  const scheduler = schedulers[seed % 5] as () => Scheduler
  const lag = scheduler().next === undefined ? 6 : 1
  const options = (): Parameters<typeof createStudy<Mixed>>[0] & { deterministic: boolean } => ({
    space: mixed,
    sampler: (samplers[seed % 4] as () => Sampler)(),
    scheduler: scheduler(),
    seed,
    deterministic: seed % 7 < 3,
    lag,
  })
  const objective =
    (on: SimulatedClock) =>
    async (trial: Trial<Mixed>): Promise<number> => {
      const delays = createRng(seed, trial.number)
      // Every other seed has checkpoints.
      for (let i = seed % 2 === 0 ? 0 : (trial.resume?.step ?? 0); i < 3; i++) {
        await on.sleep(delays.int(40))
        const { kind } = await trial.report(trial.params.x + i, { step: i + 1 })
        if (kind === 'stop') return 0
      }
      trial.suggestFloat(`z${trial.number % 2}`, 0, 1)
      if (trial.number % 9 === 4) throw new TypeError('unlucky')
      return trial.params.x
    }
  /** One life of a worker; whether it saw the study through. */
  const live = async (name: string, life: number): Promise<boolean> => {
    let dead = false
    const failures = rng.int(3) === 0 ? 0.03 : 0
    const journal = stormy(log, createRng(seed, name), failures, () => dead)
    const death =
      life < 4 && rng.int(3) === 0
        ? clock.sleep(rng.int(400)).then(() => {
            dead = true
            return false
          })
        : new Promise<never>(() => undefined)
    const work = async (): Promise<boolean> => {
      const study = await createStudy({ ...options(), journal, clock, worker: name })
      const { deterministic } = options()
      const workers = deterministic ? Math.min(lag, 1 + rng.int(3)) : 1 + rng.int(3)
      await study.optimize(objective(clock), { trials, workers })
      return true
    }
    try {
      return await Promise.race([work(), death])
    } catch (error) {
      if (isBusy(error)) return false
      throw error
    }
  }
  const workers = Array.from({ length: 1 + rng.int(4) }, async (_, w) => {
    for (let life = 0; !(await live(`w${w}.${life}`, life)); life++) continue
  })
  await Promise.all(workers)

  const events = await eventsOf(log)
  const opened = events.flatMap((e) => (e.type === 'trial-opened' ? [e.trial] : []))
  expect(opened).toEqual([...Array(trials).keys()])
  const study = await createStudy({ ...options(), journal: memoryJournal(events) })
  expect(study.history.open.size).toBe(0)
  expect(study.history.finished).toBe(trials)
  expect(scheduler().next?.(liveView(study.history, -1))).toBeUndefined()
  if (!options().deterministic) return
  const calm = simulatedClock({ auto: true })
  const alone = await createStudy({ ...options(), clock: calm })
  await alone.optimize(objective(calm), { trials })
  expect(essence(study as never)).toEqual(essence(alone as never))
}

it.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'a study in a storm of dying workers and failing journals comes out whole (seed %i)',
  storm,
)
