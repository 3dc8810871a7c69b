import { useEffect, useState } from 'preact/hooks'
import { IconDrop } from '../ui/icons.tsx'
import { openFile } from './sources.ts'
import { tell } from './toasts.ts'

/** Opens a journal that is dropped anywhere on the page. */
export function DropTarget() {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // A part of the page takes files itself.
      const isTaken = event.defaultPrevented
      event.preventDefault()
      setOver(!isTaken)
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      setOver(false)
      if (!hasFiles(event) || event.defaultPrevented) return
      event.preventDefault()
      takeFiles([...(event.dataTransfer?.files ?? [])])
    }
    document.addEventListener('dragover', over)
    document.addEventListener('dragleave', leave)
    document.addEventListener('drop', drop)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('dragleave', leave)
      document.removeEventListener('drop', drop)
    }
  }, [])
  if (!isOver) return null
  return (
    <div class="drop-veil" aria-hidden="true">
      <IconDrop size={32} />
      <p>Drop a journal of JSON lines to look at it</p>
    </div>
  )
}

/** Opens the journal among files, or says why none of them is one. */
export function takeFiles(files: readonly File[]): void {
  const journal = files.find(({ name }) => /\.(jsonl|ndjson)$/i.test(name))
  if (journal !== undefined) openFile(journal)
  else if (files.some(({ name }) => /\.(db|sqlite3?)$/i.test(name))) {
    tell(
      'A page alone cannot read SQLite. Look at such a journal with: attune ui --journal FILE',
      'bad',
    )
  } else tell('That is no journal of JSON lines: its name should end in .jsonl.', 'bad')
}
