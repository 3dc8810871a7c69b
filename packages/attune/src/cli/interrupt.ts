/** A second signal within this time is the same Ctrl-C, sent to several processes of a group. */
const sameMs = 500

export interface Interrupt {
  readonly signal: AbortSignal
  /** The exit code of the first signal, 130 or 143; undefined while there was none. */
  readonly exitCode: number | undefined
  restore(): void
}

/**
 * Turns Ctrl-C, SIGTERM and a closed terminal into an abort signal. A further one, later, ends the
 * process at once; what runs is then ended by the guard, and re-queued by the next start.
 */
export function watchInterrupts(): Interrupt {
  const abort = new AbortController()
  let exitCode: number | undefined
  let firstAt = 0
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
  const handler = (name: keyof typeof codes): void => {
    const now = performance.now()
    if (exitCode === undefined) {
      exitCode = codes[name]
      firstAt = now
      abort.abort(name)
    } else if (now - firstAt > sameMs) process.exit(exitCode)
  }
  const names = Object.keys(codes) as (keyof typeof codes)[]
  for (const name of names) process.on(name, handler)
  return {
    signal: abort.signal,
    get exitCode() {
      return exitCode
    },
    restore() {
      for (const name of names) process.off(name, handler)
    },
  }
}
