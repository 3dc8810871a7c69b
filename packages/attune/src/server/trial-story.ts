import type { StudyEvent } from '@attune/core'

import { formatDuration } from '../text/format.ts'

/** What happened to a trial, in the order in which it did. */
export interface StoryLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly text: string
}

/** Tells the events of one trial in words; reports that follow each other are one line. */
export function trialStory(events: Iterable<StudyEvent>, trial: number): StoryLine[] {
  const lines: StoryLine[] = []
  let reports: { count: number; first: number; last: number; at: number } | undefined
  const endReports = (): void => {
    if (reports === undefined) return
    const { count, first, last, at } = reports
    const text =
      count === 1 ? `reported step ${first}` : `reported ${count} times, steps ${first} to ${last}`
    lines.push({ at, text })
    reports = undefined
  }
  for (const event of events) {
    if (!('trial' in event) || event.trial !== trial) continue
    if (event.type === 'trial-reported') {
      const { step, at } = event
      reports = { first: step, ...reports, count: (reports?.count ?? 0) + 1, last: step, at }
      continue
    }
    const text = textOf(event)
    if (text === undefined) continue
    endReports()
    lines.push({ at: event.at, text })
  }
  endReports()
  return lines
}

const because = (why: string | undefined): string =>
  why === undefined || why === '' ? '' : `: ${why}`

function textOf(event: StudyEvent): string | undefined {
  switch (event.type) {
    case 'trial-opened':
      return 'opened'
    case 'trial-suggested':
      return `got its values${because(event.why)}`
    case 'trial-claimed':
      return `started by ${event.worker}${event.epoch > 0 ? `, attempt ${event.epoch + 1}` : ''}`
    case 'trial-decided':
      return event.decision === 'continue'
        ? undefined
        : `told to ${event.decision} at step ${event.step}${because(event.reason)}`
    case 'trial-paused':
      return 'paused'
    case 'trial-promoted':
      return `goes on${because(event.reason)}`
    case 'trial-skipped':
      return `skipped${because(event.why)}`
    case 'trial-requeued':
      return `put back to be run again (${event.cause})${because(event.failure?.message)}`
    case 'annotated':
      return annotation(event)
    case 'trial-stale':
      return `a result came too late, of attempt ${event.epoch + 1}, and does not count`
    case 'trial-ran': {
      const { seconds } = event.resources
      const took = seconds === undefined ? '' : ` after ${formatDuration(seconds)}`
      return `its program ended${took}; it waits to be judged`
    }
    case 'trial-finished': {
      const { state, failure, copyOf, resources } = event
      if (copyOf !== undefined) return `took over the result of trial ${copyOf}`
      const took =
        resources?.seconds === undefined ? '' : ` after ${formatDuration(resources.seconds)}`
      return state === 'failed'
        ? `failed${took}${because(failure?.message ?? failure?.reason)}`
        : `${state}${took}`
    }
    default:
      return undefined
  }
}

function annotation(event: Extract<StudyEvent, { type: 'annotated' }>): string {
  const { by, note, tags, excluded, attached = [], detached = [], why } = event
  const said = [
    ...(note === undefined ? [] : [note === '' ? 'took the note away' : 'wrote the note']),
    ...(tags === undefined ? [] : [tags.length === 0 ? 'took the tags away' : 'set the tags']),
    ...(excluded === undefined ? [] : [excluded ? 'excluded it' : 'took it back in']),
    ...attached.map(({ name }) => `attached ${name}`),
    ...detached.map((name) => `took ${name} away`),
  ]
  return `${by ?? 'somebody'} ${said.join(', ')}${because(why)}`
}
