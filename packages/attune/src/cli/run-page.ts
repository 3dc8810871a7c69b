import type { Study } from '@attune/core'

import { shellQuote } from '../executors/shell-quote.ts'
import { pathOf } from '../server/journal-places.ts'
import { shownPath } from '../text/shown-path.ts'
import type { Io } from './io.ts'
import { startServer } from './ui.ts'

/** How a run is shown to browsers. */
export interface RunUi {
  /** Of attune. */
  readonly version: string
}

/** The page of a run, which ends with it. */
export interface RunPage extends AsyncDisposable {
  readonly link: string
  /** What is said when the run has ended. */
  readonly farewell: string
}

/**
 * Serves the journal of a run. What the page wants is done by the running study itself, so that also
 * studies in JSON lines can be steered. While nobody looks it costs the run nothing.
 */
export async function openRunPage(
  ui: RunUi,
  run: {
    readonly study: Study
    readonly journal: string
    readonly note: (line: string) => void
  },
  io: Io,
): Promise<RunPage> {
  const { study, journal, note } = run
  const file = shownPath(journal)
  const server = await startServer(
    { journals: [file], live: [{ path: pathOf(journal), study }], version: ui.version },
    note,
    io,
  )
  return {
    link: server.link,
    farewell: `The page has ended with the run; attune ui --journal ${shellQuote(file)} shows the study again.`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
