import type { History, RunFormats, StudyRun } from '@attune/core'
import { machineWords, runEndWords, runLimitWords } from '@attune/core'

import type { RunStanding } from '../journals/run-standing.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { formatTime } from './format-time.ts'

/** A run of a study in words. */
export interface RunWords {
  readonly started: string
  /** `0.1.0 on node 24.21.0` */
  readonly attune: string
  readonly machine: string
  readonly workers: string
  readonly limits: string
  /** Why it ended; or that it runs, died, or has been silent since. */
  readonly end: string
}

const formats: RunFormats = {
  number: (x) => formatNumber(x, 6),
  duration: (seconds) => formatDuration(seconds),
  bytes: (bytes) => `${formatNumber(bytes / 1e9, 3)} GB`,
}

/** The runs that the history keeps, by their beginning. */
export function describeRuns(
  { runs }: History,
  standings: ReadonlyMap<string, RunStanding>,
): RunWords[] {
  return runs.map((run): RunWords => {
    const { standing, since = run.at } = standings.get(run.worker) ?? {}
    return {
      started: formatTime(run.at),
      attune: `${run.attune} on ${run.runtime}`,
      machine: machineOf(run),
      workers: formatNumber(run.workers),
      limits: runLimitWords(run.limits, formats) || 'none',
      end: runEndWords(run, standing, formatTime(since)),
    }
  })
}

/** The machine with its name, where the worker's name tells it. */
function machineOf({ worker, machine }: StudyRun): string {
  const host = hostOf(worker)
  return `${host === undefined ? '' : `${host}: `}${machineWords(machine, formats)}`
}

/** The machine of a worker whose name is attune's own: `host/pid/startTime/suffix`. */
export function hostOf(worker: string): string | undefined {
  const parts = worker.split('/')
  return parts.length === 4 && /^\d+$/.test(parts[1] ?? '') ? parts[0] : undefined
}
