import type { CheckKind, Difference, Verification } from '@attune/core'

import { jsonText } from '../text/json-line.ts'
import { plain } from '../text/text.ts'
import type { TextSection } from './sections.ts'

const nouns: Readonly<Record<CheckKind, readonly [one: string, many: string]>> = {
  suggestion: ['suggestion', 'suggestions'],
  decision: ['decision of the scheduler', 'decisions of the scheduler'],
  promotion: ['choice of the trial that goes on', 'choices of the trial that goes on'],
  discovery: ['parameter met while running', 'parameters met while running'],
}
const counted = (kind: CheckKind, count: number): string =>
  `${count} ${nouns[kind][count === 1 ? 0 : 1]}`

/** How many things were compared, whether they differ or not. */
function checkedCount({ checked }: Verification): number {
  return Object.values(checked).reduce((sum, count) => sum + count, 0)
}

/** What a replay compared, what it could not, and where the first difference is. */
export function describeVerification(found: Verification): TextSection[] {
  return [
    { title: verdict(found), lines: describeChecked(found) },
    { title: 'Not checked', lines: describeSkipped(found) },
    ...describeFirst(found),
  ]
}

function verdict(found: Verification): string {
  const { differing } = found
  const count = checkedCount(found)
  if (count === 0) return 'Nothing could be checked'
  if (differing === 0) return 'No difference'
  return `${differing} of ${count} differ from what is computed now`
}

function describeChecked({ events, checked }: Verification): string[] {
  const kinds = Object.entries(checked) as [CheckKind, number][]
  const parts = kinds.filter(([, count]) => count > 0).map(([kind, n]) => counted(kind, n))
  const replayed = events === 1 ? '1 event was' : `${events} events were`
  const worked = parts.length === 0 ? '' : `, and worked out again: ${parts.join(', ')}`
  return [`${replayed} replayed${worked}.`]
}

function describeSkipped({ skipped }: Verification): string[] {
  return skipped.map(
    ({ kind, count, why, trial }) =>
      `${counted(kind, count)}, the first in trial ${trial}: ${plain(why)}`,
  )
}

function describeFirst({ differences }: Verification): TextSection[] {
  const [first] = differences
  if (first === undefined) return []
  return [
    {
      title: `The first difference: trial ${first.trial}, event ${first.seq}`,
      lines: [
        `${subject(first)}:`,
        `  recorded  ${shown(first.recorded)}`,
        `  computed  ${shown(first.computed)}`,
        'What follows may differ because of it.',
      ],
    },
    { title: 'What may be the cause', lines: causes(first) },
  ]
}

function subject({ kind, part, param, step }: Difference): string {
  const at = step === undefined ? '' : ` at step ${step}`
  const of = plain(param ?? '')
  switch (part) {
    case 'value':
      return `The value of ${of}`
    case 'proposed':
      return `The value proposed for ${of}`
    case 'discovered':
      return `The value of ${of}, met while running`
    case 'memo':
      return 'What the sampler noted for later'
    case 'why':
      return 'Why it was suggested'
    case 'decision':
      return `The decision${at}`
    case 'reason':
      return kind === 'promotion' ? 'Why a trial went on' : `The reason of the decision${at}`
    case 'promotion':
      return 'The paused trial that goes on'
    case 'error':
      return `It cannot be worked out any more${at}`
  }
}

function shown(value: Difference['recorded']): string {
  return value === undefined ? 'nothing' : jsonText(value)
}

function causes({ kind }: Difference): string[] {
  const code = {
    suggestion: 'a sampler',
    decision: 'a scheduler',
    promotion: 'a scheduler',
    discovery: 'a sampler',
  }[kind]
  return [
    '- Another version of attune wrote the journal: versions may suggest and decide differently.',
    `- ${code} of the same name in code of your own, or a sampler whose code changed since.`,
    '- The journal was changed by hand, or an event was added by another program.',
    '- Another JavaScript engine or processor, if only the last digits differ; that is a mistake of',
    '  attune: please report it.',
  ]
}
