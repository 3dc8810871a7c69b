import type { Signal } from '@preact/signals'
import { signal } from '@preact/signals'
import type { Source } from '../data/engine.ts'
import { embedded } from './base.ts'
import { navigate, studyPath } from './route.ts'

/** The file that somebody dropped on the page; its study has the id `file`. */
export const droppedFile: Signal<File | undefined> = signal<File | undefined>(undefined)

/** The id of the study that a page of its own carries. */
export const embeddedId = 'page'
export const fileId = 'file'

/** Where a study comes from, by its id in the address; undefined for a file that is gone. */
export function sourceOf(id: string): Source | undefined {
  if (id === embeddedId && embedded !== undefined) return { kind: 'embedded', packed: embedded }
  if (id === fileId) {
    const file = droppedFile.value
    return file === undefined ? undefined : { kind: 'file', file }
  }
  return { kind: 'server', id }
}

/** Opens a journal of JSON lines as a study of the page. */
export function openFile(file: File): void {
  droppedFile.value = file
  navigate(studyPath(fileId))
}
