import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Tells of changes in folders by what the system tells of them; nothing is looked at by a timer. */
export interface FolderWatch extends Disposable {
  /** Begins with this folder, unless it is watched already. */
  add(folder: string): void
}

/**
 * @param changed gets the names of files that may have changed, or undefined where the system does
 *   not say which
 * @param failed told once a folder that cannot be watched
 */
export function createFolderWatch(
  changed: (folder: string, name: string | undefined) => void,
  failed: (folder: string, error: unknown) => void,
): FolderWatch {
  const watchers = new Map<string, FSWatcher | undefined>()
  const fail = (folder: string, error: unknown): void => {
    watchers.get(folder)?.close()
    watchers.set(folder, undefined)
    failed(folder, error)
  }
  return {
    add(folder) {
      if (watchers.has(folder)) return
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) =>
          changed(folder, name ?? undefined),
        )
        watcher.on('error', (error) => fail(folder, error))
        watchers.set(folder, watcher)
      } catch (error) {
        fail(folder, error)
      }
    },
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher?.close()
      watchers.clear()
    },
  }
}

/** Whether a file of this name is, or stands beside and belongs to, a journal. */
export function belongsTo(journal: string, folder: string, name: string): boolean {
  if (dirname(journal) !== folder) return false
  const own = basename(journal)
  return name === own || name === `${own}-wal` || name === `${own}-journal`
}
