import type { Executor } from '../executors/executor.ts'
import type { ObjectiveSpec, StudyEvent } from '../journal/event.ts'
import { random } from '../samplers/random.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { none } from '../schedulers/scheduler.ts'
import { float } from '../space/builders.ts'
import type { SearchSpace } from '../space/space.ts'
import { space } from '../space/space.ts'
import { createStudy } from '../study/create-study.ts'
import type { Study } from '../study/study.ts'
import { createTrial } from '../trial/trial.ts'
import type { Case } from './case.ts'
import { check, checkEqual } from './case.ts'

/**
 * What the objective of an executor does with its parameter `x`:
 *
 * - `quadratic`: returns (x - 1)²;
 * - `reports`: reports x + 1/step at the steps 1 to 5, heeding a stop, and returns x;
 * - `throws`: throws, or ends with an error;
 * - `nan`: returns NaN;
 * - `hangs`: reports x at step 1 and never ends, whatever it is asked.
 */
export type Behaviour = 'quadratic' | 'reports' | 'throws' | 'nan' | 'hangs'

interface Params {
  readonly x: number
}

export interface ExecutorCaseOptions {
  readonly objectives: readonly ObjectiveSpec[]
  readonly slots: number
}

const objectives: readonly ObjectiveSpec[] = [{ name: 'value', direction: 'minimize' }]
const line: SearchSpace<Params> = space({ x: float(0, 2) })

/** Longer than any executor may take to end a run that does not listen. */
const patienceMs = 20_000

/**
 * What every executor must do. `make` gives an executor whose objective behaves as named, with the
 * given slots; it is disposed of here.
 */
export function executorCases(
  make: (behaviour: Behaviour, options: ExecutorCaseOptions) => Promise<Executor<Params>>,
): readonly Case[] {
  /** Runs trials of one behaviour; gives the study and the events it went through. */
  const run = async (
    behaviour: Behaviour,
    options: { trials: number; slots?: number; workers?: number; scheduler?: Scheduler },
  ): Promise<{ study: Study<Params>; events: readonly StudyEvent[] }> => {
    const { trials, slots = 1, workers, scheduler = none() } = options
    await using executor = await make(behaviour, { objectives, slots })
    const study = await createStudy({ space: line, sampler: random(), scheduler, seed: 4 })
    const events: StudyEvent[] = []
    study.subscribe((event) => events.push(event))
    await study.optimize(executor, { trials, ...(workers === undefined ? {} : { workers }) })
    return { study: study as unknown as Study<Params>, events }
  }

  const tests: Record<string, () => Promise<void>> = {
    'gives the result of every trial, with the seconds it took': async () => {
      const { study } = await run('quadratic', { trials: 3 })
      for (const trial of study.trials()) {
        checkEqual(trial.state, 'complete', `the state of trial ${trial.number}`)
        checkClose(trial.objectives[0], (trial.params.x - 1) ** 2, 'the result')
        check((trial.seconds ?? -1) >= 0, `trial ${trial.number} took ${trial.seconds} seconds`)
      }
    },
    'gives each of several trials at once its own result': async () => {
      const { study } = await run('quadratic', { trials: 7, slots: 3 })
      checkEqual(study.trials({ state: 'complete' }).length, 7, 'the number of complete trials')
      for (const trial of study.trials()) {
        checkClose(trial.objectives[0], (trial.params.x - 1) ** 2, `the result of ${trial.number}`)
      }
    },
    'runs as many trials at once as it has slots, and no more': async () => {
      const { events } = await run('reports', { trials: 6, slots: 2, workers: 5 })
      let running = 0
      let most = 0
      for (const { type } of events) {
        if (type === 'trial-claimed') most = Math.max(most, ++running)
        if (type === 'trial-finished') running--
      }
      checkEqual(most, 2, 'the largest number of trials at once')
    },
    'passes reports on in their order': async () => {
      const { study, events } = await run('reports', { trials: 2 })
      for (const { number, params, state, objectives: results } of study.trials()) {
        const reports = events.filter((e) => e.type === 'trial-reported' && e.trial === number)
        const steps = reports.map((e) => (e.type === 'trial-reported' ? e.step : 0))
        checkEqual(steps, [1, 2, 3, 4, 5], `the steps of trial ${number}`)
        reports.forEach((e, i) => {
          if (e.type !== 'trial-reported') return
          checkClose(Number(e.values['value']), params.x + 1 / (i + 1), `report ${i + 1}`)
        })
        checkEqual(state, 'complete', `the state of trial ${number}`)
        checkClose(results[0], params.x, `the result of trial ${number}`)
      }
    },
    'ends a trial that the scheduler stops, as pruned': async () => {
      const second: Scheduler = {
        name: 'second',
        rungs: { first: 2, every: 100 },
        supports: { objectives: 'one' },
        onReport: () => ({ kind: 'stop', reason: 'two are enough' }),
      }
      const { study } = await run('reports', { trials: 2, scheduler: second })
      for (const trial of study.trials()) {
        checkEqual(trial.state, 'pruned', `the state of trial ${trial.number}`)
        checkEqual(trial.stopped, 'two are enough', 'why it was stopped')
        check(trial.reports >= 2, `two reports were needed, there are ${trial.reports}`)
      }
    },
    'makes a failed trial of an objective that throws, and goes on': async () => {
      const { study } = await run('throws', { trials: 3 })
      for (const { failure, state } of study.trials()) {
        checkEqual(state, 'failed', 'the state')
        checkEqual(failure?.reason, 'error', 'the reason')
        check((failure?.message ?? '') !== '', 'the failure says what happened')
      }
    },
    'makes a failed trial of NaN': async () => {
      const { study } = await run('nan', { trials: 2 })
      for (const { failure, state } of study.trials()) {
        checkEqual([state, failure?.reason], ['failed', 'not-a-number'], 'the end of the trial')
      }
    },
    'ends a trial that never ends when its signal aborts': async () => {
      await using executor = await make('hangs', { objectives, slots: 2 })
      const study = await createStudy({ space: line, sampler: random(), seed: 4 })
      const ending = new AbortController()
      let reports = 0
      study.subscribe((event) => {
        if (event.type === 'trial-reported' && ++reports === 2) ending.abort()
      })
      const start = performance.now()
      const { reason } = await study.optimize(executor, { trials: 5, signal: ending.signal })
      check(performance.now() - start < patienceMs, 'the run ends soon after it was aborted')
      checkEqual(reason, 'signal', 'why the run ended')
      const states = study.trials().map((t) => t.state)
      checkEqual(states, ['waiting', 'waiting'], 'the states of the trials')
    },
    'does not run a trial whose signal has aborted before': async () => {
      await using executor = await make('quadratic', { objectives, slots: 1 })
      const trial = createTrial<Params>(
        {
          number: 0,
          params: { x: 0.5 },
          values: { x: 0.5 },
          seed: 1,
          epoch: 0,
          studySeed: 0,
          objective: 'value',
          proposed: {},
          declared: {},
        },
        { signal: () => AbortSignal.abort(), send: async () => ({ kind: 'continue' }) },
      )
      checkEqual(await executor.run(trial), { state: 'interrupted' }, 'the outcome')
    },
  }
  return Object.entries(tests).map(([name, test]) => ({ name, run: test }))
}

function checkClose(actual: number | undefined, expected: number, what: string): void {
  // Values may have passed through a command line and back.
  check(
    Math.abs((actual ?? Number.NaN) - expected) < 1e-9,
    `${what}: expected ${expected}, got ${actual}`,
  )
}
