import { shellQuote } from '../executors/shell-quote.ts'
import { shownPath } from '../text/shown-path.ts'

/** How many trials wait to be judged, in words. */
export function waitText(count: number): string {
  return count === 1 ? '1 trial waits to be judged' : `${count} trials wait to be judged`
}

/** The command that serves a page where trials are judged. */
export function judgingCall(journal: string): string {
  return `attune ui --journal ${shellQuote(shownPath(journal))}`
}
