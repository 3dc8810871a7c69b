import type { AnnotationResult, Artifact, Study } from '@attune/core'
import { AttuneError } from '@attune/core'

import type { ArtifactStore } from './artifact-store.ts'
import type { StoredContent } from './put-artifact.ts'
import { putArtifact } from './put-artifact.ts'

/** Content that is stored, and the name under which it is attached. */
export interface NamedContent {
  readonly name: string
  readonly content: StoredContent
}

/** To whom files are attached, and by whom. */
export interface AttachTo {
  /** Default: to the study. */
  readonly trial?: number | undefined
  readonly by: string
}

/**
 * Attaches stored content to a study or a trial. The content stays protected until the journal speaks of
 * it, and is let go whatever happens.
 * @throws AttuneError of `study.annotate`
 */
export async function attachContents(
  study: Pick<Study, 'annotate'>,
  files: readonly NamedContent[],
  { trial, by }: AttachTo,
): Promise<AnnotationResult> {
  try {
    const attached = files.map(({ name, content: { sha256, bytes } }): Artifact => ({
      ...{ name, sha256, bytes },
    }))
    return await study.annotate({ ...(trial === undefined ? {} : { trial }), by, attached })
  } finally {
    for (const { content } of files) await content.release()
  }
}

/**
 * Protects content that is in the store already, to attach it again. It is stored anew from itself,
 * because somebody may be deleting it at this moment; see `collectArtifacts`.
 * @throws AttuneError `usage` when it was deleted or is another one
 */
export async function putAgain(
  store: ArtifactStore,
  { name, sha256, bytes }: Artifact,
): Promise<StoredContent> {
  const file = await store.find(sha256)
  const content = file === undefined ? undefined : await putArtifact(store, file).catch(deleted)
  if (content?.sha256 === sha256 && content.bytes === bytes) return content
  await content?.release()
  throw new AttuneError(
    'usage',
    `The content of ${JSON.stringify(name)} is not in the store any more. Attach the file itself again.`,
  )
}

function deleted(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}
