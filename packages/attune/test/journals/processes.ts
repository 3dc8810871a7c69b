import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcess
  /** The lines of its output so far. */
  readonly lines: readonly string[]
  readonly errors: readonly string[]
  /** Resolves with the exit code when it has ended and all its output is here. */
  readonly ended: Promise<number | null>
  /** Resolves when it has put out this many lines, or ended. */
  hasWritten(lines: number): Promise<void>
}

/** Starts a TypeScript file of this folder with the node that runs the tests. */
export function run(
  script: string,
  args: readonly (string | number)[],
  options: { readonly uid?: number; readonly shell?: string } = {},
): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const command = [process.execPath, '--conditions=@attune/source', path, ...args.map(String)]
  const [program = '', ...rest] =
    options.shell === undefined ? command : ['sh', '-c', options.shell, 'sh', ...command]
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  })
  const lines: string[] = []
  const errors: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    process: child,
    lines,
    errors,
    ended,
    hasWritten(count) {
      const written = new Promise<void>((resolve) => {
        const look = (): void => void (lines.length >= count && resolve())
        reader.on('line', look)
        look()
      })
      return Promise.race([written, ended.then(() => undefined)])
    },
  }
}
