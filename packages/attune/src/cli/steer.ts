import type { History } from '@attune/core'

import { attuneCall } from '../progress/attune-call.ts'
import type { Io } from './io.ts'
import type { Runner, StudyChoice } from './open-to-steer.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer, describeRunners, runningTrials } from './steering.ts'

export type SteerCommand = 'pause' | 'resume' | 'stop'

export interface SteerOptions extends StudyChoice {
  /** A reason, kept with the event. */
  readonly why?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

interface Standing {
  readonly name: string
  readonly file: string
  readonly history: History
  readonly runners: readonly Runner[]
}

/**
 * `attune pause`, `resume` and `stop`: what whoever runs the study is to do. Nothing is written where
 * it would change nothing: a study that is paused already, or that nobody runs and that is to stop.
 */
export async function steer(
  command: SteerCommand,
  { why, json, ...choice }: SteerOptions,
  io: Io,
): Promise<number> {
  await using steered = await openToSteer(choice)
  const { study, file } = steered
  const { history, name } = study
  const standing: Standing = { name, file, history, runners: await steered.runners() }
  const idle = idleReason(command, standing)
  if (idle === undefined) await study.steer(command, why)
  const lines = idle === undefined ? effects[command](standing) : [idle]
  const { runners } = standing
  answer(io, json, lines, { study: name, command, done: idle === undefined, why, runners })
  return 0
}

/** Why a command changes nothing now. */
function idleReason(
  command: SteerCommand,
  { name, file, history, runners }: Standing,
): string | undefined {
  const paused = history.steering?.command === 'pause'
  if (command === 'pause' && paused) {
    return `Study ${name} is paused already; it goes on with: ${attuneCall('resume', name, file)}`
  }
  if (command === 'resume' && !paused) return `Study ${name} is not paused.`
  if (command === 'stop' && runners.length === 0) {
    return `Nobody runs study ${name} now, so there is nothing to stop.`
  }
  return undefined
}

const effects: Readonly<Record<SteerCommand, (standing: Standing) => string[]>> = {
  pause({ name, file, runners }) {
    const goOn = `It goes on with: ${attuneCall('resume', name, file)}`
    if (runners.length === 0) {
      return [`Study ${name} is paused.`, 'Nobody runs it now; attune run will wait.', goOn]
    }
    const ends = runningTrials(runners).length > 0 ? 'What runs goes on to its end; no' : 'No'
    const effect = `${ends} further trial starts from now on (within a second).`
    return [`Study ${name} is paused. ${describeRunners(runners)}`, effect, goOn]
  },
  resume({ name, runners }) {
    if (runners.length > 0) return [`Study ${name} goes on within a second.`]
    return [`Study ${name} is no longer paused.`, 'Nobody runs it now; attune run goes on with it.']
  },
  stop({ name, runners }) {
    return [
      `Study ${name} is told to stop. ${describeRunners(runners)}`,
      'The run ends within a second; what runs is put back, and run again by the next attune run.',
    ]
  },
}
