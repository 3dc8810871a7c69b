import type { ObjectiveSpec } from '../journal/event.ts'
import type { Outcome } from '../trial/outcome.ts'
import { outcomeOf, outcomeOfError } from '../trial/outcome.ts'
import type { Trial } from '../trial/trial.ts'
import type { Executor } from './executor.ts'

/** A function to tune: gets a trial, returns its result (or a promise of it). */
export type Objective<P = unknown, R = unknown> = (trial: Trial<P>) => R | Promise<R>

/**
 * Runs the objective as a function in this process. `slots` trials (default 1) overlap where the
 * function awaits. A function that never returns cannot be ended: when the trial must end its
 * result is ignored.
 */
export function inline<P>(
  objective: Objective<P>,
  options: { readonly objectives: readonly ObjectiveSpec[]; readonly slots?: number },
): Executor<P> {
  return {
    name: 'inline',
    slots: options.slots ?? 1,
    run: (trial) =>
      untilAborted(trial.signal, async () => {
        let stopped = false
        const watched: Trial<P> = {
          ...trial,
          signal: trial.signal,
          async report(values, at) {
            const decision = await trial.report(values, at)
            if (decision.kind === 'stop') stopped = true
            return decision
          },
        }
        try {
          const result = await objective(watched)
          return stopped ? { state: 'pruned' } : outcomeOf(result, options.objectives)
        } catch (error) {
          return stopped ? { state: 'pruned' } : outcomeOfError(error)
        }
      }),
    async [Symbol.asyncDispose]() {},
  }
}

/** The outcome of a run, or `interrupted` as soon as the signal aborts. */
export function untilAborted(signal: AbortSignal, run: () => Promise<Outcome>): Promise<Outcome> {
  if (signal.aborted) return Promise.resolve({ state: 'interrupted' })
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve({ state: 'interrupted' })
    signal.addEventListener('abort', stop, { once: true })
    const done = (): void => signal.removeEventListener('abort', stop)
    run().then(resolve, reject).finally(done)
  })
}
