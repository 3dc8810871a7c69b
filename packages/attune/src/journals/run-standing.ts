import type { History, StudyRun, WorkerStanding } from '@attune/core'
import { lastWordOf } from '@attune/core'

import { probeWorker } from './worker-identity.ts'

/** What is known of a run that has not said that it ended. */
export interface RunStanding {
  readonly standing: WorkerStanding
  /** When something of it came last, in milliseconds since the epoch. */
  readonly since: number
}

/**
 * How the runs stand that have not said that they ended, by worker. On this machine the process says it;
 * elsewhere a lease that holds does, and without one nothing is known.
 * @param leases until when each worker is alive
 */
export function runStandings(
  history: History,
  leases: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, RunStanding> {
  const open = history.runs.filter(({ ended }) => ended === undefined)
  return new Map(
    open.map((run) => {
      const standing = standingOf(run, leases, now)
      return [run.worker, { standing, since: lastWordOf(history, run) }]
    }),
  )
}

/** Workers whose runs have not said that they ended, by whether their process is known to be gone. */
export function openWorkers({ runs }: History): {
  readonly dead: ReadonlySet<string>
  readonly others: readonly string[]
} {
  const open = new Set(runs.filter(({ ended }) => ended === undefined).map(({ worker }) => worker))
  const dead = new Set([...open].filter(isDead))
  return { dead, others: [...open].filter((worker) => !dead.has(worker)) }
}

/** Whether the process of a worker, one of this machine, is gone. */
export const isDead = (worker: string): boolean => probeWorker(worker) === 'dead'

function standingOf(
  { worker }: StudyRun,
  leases: ReadonlyMap<string, number>,
  now: number,
): WorkerStanding {
  const found = probeWorker(worker)
  if (found !== 'unknown') return found
  return (leases.get(worker) ?? 0) > now ? 'alive' : 'silent'
}
