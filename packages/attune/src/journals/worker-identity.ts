import { hostname } from 'node:os'

import { isSameProcess, processStartTime } from '../executors/process-table.ts'

/** A process, told from all others that ever had its number. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Undefined where the platform does not tell it. */
  readonly startTime: string | undefined
}

export type Liveness = 'alive' | 'dead' | 'unknown'

let own: ProcessIdentity | undefined
let workers = 0

export function thisProcess(): ProcessIdentity {
  own ??= { host: hostname(), pid: process.pid, startTime: processStartTime(process.pid) }
  return own
}

/** Whether a process runs: unknown on another host, and where only its number can be compared. */
export function probeProcess({ host, pid, startTime }: ProcessIdentity): Liveness {
  if (host !== thisProcess().host) return 'unknown'
  if (!isSameProcess(pid, startTime)) return 'dead'
  return startTime === undefined ? 'unknown' : 'alive'
}

/**
 * A name for a worker of this process, `host/pid/startTime/suffix`, that no other worker has.
 * The suffix is a running number by default.
 */
export function workerIdentity(suffix: string | number = ++workers): string {
  const { host, pid, startTime = '' } = thisProcess()
  return [host, pid, startTime, suffix].join('/')
}

/** Whether the process of a worker runs; names that are made otherwise are unknown. */
export function probeWorker(worker: string): Liveness {
  const [host, pid, startTime, suffix] = worker.split('/')
  if (host === undefined || suffix === undefined || !/^[1-9]\d*$/.test(pid ?? '')) return 'unknown'
  return probeProcess({ host, pid: Number(pid), startTime: startTime || undefined })
}
