import { jsonProgress } from './json-lines.ts'
import { linesProgress } from './lines.ts'
import type { Progress, ProgressIo, ProgressMode } from './progress-contract.ts'
import { screenProgress } from './screen.ts'

/** The progress of a run in the given mode; nothing is written before `start` or a note. */
export function createProgress(mode: ProgressMode, io: ProgressIo): Progress {
  if (mode === 'screen') return screenProgress(io)
  return mode === 'lines' ? linesProgress(io) : jsonProgress(io)
}
