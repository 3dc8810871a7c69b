import { setPriority } from 'node:os'

export interface PriorityOptions {
  /** How willingly programs let others run before them: 0 to 19 (Unix: niceness). Default 0. */
  readonly nice?: number
}

/** Gives a program its priority, and with it what it starts from the next moment on. */
export function lowerPriority(pid: number, { nice = 0 }: PriorityOptions): void {
  if (nice === 0) return
  try {
    setPriority(pid, nice)
  } catch {
    // It has ended already.
  }
}
