import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AttuneError, messageOf } from '@attune/core'
import type { NetworkRun } from '../network/train.ts'

/**
 * Keeps the last checkpoint of a network in a folder, from which learning goes on the next time: in
 * the folder of a trial that pauses, where the next run of it is. A checkpoint replaces the one before
 * at once, so that a process that is killed leaves a whole one.
 *
 * @param folder is made when it is not there
 * @param name of the file, without its ending; default `network`
 * @throws AttuneError `data/missing` when the folder can be neither read nor made
 */
export async function checkpointFolder(
  folder: string,
  name: string = 'network',
): Promise<NonNullable<NetworkRun['checkpoint']>> {
  const file = join(folder, `${name}.checkpoint`)
  try {
    await mkdir(folder, { recursive: true })
    return { from: await contentOf(file), save: (bytes) => replace(file, bytes) }
  } catch (error) {
    throw new AttuneError(
      'data/missing',
      `The folder of checkpoints ${folder} cannot be used: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

async function contentOf(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw error
  }
}

async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const fresh = `${file}.new`
  await writeFile(fresh, bytes)
  await rename(fresh, file)
}
