import type {
  Executor,
  Journal,
  SearchSpace,
  SimulatedRun,
  StudyEvent,
  StudyOptions,
  Trial,
  Values,
} from '@attune/core'
import {
  createRng,
  createStudy,
  failed,
  memoryJournal,
  random,
  simulated,
  simulatedClock,
} from '@attune/core'

import { begin } from './many-trials.ts'

/** How a trial runs; with `error` it fails so after its seconds. */
export type MadeRun = SimulatedRun & { readonly error?: string }

export interface RanStudy {
  readonly name: string
  /** Default: none, for parameters that are met while running. */
  readonly space?: SearchSpace
  readonly options?: Omit<
    StudyOptions<unknown, 'minimize'>,
    'name' | 'space' | 'journal' | 'clock' | 'objective'
  >
  readonly objective?: StudyOptions<
    unknown,
    readonly ({ minimize: string } | { maximize: string })[]
  >['objective']
  readonly trials: number
  readonly run: (trial: Trial<unknown>, values: Values) => MadeRun
  /** How many trials run when the study is left; they have made so many reports. */
  readonly running?: readonly number[]
}

/** Deterministic noise of a trial. */
export const noise = (trial: number, purpose = 'noise'): (() => number) => {
  const rng = createRng(11, purpose, trial)
  return () => rng.next()
}

/**
 * The events that the engine itself writes when two processes run a study, with two trials each at a
 * time, on a clock that jumps.
 */
export async function ranEvents({
  name,
  space,
  options,
  objective,
  trials,
  run,
  running = [],
}: RanStudy): Promise<StudyEvent[]> {
  const journal = memoryJournal()
  const clock = simulatedClock({ auto: true, start: begin })
  const open = (worker: string): ReturnType<typeof createStudy> =>
    createStudy({
      seed: 5,
      sampler: random(),
      ...options,
      name,
      ...(space === undefined ? {} : { space }),
      objective: objective ?? [{ minimize: 'loss' }],
      journal,
      clock,
      worker,
      program: { command: ['python3', 'train.py', '--seed', '{seed}'], cwd: '/home/ada/net' },
    }) as never
  const handles = [await open('host-a/4001/77/1'), await open('host-b/4002/77/1')]
  if (trials > 0) {
    await Promise.all(
      handles.map((study) => {
        const objectives = study.config.objectives
        const executor: Executor<unknown> = {
          name: 'simulated',
          slots: 2,
          async run(trial) {
            const made = run(trial, trial.values)
            if (made.error === undefined)
              return simulated(() => made, { objectives, clock }).run(trial)
            await clock.sleep(1000 * (made.seconds ?? 0))
            return failed('error', made.error, 'The objective threw; the study goes on.')
          },
          async [Symbol.asyncDispose]() {},
        }
        return study.optimize(executor as never, { trials })
      }),
    )
  }
  for (const [i, reports] of running.entries()) {
    const trial = await handles[i % 2]!.ask()
    for (const { seconds, step, values } of run(trial, trial.values).reports!.slice(0, reports)) {
      await clock.advance(seconds * 1000)
      await trial.report(values, { step })
    }
  }
  // Not closed: that would put back what runs.
  return eventsIn(journal)
}

async function eventsIn(journal: Journal): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for await (const entries of journal.read(0)) {
    for (const { event } of entries) events.push(event)
  }
  return events
}
