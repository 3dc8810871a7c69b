import type { Annotated, Artifact } from './event.ts'
import type { History, Note, TrialDetails } from './history.ts'

/** Applies what somebody says of the study or of a trial; see Annotated. */
export function annotate(history: History, event: Annotated): void {
  if (event.trial === undefined) annotateStudy(history, event)
  else annotateTrial(history, event.trial, event)
}

/** Whether the note that was edited is still the one that stands. */
const isCurrent = ({ note, was }: Annotated, standing: Note | undefined): boolean =>
  note === undefined || was === undefined || was === (standing?.seq ?? 0)

function annotateStudy(history: History, event: Annotated): void {
  const { about } = history
  if (!isCurrent(event, about.note)) return
  const { title: oldTitle, note: oldNote, attached: oldAttached, ...rest } = about
  const title = event.title ?? oldTitle ?? ''
  const note = noteOf(history, event, oldNote)
  const attached = attachedAfter(oldAttached, event)
  history.about = {
    tags: event.tags ?? rest.tags,
    archived: event.archived ?? rest.archived,
    ...(title === '' ? {} : { title }),
    ...(note === undefined ? {} : { note }),
    ...(attached === undefined ? {} : { attached }),
  }
}

function annotateTrial(history: History, trial: number, event: Annotated): void {
  const known: TrialDetails = history.details.get(trial) ?? {}
  if (!isCurrent(event, known.note)) return
  const note = noteOf(history, event, known.note)
  if (note === undefined) delete known.note
  else known.note = note
  if (event.tags !== undefined) {
    if (event.tags.length === 0) delete known.tags
    else known.tags = event.tags
  }
  const attached = attachedAfter(known.attached, event)
  if (attached === undefined) delete known.attached
  else known.attached = attached
  if (event.excluded === true && event.why !== undefined) known.excludedFor = event.why
  else if (event.excluded !== undefined) delete known.excludedFor
  if (Object.keys(known).length > 0) history.details.set(trial, known)
  if (event.excluded === undefined) return
  if (history.excluded.has(trial) === event.excluded) return
  if (event.excluded) history.excluded.add(trial)
  else history.excluded.delete(trial)
  history.era++
}

/** The files that are attached now, in the order of their names; undefined when none are. */
function attachedAfter(
  before: readonly Artifact[] | undefined,
  { attached = [], detached = [] }: Annotated,
): readonly Artifact[] | undefined {
  if (attached.length === 0 && detached.length === 0) return before
  const files = new Map([...(before ?? []), ...attached].map((file) => [file.name, file]))
  for (const name of detached) files.delete(name)
  if (files.size === 0) return undefined
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function noteOf(
  history: History,
  { note: text, at, by }: Annotated,
  before: Note | undefined,
): Note | undefined {
  if (text === undefined) return before
  if (text === '') return undefined
  return { text, seq: history.seq, at, ...(by === undefined ? {} : { by }) }
}
