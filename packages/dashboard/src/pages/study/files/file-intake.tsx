import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'

import { Button } from '../../../ui/button.tsx'
import { IconPlus } from '../../../ui/icons.tsx'
import type { Upload } from './use-uploads.ts'
import './files.css'

/** Chooses files to attach, and shows those that are on their way. */
export function FileIntake(props: {
  /** To whom they are attached, as in `to trial 17`. */
  readonly to: string
  readonly uploads: readonly Upload[]
  readonly send: (files: readonly File[]) => void
}): JSX.Element {
  const { to, uploads, send } = props
  const input = useRef<HTMLInputElement>(null)
  return (
    <div class="file-intake">
      <div class="row">
        <Button isSmall icon={<IconPlus size={14} />} onClick={() => input.current?.click()}>
          Attach files
        </Button>
        <small class="soft">or drop them here</small>
        <input
          ref={input}
          class="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          aria-label={`Files to attach ${to}`}
          onChange={({ currentTarget }) => {
            send([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
      </div>
      <ul class="uploads" aria-live="polite">
        {uploads.map(({ key, name, share }) => (
          <li key={key}>
            <span class="cut">{name}</span>
            <progress value={share} aria-label={`Sending ${name}`} />
          </li>
        ))}
      </ul>
    </div>
  )
}
