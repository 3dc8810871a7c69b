import { existsSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AttuneError } from '@attune/core'
import { gunzip, unpackLimit } from './bytes.ts'

/** The most bytes of a file that are read: 1 GiB. */
export const fileLimit: number = unpackLimit

/**
 * The bytes of a file.
 *
 * @throws AttuneError `data/missing` when there is none, `data/format` when it is no plain file or too
 *   large
 */
export async function readBytes(path: string, limit: number = fileLimit): Promise<Uint8Array> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new AttuneError('data/missing', `${path} is not there, or may not be read.`, { cause })
  })
  // A pipe or device could be waited for for ever.
  if (!info.isFile()) throw new AttuneError('data/format', `${path} is no plain file.`)
  if (info.size > limit) {
    throw new AttuneError(
      'data/format',
      `${path} has ${info.size} bytes; ${limit} are read at most.`,
    )
  }
  const handle = await open(path).catch((cause: unknown) => {
    throw new AttuneError('data/missing', `${path} may not be read.`, { cause })
  })
  try {
    const bytes = await handle.readFile()
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } finally {
    await handle.close()
  }
}

/** As `readBytes`, unpacked when it is gzip. */
export async function readUnpacked(path: string, limit: number = fileLimit): Promise<Uint8Array> {
  return gunzip(await readBytes(path, limit), basename(path), limit)
}

/** The names in a folder in the order of their code units; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.sort()
}

/** Where the folder of a named set may be, the best place first. */
export function dataFolders(name: string, folder: string | undefined): string[] {
  if (folder !== undefined) return [folder]
  const chosen = process.env['ATTUNE_DATA']
  if (chosen !== undefined && chosen !== '') return [join(chosen, name)]
  const beside = fileURLToPath(new URL('../../../../../../shared/data', import.meta.url))
  return [join(beside, name)]
}

/** The first of the names that is in one of the folders. */
export function findFile(folders: readonly string[], names: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name)
      if (existsSync(path)) return path
    }
  }
  return undefined
}

/** The error for a set whose files are not there. */
export function missingSet(
  set: string,
  folders: readonly string[],
  names: readonly string[],
  advice: string,
): AttuneError {
  return new AttuneError(
    'data/missing',
    `${set}: no ${names.join(' or ')} in ${folders.join(' or ')}. ${advice}`,
    { details: { set, folders: [...folders], files: [...names] } },
  )
}
