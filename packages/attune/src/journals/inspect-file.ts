import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { foreignError, noFolderError, notReadableError, notWritableError } from './file-errors.ts'

/** What a file is, judged by its first bytes; `head` holds up to 100 of them. */
export interface Inspection {
  readonly kind: 'absent' | 'empty' | 'sqlite' | 'json' | 'other'
  readonly head: Buffer
}

const sqliteMagic = Buffer.from('SQLite format 3\0', 'latin1')

/**
 * Looks at a file without changing anything; `path` is where it is, `file` how people call it.
 * @throws AttuneError `journal/foreign` for folders and devices, `journal/read-only` for what may
 *   not be read and for files in folders that do not exist.
 */
export function inspectFile(file: string, path: string = resolve(file)): Inspection {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) throw foreignError(file, 'a folder')
    if (!stats.isFile()) throw foreignError(file, 'a device or pipe')
    const head = readHead(path)
    return { kind: kindOf(head), head }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { kind: 'absent', head: Buffer.alloc(0) }
    if (code === 'ENOTDIR') throw noFolderError(file, dirname(path))
    if (code === 'EACCES' || code === 'EPERM') throw notReadableError(file, error)
    throw error
  }
}

function readHead(path: string): Buffer {
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(100)
    return head.subarray(0, readSync(fd, head, 0, head.length, 0))
  } finally {
    closeSync(fd)
  }
}

function kindOf(head: Buffer): Inspection['kind'] {
  if (head.length === 0) return 'empty'
  const magic = head.subarray(0, sqliteMagic.length)
  if (magic.equals(sqliteMagic.subarray(0, magic.length))) return 'sqlite'
  return head[0] === 0x7b || head[0] === 0x5b ? 'json' : 'other'
}

/**
 * Refuses a file that cannot be written, or whose folder cannot: beside a journal stand its lock
 * or its write-ahead log.
 * @throws AttuneError `journal/read-only`.
 */
export function checkWritable(file: string): void {
  const folder = dirname(resolve(file))
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? noFolderError(file, folder) : notWritableError(file, error)
  }
}
