import type { JSX } from 'preact'

import type { TrialView } from '../../../data/engine.ts'
import { useStudy } from '../model/study-model.ts'
import { lazyPart } from '../parts/lazy-part.tsx'

const NoteEditor = lazyPart(() =>
  import('../../../steer/note-editor.tsx').then((part) => part.NoteEditor),
)
const TagsEditor = lazyPart(() =>
  import('../../../steer/tags-editor.tsx').then((part) => part.TagsEditor),
)

/** What people wrote about a trial. */
export function TrialNote({ view }: { readonly view: TrialView }): JSX.Element | null {
  const { opened, canWrite } = useStudy()
  const { number, note, tags } = view
  if (!canWrite && note === undefined && tags.length === 0) return null
  return (
    <section class="drawer-part" key={number}>
      <h3>Note and tags</h3>
      <NoteEditor study={opened} trial={number} note={note} />
      <TagsEditor study={opened} trial={number} tags={tags} />
    </section>
  )
}
