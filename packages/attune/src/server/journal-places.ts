import { createHash } from 'node:crypto'
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { inspectFile } from '../journals/inspect-file.ts'
import { belongsTo } from './folder-watch.ts'

/** What files in a folder of journals are called. */
const endings = /\.(db|sqlite|jsonl|ndjson)$/

/** The same as long as the journal stands at its place; readable, and safe in an address. */
export function idOf(path: string, study: string): string {
  const hash = createHash('sha256').update(`${path}\0${study}`).digest('hex').slice(0, 12)
  const words = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return words === '' ? hash : `${words}-${hash}`
}

export function pathOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : resolve(file)
}

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Whether a file is the journal, belongs to it, or is one of a folder of journals. */
export function concerns(path: string, folder: string, name: string): boolean {
  if (path === folder) return endings.test(name.replace(/-(wal|journal)$/, ''))
  return belongsTo(path, folder, name)
}

/** The journal, or those in the folder: what is called like one and is one. */
export function filesAt(file: string, path: string): [path: string, file: string][] {
  if (!isFolder(path)) return [[path, file]]
  const names = readdirSync(path)
    .filter((name) => endings.test(name))
    .toSorted()
  return names
    .filter((name) => ['sqlite', 'json'].includes(inspectFile(join(path, name)).kind))
    .map((name) => [join(path, name), join(file, name)])
}
