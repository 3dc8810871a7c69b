import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach } from 'vitest'
import { findMarked, isSameProcess } from '../../src/executors/process-table.ts'

let folders: string[] = []

/** A new empty folder that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attune-test-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders = []
})

/** A mark unlike that of any other test, also of tests that run at the same time. */
export function newMark(): string {
  return `test-${process.pid}-${marks++}/`
}
let marks = 0

export const runs = (pid: number): boolean => isSameProcess(pid, undefined)

export const sorted = (pids: readonly number[]): number[] => pids.toSorted((a, b) => a - b)

export const marked = (mark: string): readonly number[] =>
  sorted(findMarked((m) => m.startsWith(mark)).map((found) => found.pid))

/** Waits for something to become true, at most `ms`; says whether it did. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  ms = 3_000,
): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > deadline) return false
    await sleep(10)
  }
  return true
}

/** The process ids that programs of a test wrote to a file, one a line, when there are `count`. */
export async function readPids(file: string, count: number): Promise<number[]> {
  const read = (): number[] => {
    try {
      return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
    } catch {
      return []
    }
  }
  await eventually(() => read().length >= count)
  return read()
}
