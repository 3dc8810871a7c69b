const DISK_MS = 2_000

export interface DiskTimer {
  start(): void
  stop(): void
}

/** Runs `work` every two seconds, or a hundredth of the time if it takes long. */
export function createDiskTimer(work: () => Promise<void>): DiskTimer {
  let timer: NodeJS.Timeout | undefined
  let on = false
  const next = (delay: number): void => {
    timer = setTimeout(() => {
      const startedAt = performance.now()
      void work().then(() => {
        if (on) next(Math.max(DISK_MS, 100 * (performance.now() - startedAt)))
      })
    }, delay)
    timer.unref()
  }
  return {
    start() {
      if (on) return
      on = true
      next(DISK_MS)
    },
    stop() {
      on = false
      clearTimeout(timer)
    },
  }
}
