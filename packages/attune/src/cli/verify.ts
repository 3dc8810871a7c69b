import type { Verification } from '@attune/core'
import { verifyStudy } from '@attune/core'

import { describeVerification } from '../describe/describe-verification.ts'
import { sectionsText } from '../describe/sections.ts'
import { jsonLine } from '../text/json-line.ts'
import type { Io } from './io.ts'
import { openForReading } from './open-study.ts'

export interface VerifyOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /**
   * One JSON object `{ name, journal, events, checked, skipped, differing, differences }` with the first
   * ten differences.
   */
  readonly json?: boolean | undefined
}

/** How often it is said how far the replay is. */
const noteMs = 200

/**
 * `attune verify`: replays a journal, works out its suggestions and decisions again and tells the
 * first that differs. Exit code 1 when one does. `isWatched` says whether somebody sees standard error
 * (default: whether it is a terminal); then a line there tells how far it is.
 */
export async function verify(
  options: VerifyOptions,
  io: Io,
  isWatched: boolean = Boolean(process.stderr.isTTY),
): Promise<number> {
  await using study = await openForReading(options.journal, options.study)
  const { journal, name, file } = study
  const note = progressNote(io)
  const found = await verifyStudy(journal, isWatched ? { progress: note.progress } : {})
  note.clear()
  if (options.json) io.out(jsonLine({ name, journal: file, ...jsonOf(found) }))
  else io.out(sectionsText(describeVerification(found), io.color))
  return found.differing === 0 ? 0 : 1
}

/** What is absent on one side of a difference is null, so that both are always there. */
function jsonOf(found: Verification): object {
  const differences = found.differences.map((difference) => ({
    ...difference,
    recorded: difference.recorded ?? null,
    computed: difference.computed ?? null,
  }))
  return { ...found, differences }
}

/** A line of standard error that is written again and again, and leaves nothing. */
function progressNote(io: Io): { progress(done: number, total: number): void; clear(): void } {
  let last = Number.NEGATIVE_INFINITY
  let written = false
  return {
    progress(done, total) {
      const now = performance.now()
      if (now - last < noteMs) return
      last = now
      written = true
      io.err(`\r\u001b[2Kchecked ${done} of ${total} …`)
    },
    clear() {
      if (written) io.err('\r\u001b[2K')
    },
  }
}
