import type { FitProgress, FitRun } from '../learner.ts'

/** Work between two breaths: about 20 ms of looking at cells. */
const workPerBreath = 5e6

/**
 * Takes a fit through its steps: reports them, says when learning ends, and now and then lets the
 * event loop turn, so that a signal can arrive. How often is counted in work, not in time.
 */
export function createProgress(run: FitRun): {
  /** @returns whether learning ends */
  after(work: number, progress: () => FitProgress): Promise<boolean>
} {
  let since = 0
  return {
    async after(work, progress) {
      since += work
      if (since > workPerBreath && (run.signal !== undefined || run.report !== undefined)) {
        since = 0
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
      if (run.report !== undefined && (await run.report(progress())) === 'stop') return true
      return run.signal?.aborted === true
    },
  }
}
