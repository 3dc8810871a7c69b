import type { Clock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'

/** How long a worker counts as alive after its last sign, and how often it gives one. */
const leaseMs = 30_000
const heartbeatMs = 10_000

/** The sign of life that keeps the trials of a worker its own. */
export interface WorkerLease {
  /** Whether it holds for so short a while that it is to be kept. */
  isDue(): boolean
  /** Makes sure that the lease holds for a while, and goes on while the worker is busy. */
  keep(): Promise<void>
  /** Lets it run out. */
  stop(): void
  /** Gives it up, if it was ever held. */
  release(): Promise<void>
}

/** Who runs nothing holds nothing: what a failure left behind is free for others. */
export function createWorkerLease(
  { journal, clock, worker }: { journal: Journal; clock: Clock; worker: string },
  isBusy: () => boolean,
): WorkerLease {
  let heldUntil = 0
  let stop: (() => void) | undefined
  return {
    isDue: () => clock.now() >= heldUntil - leaseMs + heartbeatMs,
    async keep() {
      heldUntil = clock.now() + leaseMs
      await journal.leases.hold(worker, heldUntil)
      // A missed beat is made good by the next one; the lease outlasts three.
      stop ??= clock.every(heartbeatMs, () => {
        if (!isBusy()) return
        heldUntil = clock.now() + leaseMs
        journal.leases.hold(worker, heldUntil).catch(() => undefined)
      })
    },
    stop: () => stop?.(),
    async release() {
      if (heldUntil > 0) await journal.leases.release(worker)
    },
  }
}
