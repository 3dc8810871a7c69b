import type { CoreParts } from './core-parts.ts'
import type { Openings } from './openings.ts'
import { createOpenings } from './openings.ts'
import type { Runs } from './runs.ts'
import { createRuns } from './runs.ts'
import type { StudyLog } from './study-log.ts'
import { createStudyLog } from './study-log.ts'
import { createWorkerLease } from './worker-lease.ts'

/** A snapshot is worth writing after this many events. */
const snapshotEvery = 20_000

/** The engine room of a study: turns what happens into events and keeps the history. */
export interface StudyCore {
  readonly parts: CoreParts
  readonly log: StudyLog
  readonly openings: Openings
  readonly runs: Runs
  /** Whether trials of other workers are running. */
  othersRun(): boolean
  /** Re-queues what still runs here, writes a snapshot where it pays and closes the journal. */
  close(): Promise<void>
}

export function createStudyCore(parts: CoreParts): StudyCore {
  const { journal, history } = parts
  const log = createStudyLog(journal, history)
  const runs = createRuns(parts, log)
  const lease = createWorkerLease(parts, runs.isBusy)
  let { snapshotSeq } = parts
  return {
    parts,
    log,
    runs,
    openings: createOpenings(parts, log, runs, lease),
    othersRun: () => [...history.open].some((trial) => !runs.running.has(trial)),
    async close() {
      lease.stop()
      await runs.abandon()
      if (history.seq - snapshotSeq >= snapshotEvery) {
        const { snapshotBytes } = await import('../journal/snapshot.ts')
        await journal.snapshot?.save(history.seq, snapshotBytes(history))
        snapshotSeq = history.seq
      }
      await lease.release()
      await journal[Symbol.asyncDispose]()
    },
  }
}
