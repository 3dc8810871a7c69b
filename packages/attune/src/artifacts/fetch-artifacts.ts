import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Artifact } from '@attune/core'
import { AttuneError, messageOf } from '@attune/core'

import type { ArtifactStore } from './artifact-store.ts'
import { copyFileHashed } from './copy-file.ts'

/**
 * Copies artifacts into a folder under their names, which is made if need be; files of these names
 * are replaced. Every copy is checked against its hash. Gives the paths of the copies.
 *
 * @throws AttuneError `usage` when some are not in the store, before anything is copied; also when
 *   one is damaged, or the folder cannot be written.
 */
export async function fetchArtifacts(
  store: ArtifactStore,
  artifacts: readonly Artifact[],
  folder: string,
): Promise<string[]> {
  const sources: { readonly artifact: Artifact; readonly file: string }[] = []
  const missing: string[] = []
  for (const artifact of artifacts) {
    refuseOutside(artifact)
    const file = await store.find(artifact.sha256)
    if (file === undefined) missing.push(artifact.name)
    else sources.push({ artifact, file })
  }
  if (missing.length > 0) {
    throw new AttuneError(
      'usage',
      `${store.folder} does not hold ${missing.join(', ')} any more. Either the study does not keep them (attune artifacts), or the folder was left behind when the journal was moved: they belong together.`,
    )
  }
  const copies: string[] = []
  for (const { artifact, file } of sources) {
    copies.push(await copyOne(artifact, file, join(folder, ...artifact.name.split('/'))))
  }
  return copies
}

async function copyOne({ name, sha256 }: Artifact, file: string, target: string): Promise<string> {
  const draft = join(dirname(target), `.attune-${randomUUID()}`)
  try {
    await mkdir(dirname(target), { recursive: true })
    const copied = await copyFileHashed(file, draft)
    if (copied.sha256 !== sha256) {
      const message = `${file}, the content of ${name}, is damaged. Restore it from a copy of its folder, or run the trial again.`
      throw new AttuneError('usage', message)
    }
    await rename(draft, target)
    return target
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    if (cause instanceof AttuneError) throw cause
    const message = `${target} cannot be written: ${messageOf(cause)}. Choose another folder.`
    throw new AttuneError('usage', message, { cause })
  }
}

/** A journal may come from anywhere; its names shall not lead out of the folder. */
function refuseOutside({ name }: Artifact): void {
  const parts = name.split(/[/\\]/)
  const isInside = parts.every((part) => !['', '.', '..'].includes(part) && !part.includes('\0'))
  if (isInside && !/^[A-Za-z]:/.test(name)) return
  throw new AttuneError(
    'usage',
    `The journal names a file ${JSON.stringify(name)}, which leads out of any folder. It was not written by attune.`,
  )
}
