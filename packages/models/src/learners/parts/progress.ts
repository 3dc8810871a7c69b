import type { FitProgress, FitRun } from '../learner.ts'

/** Milliseconds that a fit may keep the event loop from turning. */
const longest = 30

/** Takes a fit through its steps: reports them, and lets a signal arrive that ends it. */
export interface Progress {
  /** Whether it is time to breathe, for loops that cannot wait in every round. */
  isDue(): boolean
  /**
   * Lets the event loop turn if it has not for a while; what is learnt does not depend on when.
   * @returns whether learning ends
   */
  breathe(): Promise<boolean>
  /**
   * Breathes and reports.
   * @param progress is made only when somebody listens
   * @returns whether learning ends
   */
  after(progress: () => FitProgress): Promise<boolean>
}

export function createProgress(run: FitRun): Progress {
  const { signal } = run
  const isHeard = signal !== undefined || run.report !== undefined
  let last = performance.now()
  let isStopped = false
  const isDue = (): boolean => isHeard && performance.now() - last > longest

  async function breathe(): Promise<boolean> {
    if (isDue()) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      last = performance.now()
    }
    return isStopped || signal?.aborted === true
  }

  return {
    isDue,
    breathe,
    async after(progress) {
      await breathe()
      if (run.report !== undefined && !isStopped) {
        isStopped = (await run.report(progress())) === 'stop'
      }
      return isStopped || signal?.aborted === true
    },
  }
}
