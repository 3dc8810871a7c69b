import { spaceOf } from '@attune/core'

import { searchedRanges } from '../describe/searched-ranges.ts'
import { plain, plainLines } from '../text/text.ts'
import type { Section, Words } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { inWords } from './subject-section.ts'
import { counted, listedCode } from './wording.ts'

/** What else a reader should know: what was changed on the way, copied, retried or lost. */
export function notesSection(facts: StudyFacts): Section[] {
  const items = [...changes(facts), ...attempts(facts), ...oddities(facts)]
  return section('Notes', items.length === 0 ? [] : [{ kind: 'list', items }])
}

/** What the author of the report says, a paragraph a line. */
export function authorSection({ note }: Pick<StudyFacts, 'note'>): Section[] {
  const lines = plainLines(note ?? '').filter((line) => line.trim() !== '')
  return section(
    'Remarks',
    lines.map((words) => ({ kind: 'paragraph', words })),
  )
}

function changes({ history, config }: StudyFacts): Words[] {
  const narrowed = searchedRanges(history).map(({ name, now }): Words => [
    { code: name },
    ` was narrowed on the way to ${inWords(now)}.`,
  ])
  const space = spaceOf(history)
  const met = [...history.discovered.keys()].filter((name) => !space.index.has(name))
  const { enqueued } = history
  const settled = history.steering
  return [
    ...narrowed,
    ...(met.length > 0
      ? [
          [
            ...listedCode(met, 12),
            ` ${met.length === 1 ? 'was' : 'were'} met only while trials ran.`,
          ],
        ]
      : []),
    ...(enqueued.length > 0
      ? [
          `${counted(enqueued.length, 'configuration')} ${enqueued.length === 1 ? 'was' : 'were'} given by hand, not by the sampler.`,
        ]
      : []),
    ...(settled?.command === 'stop'
      ? [
          `The study was stopped by hand${settled.why === undefined ? '' : `: ${plain(settled.why)}`}.`,
        ]
      : []),
    ...(config.objectives.length > 1
      ? [
          'With several objectives there is no single best trial: which one to take from the front is a choice.',
        ]
      : []),
  ]
}

function attempts({ history }: StudyFacts): Words[] {
  let [copies, retried, lost] = [0, 0, 0]
  for (const details of history.details.values()) {
    if (details.copyOf !== undefined) copies++
    if ((details.retried ?? []).length > 0) retried++
    if ((details.lostUnder ?? []).length > 0) lost++
  }
  return [
    ...(copies > 0
      ? [
          `${counted(copies, 'trial')} took over the result of an earlier trial with the same configuration and did not run.`,
        ]
      : []),
    ...(retried > 0
      ? [
          `${counted(retried, 'trial')} failed at first and ${retried === 1 ? 'was' : 'were'} tried again.`,
        ]
      : []),
    ...(lost > 0
      ? [
          `${counted(lost, 'trial')} lost the process that ran ${lost === 1 ? 'it' : 'them'} at least once.`,
        ]
      : []),
  ]
}

function oddities({ history }: StudyFacts): Words[] {
  return [
    ...(history.stale > 0
      ? [
          `${counted(history.stale, 'result')} came from workers that had been given up and ${history.stale === 1 ? 'does' : 'do'} not count.`,
        ]
      : []),
    ...(history.unknown > 0
      ? [
          `${counted(history.unknown, 'event')} of the journal ${history.unknown === 1 ? 'is' : 'are'} of a kind that this version of attune does not know and ${history.unknown === 1 ? 'was' : 'were'} passed over.`,
        ]
      : []),
  ]
}
