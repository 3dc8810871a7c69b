import { AttuneError } from '@attune/core'
import type { FileProblem } from './yaml-file.ts'

/** Longer reports help nobody; `details` of the error has them all. */
const mostShown = 40

/** The error of a file with mistakes: all of them, in the order of its lines. */
export function fileError(file: string, problems: readonly FileProblem[]): AttuneError {
  const sorted = problems.toSorted((a, b) => a.line - b.line)
  const lines = sorted.slice(0, mostShown).map(({ line, path, message }) => {
    const subject = path === '' ? '' : `${path}: `
    return `  line ${line}: ${subject}${message.replaceAll('\n', '\n    ')}`
  })
  if (sorted.length > mostShown) lines.push(`  … and ${sorted.length - mostShown} more`)
  const count = sorted.length === 1 ? '1 problem' : `${sorted.length} problems`
  return new AttuneError('file/problems', `${file}: ${count}\n${lines.join('\n')}`, {
    details: sorted.map(({ line, path, message }) => ({ line, path, message })),
  })
}
