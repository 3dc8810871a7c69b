import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { journalBase } from '../executors/trial-folder.ts'
import { probeWorker, workerIdentity } from '../journals/worker-identity.ts'
import type { Copied } from './copy-file.ts'
import { copyFileHashed, toDisk, writeHashed } from './copy-file.ts'

/** A copy of a file in the store that does not count as content yet. */
export interface Draft extends Copied {
  readonly path: string
}

export interface StoreFile {
  readonly sha256: string
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
}

/**
 * Files by the hash of their content, in a folder beside the journal that any number of processes
 * use at the same time:
 *
 *   ab/ab12…            content, read-only, under its SHA-256
 *   incoming/WORKER     what is being copied
 *   pins/HASH~WORKER    content that WORKER's next event is going to speak of
 *   trash/HASH~UUID     content that is about to be deleted
 *
 * No content is ever under a wrong hash: a file is copied under another name, hashed there, and
 * renamed. `putArtifact` stores and `collectArtifacts` deletes, which
 * says how both go together.
 */
export interface ArtifactStore {
  readonly folder: string
  /** Copies a file into the store. */
  copyIn(file: string): Promise<Draft>
  /**
   * Writes what comes into the store.
   * @throws RangeError when there are more than `most` bytes
   */
  writeIn(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Draft>
  /** Makes a draft content, unless there is such content already; the draft is gone then. */
  place(draft: Draft): Promise<void>
  /** Deletes a draft that does not become content. */
  drop(draft: Draft): Promise<void>
  /** Protects content from being deleted, also if it is not there yet; gives the way to end that. */
  pin(sha256: string): Promise<() => Promise<void>>
  /** The path of some content, or undefined. */
  find(sha256: string): Promise<string | undefined>
  /** All content, or only what is there of some. */
  list(only?: ReadonlySet<string>): Promise<StoreFile[]>
  /** All hashes that are pinned, and whether by someone who may still need them. */
  pins(): Promise<
    ReadonlyMap<string, { readonly isHeld: boolean; readonly files: readonly string[] }>
  >
  /** Takes pins away that nobody holds any more. */
  unpin(files: readonly string[]): Promise<void>
  /** Moves content to the trash, if it is there. */
  discard(sha256: string): Promise<void>
  /** What is in the trash, by the name of its file. */
  trash(): Promise<ReadonlyMap<string, StoreFile>>
  restore(trashed: string, sha256: string): Promise<void>
  /** Deletes from the trash; whether it was still there. */
  remove(trashed: string): Promise<boolean>
  /** Deletes what processes that are gone left half copied. */
  sweep(): Promise<void>
}

/** For so long a process is believed to be running that cannot be seen from here. */
const unseenMs = 24 * 3600_000

const hashPattern = /^[0-9a-f]{64}$/

/** The folder of the artifacts of all studies in a journal. */
export function artifactFolder(journal: string): string {
  return `${journalBase(journal)}.artifacts`
}

/** The store of a journal; its folder is made by the first file. */
export function openArtifactStore(journal: string): ArtifactStore {
  const folder = artifactFolder(journal)
  const placeOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256)
  const inTrash = (name: string): string => join(folder, 'trash', name)

  async function inTrashOf(sha256: string): Promise<string | undefined> {
    const name = (await namesIn(join(folder, 'trash'))).find((n) => n.startsWith(`${sha256}~`))
    return name === undefined ? undefined : inTrash(name)
  }

  async function draft(write: (path: string) => Promise<Copied>): Promise<Draft> {
    const path = await fresh(folder, 'incoming', tag())
    try {
      return { path, ...(await write(path)) }
    } catch (error) {
      await rm(path, { force: true }).catch(() => {})
      throw error
    }
  }

  return {
    folder,
    copyIn: (file) => draft((path) => copyFileHashed(file, path)),
    writeIn: (chunks, most) => draft((path) => writeHashed(chunks, path, most)),
    async place({ path, sha256, bytes }) {
      const target = placeOf(sha256)
      // Of another size: a machine that went down may leave such a file.
      if ((await stat(target).catch(absent))?.size === bytes) return await rm(path)
      await toDisk(path)
      await chmod(path, 0o444)
      await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true })
      await rename(path, target)
    },
    drop: ({ path }) => rm(path, { force: true }),
    async pin(sha256) {
      const file = await fresh(folder, 'pins', `${sha256}~${tag()}`)
      await writeFile(file, '')
      return () => rm(file, { force: true })
    },
    async find(sha256) {
      if (!hashPattern.test(sha256)) return undefined
      const isThere = async (): Promise<boolean> =>
        (await stat(placeOf(sha256)).catch(absent)) !== undefined
      if (await isThere()) return placeOf(sha256)
      // Somebody may be putting it back at this moment.
      return (await inTrashOf(sha256)) ?? ((await isThere()) ? placeOf(sha256) : undefined)
    },
    async list(only) {
      const hashes = only === undefined ? await allHashes(folder) : [...only]
      const found: StoreFile[] = []
      for (const sha256 of hashes.filter((hash) => hashPattern.test(hash))) {
        const file = await describeFile(placeOf(sha256), sha256)
        if (file !== undefined) found.push(file)
      }
      return found
    },
    async pins() {
      const found = new Map<string, { isHeld: boolean; files: string[] }>()
      for (const name of await namesIn(join(folder, 'pins'))) {
        const sha256 = name.slice(0, 64)
        if (!hashPattern.test(sha256)) continue
        const file = join(folder, 'pins', name)
        const pinned = found.get(sha256) ?? { isHeld: false, files: [] }
        found.set(sha256, pinned)
        if (await isAlive(file, name.slice(65))) pinned.isHeld = true
        else pinned.files.push(file)
      }
      return found
    },
    async unpin(files) {
      for (const file of files) await rm(file, { force: true })
    },
    async discard(sha256) {
      const trashed = await fresh(folder, 'trash', `${sha256}~${randomUUID()}`)
      await rename(placeOf(sha256), trashed).catch(absent)
    },
    async trash() {
      const found = new Map<string, StoreFile>()
      for (const name of await namesIn(join(folder, 'trash'))) {
        const sha256 = name.slice(0, 64)
        const file = await describeFile(inTrash(name), sha256)
        if (file !== undefined && hashPattern.test(sha256)) found.set(name, file)
      }
      return found
    },
    async restore(trashed, sha256) {
      await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true })
      await rename(inTrash(trashed), placeOf(sha256)).catch(absent)
    },
    async remove(trashed) {
      try {
        await rm(inTrash(trashed))
        return true
      } catch (error) {
        absent(error)
        return false
      }
    },
    async sweep() {
      for (const name of await namesIn(join(folder, 'incoming'))) {
        const file = join(folder, 'incoming', name)
        if (!(await isAlive(file, name))) await rm(file, { force: true })
      }
    },
  }
}

/** A part of a file's name that says which process made it, and that no other file has. */
function tag(): string {
  return encodeURIComponent(workerIdentity(randomUUID()))
}

async function isAlive(file: string, name: string): Promise<boolean> {
  const state = probeTag(name)
  if (state !== 'unknown') return state === 'alive'
  const made = await stat(file).catch(absent)
  return made !== undefined && Date.now() - made.mtimeMs < unseenMs
}

function probeTag(name: string): ReturnType<typeof probeWorker> {
  try {
    return probeWorker(decodeURIComponent(name))
  } catch {
    return 'unknown'
  }
}

async function allHashes(folder: string): Promise<string[]> {
  const folders = (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))
  const names = await Promise.all(folders.map((name) => namesIn(join(folder, name))))
  return names.flat()
}

async function describeFile(file: string, sha256: string): Promise<StoreFile | undefined> {
  const found = await stat(file).catch(absent)
  return found && { sha256, bytes: found.size, modifiedAt: found.mtimeMs }
}

/** The path of a file to be made in a folder of the store. */
async function fresh(folder: string, kind: string, name: string): Promise<string> {
  await mkdir(join(folder, kind), { recursive: true })
  return join(folder, kind, name)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(absent)) ?? []
}

/** Passes over that a file is not there; throws everything else. */
function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}
