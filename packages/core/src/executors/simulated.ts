import type { Clock } from '../clock.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import type { Outcome } from '../trial/outcome.ts'
import { outcomeOf, outcomeOfError } from '../trial/outcome.ts'
import type { Trial } from '../trial/trial.ts'
import type { Executor } from './executor.ts'
import { untilAborted } from './inline.ts'

/** One moment of a simulated run: so many seconds after the last one these metrics are reported. */
export interface SimulatedReport {
  readonly seconds: number
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}
/** A whole run as it would go if nothing stopped it. */
export interface SimulatedRun {
  readonly reports?: readonly SimulatedReport[]
  /** Seconds between the last report and the result; default 0. */
  readonly seconds?: number
  /** As an objective returns it. */
  readonly result: unknown
}

/**
 * Plays runs that are known beforehand (tables, surrogates, formulas) on a clock that can be set,
 * so that a night of parallel trials takes seconds. With `simulatedClock({ auto: true })` time
 * jumps from event to event.
 */
export function simulated<P>(
  runOf: (trial: Trial<P>) => SimulatedRun,
  options: {
    readonly objectives: readonly ObjectiveSpec[]
    readonly clock: Clock
    readonly slots?: number
  },
): Executor<P> {
  const { clock, objectives } = options
  const play = async (trial: Trial<P>): Promise<Outcome> => {
    const started = clock.now()
    const resources = (): { seconds: number } => ({ seconds: (clock.now() - started) / 1000 })
    try {
      const run = runOf(trial)
      for (const { seconds, step, values } of run.reports ?? []) {
        await clock.sleep(seconds * 1000, trial.signal)
        if (trial.signal.aborted) return { state: 'interrupted' }
        const decision = await trial.report(values, { step })
        if (decision.kind === 'stop') return { state: 'pruned', resources: resources() }
      }
      await clock.sleep((run.seconds ?? 0) * 1000, trial.signal)
      const outcome = outcomeOf(run.result, objectives)
      return outcome.state === 'interrupted' ? outcome : { ...outcome, resources: resources() }
    } catch (error) {
      return outcomeOfError(error)
    }
  }
  return {
    name: 'simulated',
    slots: options.slots ?? 1,
    run: (trial) => untilAborted(trial.signal, () => play(trial)),
    async [Symbol.asyncDispose]() {},
  }
}
