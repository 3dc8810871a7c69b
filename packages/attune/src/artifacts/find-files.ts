import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@attune/core'

import { isOwnFile } from '../executors/trial-folder.ts'
import type { PatternState } from './file-patterns.ts'
import { compilePatterns } from './file-patterns.ts'

/** A file below a folder. */
export interface FoundFile {
  /** Its path within the folder, with forward slashes. */
  readonly name: string
  readonly path: string
}

export interface FoundFiles {
  /** Ordered by their names, folder by folder. */
  readonly files: readonly FoundFile[]
  /** The patterns that no file matches. */
  readonly unmatched: readonly string[]
  /** Whether there were more files than `most`. */
  readonly more: boolean
  /** Why folders could not be looked through. */
  readonly problems: readonly string[]
}

/**
 * The regular files below `folder` that match one of the patterns. Links are not followed, and a
 * folder that does not exist is empty. Finds `most` files (default 1000) at most.
 */
export async function findFiles(
  folder: string,
  patterns: readonly string[],
  most = 1000,
): Promise<FoundFiles> {
  const files: FoundFile[] = []
  const problems: string[] = []
  const matched = new Set<number>()
  let more = false

  async function walk(state: PatternState, below: string): Promise<void> {
    for (const entry of await entriesOf(join(folder, below), problems)) {
      if (more) return
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      const reached = state.enter(entry.name)
      if (entry.isDirectory() && reached.isOpen) await walk(reached, name)
      if (!entry.isFile()) continue
      // What attune itself writes is an artifact only when a pattern is just its name.
      const meant = isOwnFile(name)
        ? reached.matches.filter((p) => patterns[p] === name)
        : reached.matches
      if (meant.length === 0) continue
      for (const p of meant) matched.add(p)
      more = files.length === most
      if (!more) files.push({ name, path: join(folder, name) })
    }
  }
  await walk(compilePatterns(patterns), '')
  return { files, unmatched: patterns.filter((_, p) => !matched.has(p)), more, problems }
}

async function entriesOf(folder: string, problems: string[]): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(messageOf(error))
    return []
  }
}
