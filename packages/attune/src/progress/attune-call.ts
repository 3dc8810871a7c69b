import { resolve } from 'node:path'

import { shellQuote } from '../executors/shell-quote.ts'
import { defaultJournal } from '../journals/default-journal.ts'
import { shownPath } from '../text/shown-path.ts'
import { plain } from '../text/text.ts'

/** A call of attune about a study, as it can be typed. */
export function attuneCall(command: string, study: string, journal: string): string {
  const isDefault = resolve(journal) === resolve(defaultJournal)
  const where = isDefault ? '' : ` --journal ${shellQuote(shownPath(journal))}`
  return plain(`attune ${command} ${shellQuote(study)}${where}`)
}
