import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

import { AttuneError } from '@attune/core'

import type { ProcessIdentity } from './worker-identity.ts'
import { probeProcess, thisProcess } from './worker-identity.ts'

/** A file that says which process uses another one. */
export interface LockFile {
  release(): void
}

let drafts = 0

/**
 * Takes the lock of `file`, by default `file.lock` beside it. A lock whose process has died is
 * taken over.
 *
 * A lock appears whole, under its name, or not at all. A dead one is replaced only by who holds
 * the lock of the lock, so that two processes that find it at the same time cannot both win.
 *
 * @throws AttuneError `journal/locked` when its process runs, or runs where this one cannot see it.
 */
export function takeLock(file: string, lock: string = `${file}.lock`): LockFile {
  const text = `${JSON.stringify(thisProcess())}\n`
  while (!create(lock, text)) {
    const found = read(lock)
    if (found === undefined) continue
    const owner = parseOwner(found)
    if (owner === undefined || probeProcess(owner) !== 'dead') throw lockedError(file, lock, owner)
    const guard = takeLock(file, `${lock}.lock`)
    try {
      if (read(lock) === found) {
        replace(lock, text)
        break
      }
    } finally {
      guard.release()
    }
  }
  return {
    release() {
      if (read(lock) === text) rmSync(lock, { force: true })
    },
  }
}

/** Makes a file with this text; false when it exists. */
function create(path: string, text: string): boolean {
  const draft = writeDraft(path, text)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS')
      return createPlainly(path, text)
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** For file systems without hard links. */
function createPlainly(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function replace(path: string, text: string): void {
  renameSync(writeDraft(path, text), path)
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${process.pid}-${++drafts}`
  writeFileSync(draft, text)
  return draft
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
    const { host, pid, startTime } = JSON.parse(text) as ProcessIdentity
    return typeof host === 'string' && typeof pid === 'number'
      ? { host, pid, startTime }
      : undefined
  } catch {
    return undefined
  }
}

function lockedError(file: string, lock: string, owner: ProcessIdentity | undefined): AttuneError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  const visible = owner !== undefined && probeProcess(owner) === 'alive'
  const ifGone = visible ? '' : ` If it is gone for certain, delete ${lock}.`
  const message = `${file} is being written by ${who}, and JSON lines have one writer at a time. Wait for it, stop it, or use a SQLite file such as attune.db, which many processes share.${ifGone}`
  return new AttuneError('journal/locked', message, { details: { lock, pid: owner?.pid } })
}
