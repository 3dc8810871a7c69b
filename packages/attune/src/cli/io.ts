import { chooseColor } from '../progress/surroundings.ts'

/** Where a command writes, and what it may assume of the place. */
export interface Io {
  out(text: string): void
  err(text: string): void
  readonly columns: number
  readonly color: boolean
}

/** This process's own output. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    // What goes into a pipe or file is not cut.
    columns: stdout.columns ?? Number.POSITIVE_INFINITY,
    color: chooseColor({ stdoutIsTty: Boolean(stdout.isTTY), env }),
  }
}
