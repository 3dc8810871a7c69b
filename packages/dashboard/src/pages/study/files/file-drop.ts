import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

/** What makes an element take files that are dropped on it. */
export interface FileDrop {
  /** Whether files are held over it. */
  readonly isOver: boolean
  readonly handlers: Pick<JSX.IntrinsicElements['div'], 'onDragOver' | 'onDragLeave' | 'onDrop'>
}

/** @param take undefined where nothing can be dropped */
export function useFileDrop(take: ((files: readonly File[]) => void) | undefined): FileDrop {
  const [isOver, setOver] = useState(false)
  if (take === undefined) return { isOver: false, handlers: {} }
  return {
    isOver,
    handlers: {
      // Taken here, so that the page does not take it for a journal.
      onDragOver(event) {
        if (event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave({ currentTarget, relatedTarget }) {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false)
      },
      onDrop(event) {
        setOver(false)
        if (event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        take([...event.dataTransfer.files])
      },
    },
  }
}
