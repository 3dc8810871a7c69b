import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

import { AttuneError } from '@attune/core'

import type { ProcessIdentity } from './worker-identity.ts'
import { probeProcess, thisProcess } from './worker-identity.ts'

/** A file that says which process uses another one. */
export interface LockFile {
  release(): void
}

let made = 0

/**
 * Takes the lock of `file`, which stands beside it as `file.lock`. A lock whose process has died is
 * taken over.
 *
 * A lock appears whole, under its name, or not at all. A dead one is replaced only by who holds
 * the lock of the lock, so that two processes that find it at the same time cannot both win.
 *
 * @throws AttuneError `journal/locked` when its process runs, or runs on another host, where this
 *   one cannot see it.
 */
export function takeLock(file: string): LockFile {
  const path = `${file}.lock`
  for (;;) {
    if (place(path, linkSync)) break
    const text = read(path)
    if (text === undefined) continue
    const owner = parseOwner(text)
    if (owner === undefined || probeProcess(owner) !== 'dead') throw lockedError(file, path, owner)
    const guard = takeLock(path)
    try {
      if (read(path) === text && place(path, renameSync)) break
    } finally {
      guard.release()
    }
  }
  return {
    release() {
      if (read(path) === ownText()) rmSync(path, { force: true })
    },
  }
}

function ownText(): string {
  return `${JSON.stringify(thisProcess())}\n`
}

/** Writes the lock under a name of its own and moves it into place; false if the place is taken. */
function place(path: string, move: (from: string, to: string) => void): boolean {
  const draft = `${path}.${process.pid}-${++made}`
  writeFileSync(draft, ownText())
  try {
    move(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // File systems without hard links still know exclusive creation.
    return exclusive(path)
  } finally {
    rmSync(draft, { force: true })
  }
}

function exclusive(path: string): boolean {
  try {
    writeFileSync(path, ownText(), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    const { host, pid, startTime } = JSON.parse(text) as Partial<ProcessIdentity>
    return typeof host === 'string' && typeof pid === 'number' ? { host, pid, startTime } : undefined
  } catch {
    return undefined
  }
}

function lockedError(file: string, path: string, owner: ProcessIdentity | undefined): AttuneError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  const sure =
    owner !== undefined && probeProcess(owner) === 'alive'
      ? ''
      : ` If it is gone for certain, delete ${path}.`
  return new AttuneError(
    'journal/locked',
    `${file} is being written by ${who}, and JSON lines have one writer at a time. Wait for it or stop it, or use a SQLite file such as attune.db, which processes share.${sure}`,
    { details: owner === undefined ? {} : { host: owner.host, pid: owner.pid, lock: path } },
  )
}
