import { useState } from 'preact/hooks'
import type { OpenedStudy } from '../data/engine.ts'
import { Pill } from '../ui/badge.tsx'
import { act, isSteerable } from './commands.ts'
import './steer.css'

export interface TagsEditorProps {
  readonly study: OpenedStudy
  /** Absent: the tags of the study. */
  readonly trial?: number
  readonly tags: readonly string[]
}

const longest = 200

/** Tags, which can be taken away and added where somebody may. */
export function TagsEditor({ study, trial, tags }: TagsEditorProps) {
  const [text, setText] = useState('')
  const canEdit = isSteerable(study)
  if (!canEdit && tags.length === 0) return null
  const set = (next: readonly string[], said: string): void => {
    const about = trial === undefined ? {} : { trial }
    void act(
      study,
      { kind: 'annotate', ...about, tags: next },
      {
        text: said,
        undo: { kind: 'annotate', ...about, tags },
      },
    )
  }
  const add = (): void => {
    const tag = text.trim().replace(/^#/, '').slice(0, longest)
    setText('')
    if (tag !== '' && !tags.includes(tag)) set([...tags, tag], `Tagged ${tag}.`)
  }
  return (
    <div class="tags row">
      {tags.map((tag) =>
        canEdit ? (
          <Pill
            key={tag}
            removeLabel={`Remove the tag ${tag}`}
            onRemove={() =>
              set(
                tags.filter((one) => one !== tag),
                `The tag ${tag} is gone.`,
              )
            }
          >
            {tag}
          </Pill>
        ) : (
          <Pill key={tag}>{tag}</Pill>
        ),
      )}
      {canEdit && (
        <input
          class="input tag-input"
          placeholder="Add a tag"
          aria-label={
            trial === undefined ? 'Add a tag to the study' : `Add a tag to trial ${trial}`
          }
          value={text}
          maxLength={longest}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ',') return
            event.preventDefault()
            add()
          }}
          onBlur={add}
        />
      )}
    </div>
  )
}
