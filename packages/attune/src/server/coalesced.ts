/** Work that is asked for more often than it is worth doing. */
export interface Coalesced {
  /** Does the work soon; once, however often it is asked for until then. */
  ask(): void
  stop(): void
}

/** What comes together is taken together. */
const gatherMs = 15
/** The shortest time from one round to the next. */
const restMs = 40
/**
 * The system may tell of a write before others can read it. So whoever was asked looks again after so
 * many milliseconds, until nothing new is found.
 */
const againMs: readonly number[] = [60, 300]

/**
 * @param work tells whether it found anything new; must not throw
 * @param restShare how many times as long as a round took nothing is done behind it
 */
export function coalesced(work: () => Promise<boolean>, restShare: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Number.POSITIVE_INFINITY
  let running = false
  let asked = false
  let stopped = false
  let again = 0
  let notBefore = 0

  const schedule = (waitMs: number): void => {
    const now = performance.now()
    const at = Math.max(now + waitMs, notBefore)
    // What is due earlier stays: asking again and again must not put it off.
    if (stopped || at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(run, at - now)
    timer.unref()
  }
  const run = (): void => {
    due = Number.POSITIVE_INFINITY
    running = true
    asked = false
    const started = performance.now()
    void work().then((found) => {
      running = false
      const ended = performance.now()
      notBefore = ended + Math.max(restMs, restShare * (ended - started))
      if (found || asked) again = 0
      if (asked) schedule(gatherMs)
      else if (again < againMs.length) schedule(againMs[again++] as number)
    })
  }
  return {
    ask() {
      asked = true
      again = 0
      if (!running) schedule(gatherMs)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
