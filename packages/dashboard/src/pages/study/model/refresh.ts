/**
 * A job that is asked for often and never runs twice at once: what is asked for while it runs is done
 * once after it. Between two runs at least a while passes, more after a long run, so that a busy
 * study leaves the worker time for what people ask of it.
 */
export interface Refresh extends Disposable {
  /** Do it soon. */
  ask(): void
}

export function refreshOf(job: () => Promise<unknown>, leastGap = 120): Refresh {
  let running = false
  let asked = false
  let over = false
  let rest: ReturnType<typeof setTimeout> | undefined
  const run = async (): Promise<void> => {
    rest = undefined
    running = true
    asked = false
    const began = performance.now()
    try {
      await job()
    } catch {
      // Jobs tell of what went wrong themselves; a study that was closed meanwhile is no news.
    } finally {
      running = false
      if (!over) {
        const gap = Math.max(leastGap, 2 * (performance.now() - began))
        rest = setTimeout(() => {
          rest = undefined
          if (asked) void run()
        }, gap)
      }
    }
  }
  return {
    ask() {
      if (over) return
      asked = true
      if (!running && rest === undefined) void run()
    },
    [Symbol.dispose]() {
      over = true
      clearTimeout(rest)
    },
  }
}
