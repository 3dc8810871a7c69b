import { messageOf } from '@attune/core'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from '../app/api.ts'
import { tell } from '../app/toasts.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { Button } from '../ui/button.tsx'
import { Segmented, TextArea } from '../ui/field.tsx'
import { IconEdit } from '../ui/icons.tsx'
import { act, isSteerable, send } from './commands.ts'
import { Markdown } from './markdown.tsx'
import './steer.css'

/** A note with the number of the event that wrote it. */
export interface Note {
  readonly text: string
  readonly seq: number
}

export interface NoteEditorProps {
  readonly study: OpenedStudy
  /** Absent: the note is about the study. */
  readonly trial?: number
  /** As it stands now. */
  readonly note: Note | undefined
}

interface Draft {
  readonly text: string
  /** The note that was edited; 0: there was none. */
  readonly was: number
  /** Its text then. */
  readonly before: string
}

/** What was begun and not saved, so that a closed drawer loses nothing. */
const drafts = new Map<string, Draft>()

/** A note in Markdown, to be read and, where somebody may, to be written. */
export function NoteEditor({ study, trial, note }: NoteEditorProps) {
  const key = `${study.id} ${trial ?? ''}`
  const [draft, setDraft] = useState(() => drafts.get(key))
  const change = (next: Draft | undefined): void => {
    if (next === undefined) drafts.delete(key)
    else drafts.set(key, next)
    setDraft(next)
  }
  const begin = (): void =>
    change({ text: note?.text ?? '', was: note?.seq ?? 0, before: note?.text ?? '' })
  const canEdit = isSteerable(study)
  if (draft !== undefined && canEdit) {
    return (
      <Editor key={key} study={study} trial={trial} note={note} draft={draft} onChange={change} />
    )
  }
  if (note === undefined) {
    return canEdit ? (
      <div class="note">
        <Button isSmall look="quiet" icon={<IconEdit size={14} />} onClick={begin}>
          Write a note
        </Button>
      </div>
    ) : null
  }
  return (
    <div class="note">
      <Markdown text={note.text} />
      {canEdit && (
        <Button isSmall look="quiet" icon={<IconEdit size={14} />} onClick={begin}>
          Edit
        </Button>
      )}
    </div>
  )
}

function Editor(
  props: NoteEditorProps & {
    readonly draft: Draft
    readonly onChange: (draft: Draft | undefined) => void
  },
) {
  const { study, trial, note, draft, onChange } = props
  const [view, setView] = useState<'write' | 'preview'>('write')
  const [problem, setProblem] = useState<string | undefined>()
  const [isBusy, setBusy] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const others = conflictOf(draft, note)
  useEffect(() => box.current?.querySelector('textarea')?.focus(), [])

  const save = async (was: number): Promise<void> => {
    if (isBusy) return
    if (draft.text === draft.before && others === undefined) return onChange(undefined)
    setBusy(true)
    setProblem(undefined)
    const about = trial === undefined ? {} : { trial }
    try {
      const { seq } = await send(study, { kind: 'annotate', ...about, note: draft.text, was })
      const undo = { kind: 'annotate', ...about, note: draft.before, was: seq } as const
      tell('The note is saved.', 'good', {
        label: 'Undo',
        act: () => void act(study, undo, { text: 'The note is as it was.' }),
      })
      onChange(undefined)
    } catch (error) {
      setBusy(false)
      // Of a conflict the other text comes with the study itself.
      const isConflict = error instanceof ApiError && error.status === 409
      setProblem(isConflict ? 'Somebody else saved this note meanwhile.' : messageOf(error))
    }
  }
  return (
    <div ref={box} class="note-editor stack">
      {others === undefined ? null : (
        <Conflict
          theirs={others}
          onTake={() => onChange(undefined)}
          onBoth={() => {
            const text = `${others.text}\n\n${draft.text}`
            onChange({ text, was: others.seq, before: others.text })
          }}
          onReplace={() => void save(others.seq)}
        />
      )}
      <div class="row">
        <Segmented
          label="View"
          value={view}
          options={[
            { value: 'write', label: 'Write' },
            { value: 'preview', label: 'Preview' },
          ]}
          onChange={setView}
        />
        <span class="faint">Markdown: **bold**, `code`, lists, links</span>
      </div>
      {view === 'preview' ? (
        <div class="panel note-preview">
          <Markdown text={draft.text} />
        </div>
      ) : (
        <TextArea
          label={trial === undefined ? 'Note about the study' : `Note about trial ${trial}`}
          isLabelHidden
          rows={7}
          maxLength={200_000}
          value={draft.text}
          onInput={(text) => onChange({ ...draft, text })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save(draft.was)
          }}
        />
      )}
      {problem === undefined ? null : (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <Button
          look="primary"
          isSmall
          isBusy={isBusy}
          disabled={others !== undefined}
          onClick={() => void save(draft.was)}
        >
          Save
        </Button>
        <Button isSmall onClick={() => onChange(undefined)}>
          Discard
        </Button>
        <span class="faint">Ctrl+Enter saves.</span>
      </div>
    </div>
  )
}

/** The note of somebody else that came since the draft was begun. */
function conflictOf(draft: Draft, note: Note | undefined): Note | undefined {
  if ((note?.seq ?? 0) === draft.was) return undefined
  return note ?? { text: '', seq: 0 }
}

function Conflict(props: {
  readonly theirs: Note
  readonly onTake: () => void
  readonly onBoth: () => void
  readonly onReplace: () => void
}) {
  const { theirs, onTake, onBoth, onReplace } = props
  return (
    <section class="panel note-conflict" role="alert" aria-label="Another note was saved">
      <h4>
        Somebody else {theirs.text === '' ? 'took this note away' : 'saved this note'} meanwhile
      </h4>
      {theirs.text === '' ? null : (
        <div class="note-theirs">
          <Markdown text={theirs.text} />
        </div>
      )}
      <p class="soft">Yours is below.</p>
      <div class="row">
        <Button isSmall onClick={onTake}>
          Take theirs
        </Button>
        {theirs.text === '' ? null : (
          <Button isSmall onClick={onBoth}>
            Edit both together
          </Button>
        )}
        <Button isSmall isDangerous onClick={onReplace}>
          Save mine instead
        </Button>
      </div>
    </section>
  )
}
