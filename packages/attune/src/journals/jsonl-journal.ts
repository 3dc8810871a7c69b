import type { Journal, Leases } from '@attune/core'
import { memoryLeases } from '@attune/core'

import { closedError } from './file-errors.ts'
import type { JournalStore, StoreOptions } from './journal-store.ts'
import { JsonlFile } from './jsonl-file.ts'

/**
 * Opens a file of JSON lines with one study, which one process may write and many may read: the
 * writer holds `file.lock` beside it.
 *
 * A line is an event, `{"type":"trial-opened",…}`, or a list of events that were appended together,
 * `[{…},{…}]`, so that they are there together or not at all. The first event is the creation of
 * the study. What a process that died in mid-write left after the last line break was never
 * acknowledged: readers pass over it and the next append removes it.
 *
 * @throws AttuneError `journal/locked`, `journal/foreign`, `journal/read-only`; reading and
 *   appending also `journal/corrupt` and `journal/version`.
 */
export async function openJsonl(file: string, options: StoreOptions = {}): Promise<JournalStore> {
  const lines = new JsonlFile(file, options)
  const leases = memoryLeases()
  return {
    file,
    format: 'json-lines',
    async studies() {
      const study = lines.study()
      return study === undefined ? [] : [{ ...study, events: await lines.lastSeq() }]
    },
    async journal(study) {
      lines.checkStudy(study)
      return jsonlJournal(lines, file, study, leases)
    },
    [Symbol.asyncDispose]: () => lines.close(),
  }
}

function jsonlJournal(lines: JsonlFile, file: string, study: string, leases: Leases): Journal {
  let closed = false
  const checkOpen = (): void => {
    if (closed) throw closedError(`The journal of study "${study}" in ${file}`)
    lines.checkStudy(study)
  }
  return {
    async append(events, { ifLast } = {}) {
      checkOpen()
      if (events.length === 0) {
        const seq = await lines.lastSeq()
        return ifLast === undefined || ifLast === seq ? { seq } : { conflict: seq }
      }
      return lines.append(study, events, ifLast)
    },
    async *read(after) {
      checkOpen()
      yield* lines.read(after)
    },
    leases: {
      async hold(worker, until) {
        checkOpen()
        await leases.hold(worker, until)
      },
      async release(worker) {
        checkOpen()
        await leases.release(worker)
      },
      async all() {
        checkOpen()
        return new Map(await leases.all())
      },
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
