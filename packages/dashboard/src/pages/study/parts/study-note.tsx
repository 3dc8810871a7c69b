import type { JSX } from 'preact'

import { useStudy } from '../model/study-model.ts'
import { lazyPart } from './lazy-part.tsx'

const NoteEditor = lazyPart(
  () => import('../../../steer/note-editor.tsx').then((part) => part.NoteEditor),
  null,
  true,
)
const TagsEditor = lazyPart(
  () => import('../../../steer/tags-editor.tsx').then((part) => part.TagsEditor),
  null,
  true,
)

/** What people wrote about a study. */
export function StudyNote(): JSX.Element | null {
  const { opened, facts, canWrite } = useStudy()
  const note = facts.value?.note
  const tags = facts.value?.tags ?? []
  if (!canWrite && note === undefined && tags.length === 0) return null
  return (
    <section class="chart-card panel-text study-note" aria-label="Note and tags">
      <h3>Note and tags</h3>
      <NoteEditor study={opened} note={note} />
      <TagsEditor study={opened} tags={tags} />
    </section>
  )
}
