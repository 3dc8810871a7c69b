import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '@attune/core'

/** Why a program did not start. */
export interface SpawnFailure {
  /**
   * No such program or folder (`not-found`); a file that may not be run or is no program
   * (`not-executable`); or the system could not (`not-started`), which may be different next time.
   */
  readonly cause: 'not-found' | 'not-executable' | 'not-started'
  /** The reason in a sentence, and what to do about it. */
  readonly message: string
}

/** Says in words for people what an error of `spawn` means for this program in this folder. */
export function describeSpawnError(error: unknown, program: string, cwd: string): SpawnFailure {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { cause: 'not-found', message: describeMissing(program, cwd) }
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return { cause: 'not-executable', message: describeForbidden(program, cwd) }
  }
  if (code === 'ENOEXEC' || code === 'EFTYPE' || code === 'UNKNOWN') {
    const message = `"${program}" is no program that this machine can run (${code}).`
    return { cause: 'not-executable', message }
  }
  if (code === 'E2BIG') {
    const rule = 'The arguments and the environment are longer than the system allows.'
    return { cause: 'not-started', message: `${rule} Pass large values in a file.` }
  }
  if (['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(code)) {
    const rule = `The system has no room for one more process (${code}).`
    const remedy = 'Use fewer workers, or raise the limits shown by "ulimit -a".'
    return { cause: 'not-started', message: `${rule} ${remedy}` }
  }
  return { cause: 'not-started', message: `"${program}" did not start: ${messageOf(error)}.` }
}

function describeMissing(program: string, cwd: string): string {
  if (!isFolder(cwd)) return `The working folder "${cwd}" does not exist. Make it first.`
  if (!/[/\\]/.test(program)) {
    const there = existsSync(resolve(cwd, program))
    const remedy = there
      ? `The working folder has a file of that name: write "./${program}", or its interpreter first.`
      : 'Check its spelling, install it, or give its full path.'
    return `There is no program "${program}" on the PATH. ${remedy}`
  }
  if (!existsSync(resolve(cwd, program))) {
    return `There is no file "${program}" in the folder "${cwd}". Give its full path.`
  }
  const remedy = 'Mend that line, or put the interpreter before the file in the command.'
  return `"${program}" exists, but the interpreter that its first line names does not. ${remedy}`
}

function describeForbidden(program: string, cwd: string): string {
  if (isFolder(resolve(cwd, program))) return `"${program}" is a folder, not a program.`
  const remedy = `Make it executable (chmod +x ${program}), or put its interpreter before it.`
  return `"${program}" may not be executed. ${remedy}`
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
