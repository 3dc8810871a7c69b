/** Time as the engine sees it, so that tests and simulations can set it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` milliseconds of this clock, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls back about every `ms` milliseconds until the function it gives is called. It neither
   * keeps a process from ending nor moves a simulated clock.
   */
  every(ms: number, beat: () => void): () => void
}

/** Timers of the platform count in 32 bits: a longer one would end at once. */
const longestTimeout = 2 ** 31 - 1

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      let timer: ReturnType<typeof setTimeout>
      const done = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const wait = (left: number): void => {
        const part = Math.min(left, longestTimeout)
        timer = setTimeout(() => (left > part ? wait(left - part) : done()), part)
      }
      wait(ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
  every(ms, beat) {
    const timer = setInterval(beat, ms)
    ;(timer as { unref?: () => void }).unref?.()
    return () => clearInterval(timer)
  },
}

/** A clock that moves only when told, or by itself as soon as everybody sleeps. */
export interface SimulatedClock extends Clock {
  /** Moves time forward by `ms`, waking sleepers in the order of their wake-up times. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

/** The next turn of the event loop; timers would wait a millisecond each, which adds up. */
const turn = (resolve: () => void): unknown =>
  (globalThis as { setImmediate?: (f: () => void) => unknown }).setImmediate?.(resolve) ??
  setTimeout(resolve, 0)

/** Lets all microtasks and short asynchronous chains that are ready run first. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise<void>(turn)
}

/**
 * A clock for tests and simulations, starting at `start` (default 0 ms).
 * With `auto` (default false) it jumps to the next wake-up time whenever nothing else can run.
 */
export function simulatedClock(options: { start?: number; auto?: boolean } = {}): SimulatedClock {
  let now = options.start ?? 0
  let order = 0
  let jumping = false
  const sleepers: Sleeper[] = []
  const beats = new Set<{ next: number; readonly ms: number; readonly beat: () => void }>()

  const moveTo = (time: number): void => {
    now = Math.max(now, time)
    for (const each of [...beats]) {
      if (each.next > now) continue
      each.next = now + each.ms
      each.beat()
    }
  }
  const wakeNext = (limit: number): boolean => {
    const first = sleepers[0]
    if (first === undefined || first.at > limit) return false
    sleepers.shift()
    moveTo(first.at)
    first.wake()
    return true
  }
  const jump = async (): Promise<void> => {
    if (jumping) return
    jumping = true
    await settle()
    while (wakeNext(Number.POSITIVE_INFINITY)) await settle()
    jumping = false
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = (): void => {
          const at = sleepers.indexOf(sleeper)
          if (at >= 0) sleepers.splice(at, 1)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const sleeper: Sleeper = { at: now + Math.max(0, ms), order: order++, wake: done }
        sleepers.push(sleeper)
        sleepers.sort((a, b) => a.at - b.at || a.order - b.order)
        signal?.addEventListener('abort', done, { once: true })
        if (options.auto) void jump()
      }),
    async advance(ms) {
      const until = now + ms
      await settle()
      while (wakeNext(until)) await settle()
      moveTo(until)
    },
    every(ms, beat) {
      const each = { next: now + ms, ms, beat }
      beats.add(each)
      return () => void beats.delete(each)
    },
  }
}
