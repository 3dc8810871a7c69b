import type { Entry } from '@attune/core'
import { applyEntry, AttuneError, createHistory } from '@attune/core'

import { eventBook } from './event-book.ts'
import { journalEvents } from './journal-lines.ts'
import type { StudySource } from './study-source.ts'
import { breathe } from './turns.ts'

/** After so many milliseconds of reading others get a turn. */
const restless = 30

/** A journal of JSON lines that somebody has at hand; it is read once. */
export function fileSource(file: Blob & { readonly name?: string }): StudySource {
  const { name = 'The file' } = file
  const book = eventBook()
  let isClosed = false
  return {
    book,
    async start(sink) {
      const history = createHistory()
      let rested = performance.now()
      for await (const { events, share } of journalEvents(file, name)) {
        if (isClosed) return
        const entries = events.map((event, i): Entry => ({ seq: history.seq + 1 + i, event }))
        for (const entry of entries) applyEntry(history, entry)
        book.add(entries)
        sink.progress(share)
        if (performance.now() - rested < restless) continue
        await breathe()
        rested = performance.now()
      }
      if (history.config === undefined) throw noStudy(name)
      sink.begin(history, true)
      sink.connection('still')
    },
    pause() {},
    resume() {},
    close: () => void (isClosed = true),
  }
}

const noStudy = (name: string): AttuneError =>
  new AttuneError(
    'journal/foreign',
    `${name}: no study begins in this file. A journal of attune is a file of JSON lines, the first of which creates the study.`,
  )
