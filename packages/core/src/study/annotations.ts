import type { Problem } from '../errors.ts'
import { AttuneError, refuseProblems } from '../errors.ts'
import type { Annotated } from '../journal/event.ts'
import type { Note } from '../journal/history.ts'
import type { Seq } from '../journal/journal.ts'
import { attachedProblems } from './attached-files.ts'
import type { StudyCore } from './study-core.ts'

/**
 * What somebody says of a trial, or without `trial` of the study; what is left out stays as it is. An
 * empty note or title takes it away.
 */
export type Annotation = Omit<Annotated, 'type' | 'at'>

/**
 * The number of the event that says it, or the note that somebody else has written since the one that
 * was edited (undefined: took away); then nothing has changed.
 */
export type AnnotationResult = { readonly seq: Seq } | { readonly conflict: Note | undefined }

/**
 * Appends what somebody says.
 * @throws AttuneError `usage` when it says nothing, or of a trial what only a study can have, or the other
 *   way round; when a file that it attaches has a name that leads out of a folder, or one that it takes
 *   away is not attached
 */
export async function annotateStudy(
  { log, parts }: StudyCore,
  annotation: Annotation,
): Promise<AnnotationResult> {
  refuseProblems('usage', 'The annotation', problemsOf(annotation))
  const { history, clock } = parts
  const { trial, note, was, attached = [], detached = [] } = annotation
  for (;;) {
    const about = trial === undefined ? history.about : history.details.get(trial)
    const standing = about?.note
    const files = attachedProblems(attached, detached, about?.attached ?? [])
    refuseProblems('usage', 'The annotation', files)
    if (note !== undefined && was !== undefined && was !== (standing?.seq ?? 0)) {
      return { conflict: standing }
    }
    const seq = history.seq + 1
    const event: Annotated = { type: 'annotated', at: clock.now(), ...annotation }
    if (await log.commit([event], history.seq)) return { seq }
  }
}

function problemsOf(annotation: Annotation): Problem[] {
  const { trial, tags = [] } = annotation
  const given = (names: readonly (keyof Annotation)[]): Problem[] =>
    names.flatMap((name) =>
      annotation[name] === undefined
        ? []
        : [
            {
              path: name,
              message: trial === undefined ? 'only a trial has it.' : 'only a study has it.',
            },
          ],
    )
  const said = (['note', 'tags', 'title', 'archived', 'excluded'] as const).filter(
    (name) => annotation[name] !== undefined,
  )
  const { attached = [], detached = [] } = annotation
  if (said.length + attached.length + detached.length === 0) {
    throw new AttuneError(
      'usage',
      'An annotation says something: a note, tags, a title, archived, excluded or files.',
    )
  }
  return [
    ...given(trial === undefined ? ['excluded'] : ['title', 'archived']),
    ...tags.flatMap((tag, i) =>
      tag.trim() === '' || tags.indexOf(tag) < i
        ? [{ path: `tags[${i}]`, message: 'tags are different words.' }]
        : [],
    ),
  ]
}
