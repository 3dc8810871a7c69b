import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { AttuneError, messageOf } from '@attune/core'

/**
 * Writes a text, or bytes, that come in pieces. A file appears whole under its name or not at all, and one
 * that was there stays as it was until then; devices and pipes are simply written to.
 * @throws AttuneError `usage` when the place cannot be written; whatever `pieces` throws.
 */
export async function writeFile(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory()) throw refusal(file, 'it is a folder')
  if (found !== undefined && !found.isFile()) {
    await using device = await openFile(file, file, 'w')
    await writeAll(device, pieces)
    return
  }
  // A link stays one, and what it points to is replaced.
  const target = found === undefined ? file : await realpath(file)
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
  const handle = await openFile(draft, file, 'wx', found?.mode)
  try {
    try {
      await writeAll(handle, pieces)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function openFile(
  path: string,
  file: string,
  flags: string,
  mode?: number,
): Promise<FileHandle> {
  try {
    return await open(path, flags, mode)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? `there is no folder ${dirname(file)}` : messageOf(cause)
    throw refusal(file, why, cause)
  }
}

async function writeAll(
  handle: FileHandle,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) await handle.appendFile(piece)
}

function refusal(file: string, why: string, cause?: unknown): AttuneError {
  const message = `${file} cannot be written: ${why}. Choose another place with --output.`
  return new AttuneError('usage', message, { cause })
}
