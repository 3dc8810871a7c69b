import type { ArtifactStore, StoreFile } from './artifact-store.ts'

/** What the studies of a store say of its content, as hashes. */
export interface References {
  /** Kept by the policy of at least one study. */
  readonly kept: ReadonlySet<string>
  /** Spoken of by at least one event. */
  readonly mentioned: ReadonlySet<string>
}

export interface CollectOptions {
  /**
   * Content that nobody ever spoke of is deleted when it has not changed for so many milliseconds.
   * Default Infinity: it stays, since its journal may be elsewhere. What a process left that died
   * before it could record its result goes at once.
   */
  readonly unknownAfterMs?: number
  /** Looks at this content only, of which it is known that a trial left it. Default: at all. */
  readonly only?: ReadonlySet<string>
}

export interface Collected {
  readonly files: number
  readonly bytes: number
  /** Files that stay only because nobody speaks of them and they are too young. */
  readonly young: number
}

/**
 * Deletes the content that no study keeps. `readReferences` must tell what the journals hold when it
 * is called, of every study that may use the store, or throw: then nothing is deleted.
 *
 * Another process may at any moment store the same content anew, before its event says so. No locks
 * are needed, because both sides first say what they do and then look what the other one said:
 *
 *   storing:     pin it · is it there? if not, put it there · append the event · unpin it
 *   collecting:  move it to the trash · read the pins, then the journals · delete it, or move it back
 *
 * If the pin came before the pins were read, it is seen, or it is gone because the event is in the
 * journal, which is read later; either way the content goes back. If it came after, then the content
 * was in the trash already and was not found, so that it was put there anew. A collector that dies
 * leaves content in the trash; until the next one puts it back or deletes it, it is found there.
 */
export async function collectArtifacts(
  store: ArtifactStore,
  readReferences: () => Promise<References>,
  { unknownAfterMs = Number.POSITIVE_INFINITY, only }: CollectOptions = {},
): Promise<Collected> {
  const now = Date.now()
  await store.sweep()
  const before = await store.pins()
  const known = await readReferences()
  const isUsed = (sha256: string): boolean =>
    known.kept.has(sha256) || before.get(sha256)?.isHeld === true
  const unused = (await store.list(only)).filter(({ sha256 }) => !isUsed(sha256))
  const isKnown = ({ sha256 }: StoreFile): boolean =>
    known.mentioned.has(sha256) || before.has(sha256) || only !== undefined
  const young = unused.filter(
    (file) => !isKnown(file) && !(now - file.modifiedAt >= unknownAfterMs),
  )
  for (const file of unused) if (!young.includes(file)) await store.discard(file.sha256)
  const deleted = await emptyTrash(store, readReferences)
  // Only now: they were the reason to know that the content was nobody's.
  for (const { files } of before.values()) await store.unpin(files)
  return { ...deleted, young: young.length }
}

/** Deletes what is in the trash, also by others, or puts it back. */
async function emptyTrash(
  store: ArtifactStore,
  readReferences: () => Promise<References>,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const trash = await store.trash()
  if (trash.size === 0) return { files: 0, bytes: 0 }
  const pins = await store.pins()
  const { kept } = await readReferences()
  let files = 0
  let bytes = 0
  for (const [name, file] of trash) {
    const { sha256 } = file
    if (kept.has(sha256) || pins.get(sha256)?.isHeld === true) await store.restore(name, sha256)
    else if (await store.remove(name)) {
      files++
      bytes += file.bytes
    }
  }
  return { files, bytes }
}
