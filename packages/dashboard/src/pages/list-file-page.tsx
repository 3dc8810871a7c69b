import { useRef } from 'preact/hooks'
import { isFile } from '../app/base.ts'
import { takeFiles } from '../app/drop-target.tsx'
import { usePageTitle } from '../app/page-title.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconDrop } from '../ui/icons.tsx'

/** Where a journal can be dropped or chosen, to be looked at as a study. */
export function FilePage() {
  const input = useRef<HTMLInputElement>(null)
  usePageTitle('Open a journal')
  return (
    <EmptyState
      isPage
      icon={<IconDrop size={40} />}
      title="Drop a journal here"
      actions={
        <>
          <Button look="primary" onClick={() => input.current?.click()}>
            Choose a file
          </Button>
          <input
            ref={input}
            class="visually-hidden"
            type="file"
            accept=".jsonl,.ndjson"
            tabIndex={-1}
            aria-label="A journal of JSON lines"
            onChange={({ currentTarget }) => takeFiles([...(currentTarget.files ?? [])])}
          />
        </>
      }
    >
      <p>
        A journal of JSON lines (<code>.jsonl</code>) is shown as a study with all its charts.{' '}
        {isFile
          ? 'It stays on this machine: this page has no network.'
          : 'It stays in this browser: the server does not get it.'}
      </p>
    </EmptyState>
  )
}
