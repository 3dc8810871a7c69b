import { AttuneError, type ErrorCode } from '@attune/core'

/** Mistakes in a file: all are counted, the first ten are told. */
export interface ProblemList {
  /** `message` is only asked for while there is room. */
  add(where: () => string, message: () => string): void
  readonly count: number
  /** Throws what was found as one error; does nothing when there was nothing. */
  refuse(subject: string): void
}

const shown = 10

export function problemList(code: ErrorCode): ProblemList {
  const found: { path: string; message: string }[] = []
  let count = 0
  return {
    add(where, message) {
      count++
      if (found.length < shown) found.push({ path: where(), message: message() })
    },
    get count() {
      return count
    },
    refuse(subject) {
      if (count === 0) return
      const lines = found.map((problem) => `  ${problem.path}: ${problem.message}`)
      if (count > found.length) lines.push(`  … and ${count - found.length} more`)
      const title = `${subject}: ${count === 1 ? '1 problem' : `${count} problems`}`
      throw new AttuneError(code, [title, ...lines].join('\n'), {
        details: { count, problems: found },
      })
    },
  }
}
