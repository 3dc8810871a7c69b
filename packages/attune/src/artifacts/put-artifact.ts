import type { ArtifactStore, Draft } from './artifact-store.ts'
import type { Copied } from './copy-file.ts'

/** Content that is in the store and stays there as long as it is pinned. */
export interface StoredContent extends Copied {
  /** To be called when the journal says whose content it is, or that it is nobody's. */
  release(): Promise<void>
}

/**
 * Copies a file into the store, unless its content is there already, and pins it. First comes the
 * pin, then the look whether it is there: see `collectArtifacts`.
 */
export async function putArtifact(store: ArtifactStore, file: string): Promise<StoredContent> {
  return await putDraft(store, await store.copyIn(file))
}

/** As `putArtifact`, of what was brought into the store already. */
export async function putDraft(store: ArtifactStore, draft: Draft): Promise<StoredContent> {
  let release: (() => Promise<void>) | undefined
  try {
    release = await store.pin(draft.sha256)
    await store.place(draft)
    return { sha256: draft.sha256, bytes: draft.bytes, release }
  } catch (error) {
    await store.drop(draft)
    await release?.()
    throw error
  }
}
