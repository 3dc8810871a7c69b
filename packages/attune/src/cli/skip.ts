import { AttuneError, stateOf } from '@attune/core'

import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import type { StudyChoice } from './open-to-steer.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer, runningTrials } from './steering.ts'

export interface SkipOptions extends StudyChoice {
  /** The number of the trial, as it was written. */
  readonly trial: string
  /** A reason, kept with the trial. */
  readonly why?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

/**
 * `attune skip`: ends a trial that waits, runs or has paused, as pruned.
 * @throws AttuneError `usage` when it is no number; `trial/state` when there is no such trial, or when
 *   it has ended
 */
export async function skip(
  { trial: given, why, json, ...choice }: SkipOptions,
  io: Io,
): Promise<number> {
  const trial = trialNumber(given)
  await using steered = await openToSteer(choice)
  const { study } = steered
  await study.skip(trial, why)
  const runners = await steered.runners()
  const runs = stateOf(study.history, trial) === 'running' && runningTrials(runners).includes(trial)
  const line = runs
    ? `Trial ${trial} of study ${study.name} is ended within a second, as pruned.`
    : `Trial ${trial} of study ${study.name} has ended as pruned; it did not run.`
  answer(io, json, [line], { study: study.name, command: 'skip', trial, why, runs, runners })
  return 0
}

function trialNumber(given: string): number {
  if (!/^\d+$/.test(given)) {
    const message = `attune skip takes the number of a trial first, got "${given}". Example: attune skip 12 digits`
    throw new AttuneError('usage', message)
  }
  return wholeNumber('TRIAL', given, 0) as number
}
